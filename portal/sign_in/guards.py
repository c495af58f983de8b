"""What nobody may do to how another person signs in, by whichever screen."""

from portal.accounts.grants import acting_user
from portal.refusals import Refusal


def guard_own_proof(owner_key: int | None) -> None:
    """Second factors, addresses that allauth knows, and links to the directory are
    changed by their owner alone.

    The command line has no acting user: `remove_second_factor` is there for people who
    lost everything.
    """
    actor = acting_user()
    if actor is not None and actor.pk != owner_key:
        raise Refusal(
            "Nobody changes how another person signs in. Who has lost telephone and "
            "recovery codes asks those who run the portal."
        )
