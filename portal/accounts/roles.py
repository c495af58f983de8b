"""The table of roles: who may do what. Nobody reads migrations to learn this.

`sections` names page types and the Wagtail permissions held below each page of that
type; `collections` are permissions on all images and documents; `permissions` are
Django's model permissions; `doors` are groups of addresses in `portal.accounts.doors`;
`menu` and `panels` are what the admin shows beside what everybody sees. What approval
allows is not here: it follows from the role's name in the stages of approval.
"""

from dataclasses import dataclass, field

ENTER_ADMIN = "wagtailadmin.access_admin"


@dataclass(frozen=True)
class Role:
    """One role, in the words staff see, with everything it opens.

    `can` goes on after “You can”.
    """

    name: str
    can: str
    sections: dict[str, frozenset[str]] = field(default_factory=dict)
    permissions: frozenset[str] = frozenset()
    collections: frozenset[str] = frozenset()
    doors: frozenset[str] = frozenset()
    menu: frozenset[str] = frozenset()
    panels: frozenset[str] = frozenset()

    @property
    def all_permissions(self) -> frozenset[str]:
        return self.permissions | {ENTER_ADMIN}

    @property
    def summary(self) -> str:
        return f"Can {self.can}"


WRITE_PAGES = frozenset({"add_page", "change_page"})
USE_MEDIA = frozenset(
    {
        "wagtailimages.add_image",
        "wagtailimages.choose_image",
        "wagtaildocs.add_document",
        "wagtaildocs.choose_document",
    }
)

READING_DOORS = frozenset({"changes"})
WRITING_DOORS = READING_DOORS | {"pages"}
CHANGES = "policy-changes"
# Who writes pages reads what readers say of them; governance leads read all of it.
FEEDBACK = "feedback"
# Pages in other languages, and which of them are behind.
TRANSLATIONS = "translations"
FOR_EVERYBODY = frozenset({"help", "your_roles"})
WRITING_MENU = frozenset({"explorer", "images", "documents", CHANGES})
CHANGE_PANELS = frozenset(
    {"policy_emergencies", "policy_changes_waiting", "policy_changes_yours"}
)
WRITING_PANELS = CHANGE_PANELS | {"recent_edits", "locked_pages"}
READ_COOKIE_REPORTS = frozenset(
    {"consent.view_scanrun", "statistics.view_dailypagecount"}
)
COOKIE_MENU = frozenset({"cookies", "cookie-scanner", "page-statistics"})

# What readers call things is for those who write: the words that search understands.
SEARCH_WORDS = frozenset(
    {
        "search.add_synonym",
        "search.change_synonym",
        "search.delete_synonym",
        "search.view_synonym",
        "search.view_zeroresult",
    }
)

DRAFT_READER = Role(
    name="Draft reader",
    can="read drafts and changes in review.",
    doors=READING_DOORS,
    menu=frozenset({CHANGES}),
    panels=CHANGE_PANELS,
)
TREATMENT_EDITOR = Role(
    name="Treatment editor",
    can="write treatment pages and send them to clinical review.",
    sections={"pages.TreatmentIndexPage": WRITE_PAGES},
    permissions=frozenset(
        {
            "pages.add_specialty",
            "pages.change_specialty",
            "pages.view_specialty",
            "simple_translation.submit_translation",
        }
    )
    | SEARCH_WORDS,
    collections=USE_MEDIA,
    doors=WRITING_DOORS
    | {FEEDBACK, "media", "search-words", "snippets", "specialties", TRANSLATIONS},
    menu=WRITING_MENU | {"snippets", "search-words", FEEDBACK, TRANSLATIONS},
    panels=WRITING_PANELS,
)
POLICY_AUTHOR = Role(
    name="Policy author",
    can="draft policies and submit them for approval.",
    sections={"policies.PolicyIndexPage": WRITE_PAGES},
    permissions=SEARCH_WORDS,
    collections=USE_MEDIA,
    doors=WRITING_DOORS | {FEEDBACK, "media", "search-words", "snippets"},
    menu=WRITING_MENU | {"snippets", "search-words", FEEDBACK},
    panels=WRITING_PANELS,
)
CLINICAL_REVIEWER = Role(
    name="Clinical reviewer",
    can="decide on changes at clinical review, but never on own text.",
    doors=READING_DOORS,
    menu=frozenset({CHANGES}),
    panels=CHANGE_PANELS,
)
COMMISSIONING_APPROVER = Role(
    name="Commissioning approver",
    can="decide on changes at commissioning approval, but never on own text, and "
    "record ratifications.",
    doors=READING_DOORS,
    menu=frozenset({CHANGES}),
    panels=CHANGE_PANELS,
)
EMERGENCY_PUBLISHER = Role(
    name="Emergency publisher",
    can="publish at once with a reason; two other people must ratify.",
    sections={"policies.PolicyIndexPage": frozenset({"change_page"})},
    doors=WRITING_DOORS,
    menu=frozenset({"explorer", CHANGES}),
    panels=WRITING_PANELS,
)
GOVERNANCE_LEAD = Role(
    name="Governance lead",
    can="read everything, report on it, and check the ledger.",
    permissions=frozenset(
        {
            "policies.add_ratifyingbody",
            "policies.change_ratifyingbody",
            "policies.view_ratifyingbody",
        }
    ),
    doors=READING_DOORS
    | {FEEDBACK, "audit-log", "ledger", "ratifying-bodies", "roles-held", "snippets"}
    | {TRANSLATIONS},
    menu=frozenset(
        {CHANGES, FEEDBACK, "policy-ledger", "audit-log", "roles-held", "snippets"}
        | {TRANSLATIONS}
    ),
    panels=CHANGE_PANELS | {"policy_deciding_grants"},
)
ACCESS_ADMINISTRATOR = Role(
    name="Access administrator",
    can="invite and deactivate people and grant roles to others.",
    doors=frozenset({"people", "roles-held"}),
    menu=frozenset({"people"}),
)
COOKIE_SETTINGS_MANAGER = Role(
    name="Cookie settings manager",
    can="edit cookie groups, cookies and the wording of the banner, and publish "
    "cookie notices.",
    permissions=frozenset(
        {
            f"{app}.{action}_{model}"
            for app, model in [
                ("cookie_consent", "cookiegroup"),
                ("cookie_consent", "cookie"),
                ("consent", "groupprofile"),
                ("consent", "itemprofile"),
            ]
            for action in ["add", "change", "view"]
        }
        | {
            "consent.change_bannerwording",
            "consent.view_bannerwording",
            "consent.view_cookienotice",
            "consent.publish_cookienotice",
            "consent.view_dailytotal",
        }
    )
    | READ_COOKIE_REPORTS,
    doors=frozenset({"cookies"}),
    menu=COOKIE_MENU,
)
DATA_PROTECTION_OFFICER = Role(
    name="Data protection officer",
    can="read, export and purge the record of cookie choices, and see who "
    "published which cookie notice.",
    permissions=frozenset(
        {
            "cookie_consent.view_cookiegroup",
            "cookie_consent.view_cookie",
            "cookie_consent.view_logitem",
            "consent.view_groupprofile",
            "consent.view_itemprofile",
            "consent.view_bannerwording",
            "consent.view_cookienotice",
            "consent.view_consentevent",
            "consent.view_consentdecision",
            "consent.view_dailytotal",
            "consent.view_purgerun",
            "consent.purge_consentevent",
        }
    )
    | READ_COOKIE_REPORTS,
    doors=frozenset({"cookies"}),
    menu=COOKIE_MENU,
)

ROLES = [
    DRAFT_READER,
    TREATMENT_EDITOR,
    POLICY_AUTHOR,
    CLINICAL_REVIEWER,
    COMMISSIONING_APPROVER,
    EMERGENCY_PUBLISHER,
    GOVERNANCE_LEAD,
    ACCESS_ADMINISTRATOR,
    COOKIE_SETTINGS_MANAGER,
    DATA_PROTECTION_OFFICER,
]
ROLES_BY_NAME = {role.name: role for role in ROLES}
# Who grants roles holds no other, or could hand out a role and use it through a friend.
HELD_ALONE = {ACCESS_ADMINISTRATOR.name}
# Reading a draft needs no proof beyond the password; whatever changes something does.
WITHOUT_SECOND_FACTOR = {DRAFT_READER.name}
SYSTEM_ADMINISTRATOR = (
    "System administrator",
    "Break-glass only: opens everything but approval. Made on the command line; every "
    "sign-in is told to the governance leads.",
)


def faults_of_combination(names: set[str]) -> list[str]:
    """Why one person may not hold these roles together; nothing when it is fine.

    An author may be an approver as well: duties are separated for each change, over
    everybody who contributed to it, and not by job title.
    """
    return [
        f"{name} is held alone: take the person's other roles away first."
        for name in sorted(names & HELD_ALONE)
        if len(names) > 1
    ]
