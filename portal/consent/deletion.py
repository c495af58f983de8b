from cookie_consent.models import Cookie, CookieGroup, LogItem
from django.db.models import Model

from portal.consent.models import ConsentDecision


def has_evidence(group: CookieGroup) -> bool:
    return (
        LogItem.objects.filter(cookiegroup=group).exists()
        or ConsentDecision.objects.filter(varname=group.varname).exists()
    )


def reasons_not_to_delete(instance: Model) -> list[str]:
    """Explain, in sentences for staff, what stands in the way of deletion."""
    if isinstance(instance, CookieGroup) and has_evidence(instance):
        return [
            f"“{instance.name}” cannot be deleted: visitors have made choices about "
            "it, and the record of those choices would be deleted with it. Retire it "
            "instead."
        ]
    if isinstance(instance, Cookie) and has_evidence(instance.cookiegroup):
        return [
            f"“{instance.name}” cannot be deleted: visitors have made choices about "
            "its group. Retire it instead, so that it is still removed from their "
            "browsers."
        ]
    return []
