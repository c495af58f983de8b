"""Addresses below `/api/`. Whatever else is asked there gets a problem, not a page."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from portal.api.answers import nothing_here
from portal.api.views import codes, description, fhir, policies, treatments

app_name = "api"

version_urls = [
    path("", policies.policy_version, name="policy_version"),
    path("criteria/", policies.version_criteria, name="version_criteria"),
    path("PlanDefinition", fhir.plan_definition, name="PlanDefinition"),
    path("Questionnaire", fhir.questionnaire, name="Questionnaire"),
]

policy_urls: list[URLPattern | URLResolver] = [
    path("", policies.policy, name="policy"),
    path("criteria/", policies.policy_criteria, name="policy_criteria"),
    path("versions/", policies.version_list, name="policy_versions"),
    path("versions/<int:number>/", include(version_urls)),
    path("on/<str:day>/", policies.policy_on_day, name="policy_on_day"),
    path("PlanDefinition", fhir.plan_definition, name="current_PlanDefinition"),
    path("Questionnaire", fhir.questionnaire, name="current_Questionnaire"),
]

version_1_urls: list[URLPattern | URLResolver] = [
    path("policies/", policies.policy_list, name="policies"),
    path("policies/<slug:reference>/", include(policy_urls)),
    path("codes/", codes.codes, name="codes"),
    path("treatments/", treatments.treatment_list, name="treatments"),
    path("treatments/<str:slug>/", treatments.treatment, name="treatment"),
    path("openapi.json", description.openapi_description, name="openapi"),
    # Whatever it holds: a line break, too, gets a problem and no page.
    re_path(r"^[\s\S]*$", nothing_here),
]

urlpatterns = [
    path("", description.about_the_data, name="about"),
    path("v1/", include(version_1_urls)),
]
