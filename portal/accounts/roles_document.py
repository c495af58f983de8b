"""The table of roles as a page of the documentation."""

from portal.accounts.roles import ROLES, Role

HEADING = """# Roles

Who may do what. This page is written by `python manage.py write_roles_document` from
`portal/accounts/roles.py`; a test fails when the two differ. System administrators are
superusers: they keep the site running and never decide on content.
"""


def roles_markdown() -> str:
    """The whole page, ending with a newline."""
    return "\n".join([HEADING, *(section(role) for role in ROLES)])


def section(role: Role) -> str:
    lines = [f"## {role.name}", "", role.summary, ""]
    lines += [
        f"- Pages below `{label}`: {listed(codenames)}"
        for label, codenames in sorted(role.sections.items())
    ]
    if role.collections:
        lines.append(f"- Pictures and documents: {listed(role.collections)}")
    lines.append(f"- Permissions: {listed(role.all_permissions)}")
    return "\n".join([*lines, ""])


def listed(names: frozenset[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))
