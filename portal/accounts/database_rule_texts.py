"""What the database refuses about roles, for whoever writes SQL."""

from collections.abc import Iterator

from portal.accounts.roles import HELD_ALONE
from portal.evidence.database_rules import Condition


def conditions(vendor: str) -> Iterator[Condition]:
    for number, name in enumerate(sorted(HELD_ALONE)):
        yield Condition(
            name=f"role_is_held_alone_{number}",
            table="accounts_user_groups",
            event="INSERT",
            when=f"""EXISTS (
                SELECT 1 FROM accounts_user_groups held
                JOIN auth_group kept ON kept.id = held.group_id
                JOIN auth_group gained ON gained.id = NEW.group_id
                WHERE held.user_id = NEW.user_id AND kept.id <> gained.id
                AND '{name}' IN (kept.name, gained.name)
            )""",
            message=f"{name} is held alone.",
        )
