from policies.models.bodies import RatifyingBody
from policies.models.changes import (
    ChangeKind,
    ChangeRequest,
    ChangeStatus,
    ChangeType,
    Contribution,
    ContributionKind,
    Decision,
    Ratification,
    Verdict,
)
from policies.models.evidence import (
    EmergencyDecision,
    EmergencyVerdict,
    EntryKind,
    LedgerEntry,
    LedgerHead,
    Reminder,
    Rescission,
    RescissionRequest,
)
from policies.models.pages import PolicyDocument, PolicyIndexPage, PolicyPage
from policies.models.tasks import PolicyStageTask
from policies.models.versions import (
    CoveredTreatment,
    PolicyVersion,
    VersionCode,
    VersionDocument,
)
from policies.status import PolicyStatus
from portal.evidence.models import AppendOnlyModel

__all__ = [
    "AppendOnlyModel",
    "ChangeKind",
    "ChangeRequest",
    "ChangeStatus",
    "ChangeType",
    "Contribution",
    "ContributionKind",
    "CoveredTreatment",
    "Decision",
    "EmergencyDecision",
    "EmergencyVerdict",
    "EntryKind",
    "LedgerEntry",
    "LedgerHead",
    "PolicyDocument",
    "PolicyIndexPage",
    "PolicyPage",
    "PolicyStageTask",
    "PolicyStatus",
    "PolicyVersion",
    "Ratification",
    "RatifyingBody",
    "Reminder",
    "Rescission",
    "RescissionRequest",
    "Verdict",
    "VersionCode",
    "VersionDocument",
]
