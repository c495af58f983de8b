"""The table of roles as a page of the documentation."""

from portal.accounts.doors import (
    BY_ROLE,
    DESK,
    DOORS,
    NO_DOOR,
    OWN_ACCOUNT,
    SIGN_IN,
    Door,
    roles_opening,
)
from portal.accounts.roles import HELD_ALONE, ROLES, SYSTEM_ADMINISTRATOR, Role

FOR_OTHERS = {
    SIGN_IN.name: "everybody",
    OWN_ACCOUNT.name: "everybody who is signed in",
    DESK.name: "everybody with a role",
    NO_DOOR.name: "nobody",
}
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
    return "\n".join([HEADING, *(section(role) for role in ROLES), last, doors()])


def section(role: Role) -> str:
    lines = [f"## {role.name}", "", role.summary, ""]
    lines += [
        f"- Pages below `{label}`: {listed(codenames)}"
        for label, codenames in sorted(role.sections.items())
    ]
    if role.collections:
        lines.append(f"- Pictures and documents: {listed(role.collections)}")
    lines.append(f"- Permissions: {listed(role.all_permissions)}")
    lines.append(f"- Doors: {listed(role.doors)}")
    lines.append(f"- Menu: {listed(role.menu)}")
    if role.panels:
        lines.append(f"- Dashboard: {listed(role.panels)}")
    if role.name in HELD_ALONE:
        lines.append("- Held alone: whoever has it has no other role.")
    return "\n".join([*lines, ""])


def doors() -> str:
    """Which addresses each door stands for, and for whom it opens."""
    lines = [
        "## Doors",
        "",
        "Groups of addresses, by the names of their views. An address in no group is",
        "shut for everybody but system administrators.",
        "",
    ]
    lines += [
        f"- `{door.name}`, {opening(door)}: {listed(frozenset(door.views))}"
        for door in DOORS
    ]
    return "\n".join([*lines, ""])


def opening(door: Door) -> str:
    if door in BY_ROLE:
        return ", ".join(roles_opening(door))
    return FOR_OTHERS.get(door.name, "system administrators")


def listed(names: frozenset[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))
