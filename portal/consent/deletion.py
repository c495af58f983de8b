from cookie_consent.models import CookieGroup, LogItem


def reasons_not_to_delete(group: CookieGroup) -> list[str]:
    """Explain, in sentences for staff, what stands in the way of deletion."""
    if not LogItem.objects.filter(cookiegroup=group).exists():
        return []
    return [
        f"“{group.name}” cannot be deleted: visitors have made choices about it, "
        "and the record of those choices would be deleted with it."
    ]
