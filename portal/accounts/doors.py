"""Every door of the staff's ground, in groups that roles open.

A door is a group of addresses, called by the names of their views. `doors` of each role
in the table of roles says which ones it opens; system administrators open all. An
address in no group is shut for everybody else, so that a package which adds one opens
nothing by itself. What somebody may do behind a door, and with which page or file, is
for the permissions of the role and for the views.
"""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache

from portal.accounts.models import User
from portal.accounts.roles import ROLES, ROLES_BY_NAME, Role


@dataclass(frozen=True)
class Door:
    """A group of addresses; `*` in a name stands for anything.

    `what` begins the sentence for those who stay outside, `limit` is the sentence for
    those who are in and still may not do everything.
    """

    name: str
    what: str
    views: tuple[str, ...]
    limit: str = "Your roles open this screen, but not this step with this entry."


# Before anybody is known.
SIGN_IN = Door(
    "sign-in",
    "Signing in",
    (
        "account_login",
        "account_logout",
        "account_reset_password*",
        "admin:logout",
        "mfa_authenticate",
        "openid_connect_*",
        "portal.sign_in.urls.closed",
        "socialaccount_login_cancelled",
        "staff_invitation",
        "wagtailadmin_javascript_catalog",
        "wagtailadmin_login",
        "wagtailadmin_password_reset*",
        "wagtailadmin_sprite",
        # The stock doors to a password, which lead to the one sign-in.
        "django.views.generic.base.RedirectView",
    ),
)
# Everybody who is signed in, also without a role.
OWN_ACCOUNT = Door(
    "own-account",
    "The own account",
    (
        "account_change_password",
        "account_reauthenticate",
        "mfa_*",
        "sign_in_*",
        "wagtailadmin_logout",
    ),
)
# Everybody who holds a role.
DESK = Door(
    "desk",
    "The staff's own desk",
    (
        "django.views.generic.base.TemplateView",
        "wagtail.admin.views.home.default",
        "wagtailadmin_account",
        "wagtailadmin_dismissibles",
        "wagtailadmin_editing_sessions:*",
        "wagtailadmin_home",
    ),
)
BY_ROLE = (
    Door(
        "pages",
        "Writing pages",
        (
            "wagtail_bulk_action:wagtailcore.page",
            "wagtailadmin_api:pages:*",
            "wagtailadmin_block_preview",
            "wagtailadmin_choose_page*",
            "wagtailadmin_explore*",
            "wagtailadmin_pages:*",
            "wagtaildocs_chooser:*",
            "wagtailembeds:*",
            "wagtailimages_chooser:*",
            "wagtailsnippetchoosers_pages_specialty:*",
        ),
        "Your roles let you work on this page, but not do this to it. What the public "
        "sees changes through approval alone, and what was approved stays.",
    ),
    Door(
        "media",
        "Keeping pictures and documents",
        (
            "wagtail_bulk_action:media.*",
            "wagtailadmin_api:documents:*",
            "wagtailadmin_api:images:*",
            "wagtailadmin_tag_*",
            "wagtaildocs:*",
            "wagtailimages:*",
        ),
        "You may change the pictures and documents that you added yourself.",
    ),
    Door(
        "search-words",
        "Keeping the words that search understands",
        (
            "search_words*",
            "wagtail_bulk_action:search.*",
            "wagtailsnippetchoosers_search_*",
            "wagtailsnippets_search_*",
        ),
    ),
    Door(
        "translations",
        "Translating pages",
        ("simple_translation:submit_page_translation", "translation_report"),
        "Treatments are translated by treatment editors, other pages by system "
        "administrators; policies stay English.",
    ),
    Door("feedback", "What readers say", ("feedback_*",)),
    Door("snippets", "The list of lists", ("wagtailsnippets:index",)),
    Door(
        "specialties",
        "The list of specialties",
        ("wagtail_bulk_action:pages.specialty", "wagtailsnippets_pages_specialty:*"),
        "Specialties are added and changed, and deleted by system administrators.",
    ),
    Door(
        "ratifying-bodies",
        "The list of ratifying bodies",
        (
            "wagtail_bulk_action:policies.ratifyingbody",
            "wagtailsnippetchoosers_policies_ratifyingbody:*",
            "wagtailsnippets_policies_ratifyingbody:*",
        ),
        "Ratifying bodies are added and changed, and deleted by system administrators.",
    ),
    Door(
        "cookies",
        "Looking after cookies",
        (
            "consent_scan*",
            "cookie-choices:*",
            "cookie-notices:*",
            "cookie-records:*",
            "statistics_*",
            "wagtail_bulk_action:consent.*",
            "wagtail_bulk_action:cookie_consent.*",
            "wagtailsnippetchoosers_consent_*",
            "wagtailsnippetchoosers_cookie_consent_*",
            "wagtailsnippets_consent_*",
            "wagtailsnippets_cookie_consent_*",
        ),
        "The cookie settings manager adds and changes cookies and their groups; they "
        "are deleted by system administrators.",
    ),
    Door(
        "changes",
        "Reading drafts and changes in review",
        ("policy_change*", "policy_judge", "policy_publish_at_once", "policy_rescind",
         "policy_version_text", "policy_versions"),
    ),
    Door(
        "ledger",
        "The ledger and its exports",
        ("policy_evidence*", "policy_export", "policy_ledger*"),
    ),
    Door("audit-log", "The audit log", ("audit_*",)),
    Door(
        "people",
        "Giving people access",
        ("staff_invite", "staff_invite_again", "staff_people", "staff_person*"),
    ),
    Door("roles-held", "The report of who held which role", ("staff_roles_held*",)),
)  # fmt: skip
# No role opens these; they are named so that a new address stands out.
SYSTEM = (
    Door(
        "wagtail-reports",
        "Wagtail's own reports",
        ("wagtailadmin_reports:*",),
    ),
    Door(
        "site",
        "The set-up of the site",
        (
            "wagtail_bulk_action:accounts.user",
            "wagtailadmin_collections:*",
            "wagtailadmin_workflows:*",
            "wagtailredirects:*",
            "wagtailsettings:*",
            "wagtailsites:*",
            "quarantine*",
            "simple_translation:submit_snippet_translation",
            "wagtailusers_*",
        ),
    ),
    Door("django-admin", "Django's admin", ("admin:*",)),
)
# Walled up, also for system administrators.
NO_DOOR = Door("no-door", "Nothing", ("wagtailadmin_error_test",))
DOORS = (SIGN_IN, OWN_ACCOUNT, DESK, *BY_ROLE, *SYSTEM, NO_DOOR)


@lru_cache(maxsize=1024)
def door_of(view: str) -> Door | None:
    """The first door in the table that names the view."""
    for door in DOORS:
        if any(fnmatchcase(view, pattern) for pattern in door.views):
            return door
    return None


def may_pass(user: User, door: Door | None) -> bool:
    """Whether the person, who is signed in, gets through."""
    if door in {SIGN_IN, OWN_ACCOUNT}:
        return True
    if user.is_superuser:
        return door is not NO_DOOR
    roles = roles_of(user)
    return door is not None and (
        any(door.name in role.doors for role in roles) or (door is DESK and bool(roles))
    )


def roles_of(user: User) -> list[Role]:
    return [ROLES_BY_NAME[name] for name in user.role_names & ROLES_BY_NAME.keys()]


def roles_opening(door: Door) -> list[str]:
    return [role.name for role in ROLES if door.name in role.doors]


def reasons_to_stay_out(user: User, door: Door | None) -> list[str]:
    """Sentences for somebody before a shut door: who gets in, and who could help."""
    names = roles_opening(door) if door else []
    if door is NO_DOOR:
        return ["Nobody uses this address."]
    if door is DESK:
        first = "This is for staff with a role."
    elif door is None or not names:
        first = "This is for system administrators."
    else:
        first = f"{door.what} is for people with {a_role_of(names)}."
    return [first, *what_the_person_holds(user)]


def what_the_person_holds(user: User) -> list[str]:
    held = sorted(role.name for role in roles_of(user))
    if not held:
        return ["You have no role yet. Access administrators give roles."]
    return [f"You have {a_role_of(held, ' and ')}. Access administrators give others."]


def a_role_of(names: list[str], joint: str = " or ") -> str:
    """“the role A, B or C”."""
    listed = ", ".join(names[:-1]) + joint + names[-1] if names[1:] else names[0]
    return f"the role {listed}"
