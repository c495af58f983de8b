from portal.consent.models.declared import (
    Audience,
    GroupProfile,
    ItemKind,
    ItemProfile,
    LawfulBasis,
    Party,
)
from portal.consent.models.notices import CookieNotice
from portal.consent.models.records import (
    ConsentDecision,
    ConsentErasure,
    ConsentEvent,
    Method,
)
from portal.consent.models.runs import PurgeRun
from portal.consent.models.totals import DailyTotal
from portal.consent.models.wording import BannerWording
from portal.consent.scanner.models import ScanRun

__all__ = [
    "Audience",
    "BannerWording",
    "ConsentDecision",
    "ConsentErasure",
    "ConsentEvent",
    "CookieNotice",
    "DailyTotal",
    "GroupProfile",
    "ItemKind",
    "ItemProfile",
    "LawfulBasis",
    "Method",
    "Party",
    "PurgeRun",
    "ScanRun",
]
