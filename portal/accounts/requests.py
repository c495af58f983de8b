from django.http import HttpRequest

from portal.accounts.models import User


class StaffRequest(HttpRequest):
    """A request behind the sign-in: its user is a member of staff. For annotations."""

    user: User
