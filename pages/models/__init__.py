from pages.models.base import BasePage
from pages.models.home import HomePage
from pages.models.information import InformationPage
from pages.models.mixins import ReviewDatesMixin
from pages.models.site_settings import SiteBrand
from pages.models.specialties import Specialty
from pages.models.treatments import (
    TreatmentDocument,
    TreatmentIndexPage,
    TreatmentPage,
)

__all__ = [
    "BasePage",
    "HomePage",
    "InformationPage",
    "ReviewDatesMixin",
    "SiteBrand",
    "Specialty",
    "TreatmentDocument",
    "TreatmentIndexPage",
    "TreatmentPage",
]
