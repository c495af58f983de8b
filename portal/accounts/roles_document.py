"""The table of roles as a page of the documentation."""

from portal.accounts.roles import HELD_ALONE, ROLES, SYSTEM_ADMINISTRATOR, Role

HEADING = """# Roles

Who may do what. This page is written by `python manage.py write_roles_document` from
`portal/accounts/roles.py`; a test fails when the two differ.

One person may be an author and an approver: duties are separated for each change, over
everybody who contributed to it. A role counts for approvals only if another person gave
it, before the change was submitted.
"""


def roles_markdown() -> str:
    """The whole page, ending with a newline."""
    administrator, summary = SYSTEM_ADMINISTRATOR
    last = f"## {administrator}\n\n{summary}\n\n- A superuser; holds no role.\n"
    return "\n".join([HEADING, *(section(role) for role in ROLES), last])


def section(role: Role) -> str:
    lines = [f"## {role.name}", "", role.summary, ""]
    lines += [
        f"- Pages below `{label}`: {listed(codenames)}"
        for label, codenames in sorted(role.sections.items())
    ]
    if role.collections:
        lines.append(f"- Pictures and documents: {listed(role.collections)}")
    lines.append(f"- Permissions: {listed(role.all_permissions)}")
    lines.append(f"- Menu: {listed(role.menu)}")
    if role.panels:
        lines.append(f"- Dashboard: {listed(role.panels)}")
    if role.name in HELD_ALONE:
        lines.append("- Held alone: whoever has it has no other role.")
    return "\n".join([*lines, ""])


def listed(names: frozenset[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))
