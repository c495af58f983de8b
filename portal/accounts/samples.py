"""Sample accounts for trying the portal out, one for each role."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from portal.accounts import roles
from portal.accounts.grants import because

DEFAULT_PASSWORD = "sample-portal-2026"

SAMPLE_ACCOUNTS = {
    "author": ("Amina", "Author", [roles.POLICY_AUTHOR, roles.TREATMENT_EDITOR]),
    "author2": ("Arthur", "Author", [roles.POLICY_AUTHOR, roles.TREATMENT_EDITOR]),
    "clinician": ("Chidi", "Clinician", [roles.CLINICAL_REVIEWER]),
    "approver1": ("Priya", "Approver", [roles.COMMISSIONING_APPROVER]),
    "approver2": ("Paul", "Approver", [roles.COMMISSIONING_APPROVER]),
    "emergency": ("Emma", "Emergency", [roles.EMERGENCY_PUBLISHER]),
    "governance": ("Grace", "Governance", [roles.GOVERNANCE_LEAD]),
    "access": ("Alex", "Access", [roles.ACCESS_ADMINISTRATOR]),
    "cookies": ("Cora", "Cookies", [roles.COOKIE_SETTINGS_MANAGER]),
    "dpo": ("Dev", "Dataprotection", [roles.DATA_PROTECTION_OFFICER]),
}
ADMINISTRATOR = "admin"


@transaction.atomic
def create_sample_accounts(password: str) -> None:
    """Make each sample account once; existing ones keep their password."""
    if not settings.SAMPLE_ACCOUNTS_ALLOWED:
        raise ImproperlyConfigured(
            "Sample accounts are not allowed under these settings."
        )
    users = get_user_model().objects
    for username, (first, last, held_roles) in SAMPLE_ACCOUNTS.items():
        if users.filter(username=username).exists():
            continue
        user = users.create_user(
            username=username,
            email=f"{username}@example.org",
            password=password,
            first_name=first,
            last_name=last,
        )
        with because("Sample account"):
            user.groups.set(
                Group.objects.filter(name__in=[role.name for role in held_roles])
            )
    if not users.filter(username=ADMINISTRATOR).exists():
        users.create_superuser(
            username=ADMINISTRATOR,
            email="admin@example.org",
            password=password,
            first_name="Sam",
            last_name="Administrator",
        )
