"""The table of roles: who may do what. Nobody reads migrations to learn this.

`sections` names page types and the Wagtail permissions held below each page of that
type; `collections` are permissions on all images and documents; `permissions` are
Django's model permissions. What approval allows is not here: it follows from the
role's name in the stages of approval.
"""

from dataclasses import dataclass, field

ENTER_ADMIN = "wagtailadmin.access_admin"


@dataclass(frozen=True)
class Role:
    """One role, in the words staff see, with everything it opens."""

    name: str
    summary: str
    sections: dict[str, frozenset[str]] = field(default_factory=dict)
    permissions: frozenset[str] = frozenset()
    collections: frozenset[str] = frozenset()

    @property
    def all_permissions(self) -> frozenset[str]:
        return self.permissions | {ENTER_ADMIN}


WRITE_PAGES = frozenset({"add_page", "change_page"})
USE_MEDIA = frozenset(
    {
        "wagtailimages.add_image",
        "wagtailimages.choose_image",
        "wagtaildocs.add_document",
        "wagtaildocs.choose_document",
    }
)

DRAFT_READER = Role(
    name="Draft reader",
    summary="Reads drafts and changes in review.",
)
TREATMENT_EDITOR = Role(
    name="Treatment editor",
    summary="Writes treatment pages and sends them to clinical review.",
    sections={"pages.TreatmentIndexPage": WRITE_PAGES},
    permissions=frozenset(
        {"pages.add_specialty", "pages.change_specialty", "pages.view_specialty"}
    ),
    collections=USE_MEDIA,
)
POLICY_AUTHOR = Role(
    name="Policy author",
    summary="Drafts policies and submits them for approval.",
    sections={"policies.PolicyIndexPage": WRITE_PAGES},
    collections=USE_MEDIA,
)
CLINICAL_REVIEWER = Role(
    name="Clinical reviewer",
    summary="Decides on changes at clinical review, never on own text.",
)
COMMISSIONING_APPROVER = Role(
    name="Commissioning approver",
    summary="Decides on changes at commissioning approval, never on own text, and "
    "records ratifications.",
)
EMERGENCY_PUBLISHER = Role(
    name="Emergency publisher",
    summary="Publishes at once with a reason; two other people must ratify.",
    sections={"policies.PolicyIndexPage": frozenset({"change_page"})},
)
GOVERNANCE_LEAD = Role(
    name="Governance lead",
    summary="Reads everything, reports on it, and checks the ledger.",
    permissions=frozenset(
        {
            "policies.add_ratifyingbody",
            "policies.change_ratifyingbody",
            "policies.view_ratifyingbody",
        }
    ),
)
ACCESS_ADMINISTRATOR = Role(
    name="Access administrator",
    summary="Invites and deactivates people and grants roles to others.",
    permissions=frozenset(
        {"accounts.add_user", "accounts.change_user", "accounts.view_user"}
    ),
)
COOKIE_SETTINGS_MANAGER = Role(
    name="Cookie settings manager",
    summary="Edits cookie groups, cookies and the wording of the banner.",
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
    ),
)
DATA_PROTECTION_OFFICER = Role(
    name="Data protection officer",
    summary="Reads the record of cookie choices and who changed what.",
    permissions=frozenset(
        {
            "cookie_consent.view_cookiegroup",
            "cookie_consent.view_cookie",
            "cookie_consent.view_logitem",
            "consent.view_groupprofile",
            "consent.view_itemprofile",
        }
    ),
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
# Wagtail's migrations make these with add and publish rights on the whole tree.
STOCK_GROUPS = ["Editors", "Moderators"]
