from django.http import HttpRequest

from portal.refusals import Refusal


def require(request: HttpRequest, permission: str, role: str) -> None:
    """Only for holders of a permission; `role` says who that is."""
    if not request.user.has_perm(permission):
        raise Refusal(f"This is for people with the role {role}.")


MANAGER = "Cookie settings manager"
OFFICER = "Data protection officer"
EITHER = f"{MANAGER} or {OFFICER}"
