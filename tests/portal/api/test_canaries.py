"""What is not in force is nowhere in what programs and search engines get."""

import json
import re

import pytest

from tests.portal.api.conftest import CANARY

pytestmark = pytest.mark.django_db
POLICY = "/api/v1/policies/sp-100/"
ADDRESSES = [
    "/api/v1/policies/?limit=50",
    "/api/v1/policies/?status=withdrawn",
    "/api/v1/policies/?position=routine",
    "/api/v1/codes/?system=opcs-4&code=W90.3",
    "/api/v1/treatments/?limit=50",
    "/api/v1/treatments/knee-injections/",
    POLICY,
    f"{POLICY}versions/",
    f"{POLICY}criteria/",
    f"{POLICY}on/2026-02-05/",
    f"{POLICY}PlanDefinition",
    f"{POLICY}Questionnaire",
    "/policies/register.csv",
    "/policies/register.json",
    "/policies/feed/",
    "/policies/feed/specialty/musculoskeletal/",
    "/policies/sp-100/feed/",
    "/sitemap.xml",
]
# The third to the fifth version are rescinded, announced and scheduled.
HIDDEN = [
    *(f"{POLICY}versions/{number}/" for number in (3, 4, 5)),
    *(f"{POLICY}versions/{number}/PlanDefinition" for number in (3, 4, 5)),
    *(f"{POLICY}versions/{number}/Questionnaire" for number in (3, 4, 5)),
    f"{POLICY}on/2026-04-01/",
    "/api/v1/policies/quokka-1/",
    "/api/v1/treatments/quokka/",
    "/policies/quokka-1/feed/",
]


def body(response):
    return b"".join(response).decode()


def linked_data(client, address):
    html = client.get(address).content.decode()
    return "".join(
        re.findall(r"<script type=.application/ld.json.>(.*?)</script", html)
    )


def test_what_is_not_in_force_is_in_no_list(client, secrets):
    for address in ADDRESSES:
        response = client.get(address)
        text = body(response)
        assert response.status_code == 200, address
        assert CANARY.lower() not in text.lower(), address
        assert "2026-04-01" not in text, address


def test_what_is_not_in_force_has_no_address(client, secrets):
    for address in HIDDEN:
        response = client.get(address)
        assert response.status_code == 404, address
        assert CANARY not in body(response).replace("QUOKKA-1", ""), address


def test_what_is_not_in_force_is_not_told_to_search_engines(client, secrets):
    for address in ("/policies/sp-100/", "/treatments/knee-injections/", "/policies/"):
        data = linked_data(client, address)
        assert json.loads(data)
        assert CANARY not in data

    # The page of an announced version is for people; it says nothing of itself.
    assert "MedicalGuideline" not in linked_data(client, "/policies/sp-100/versions/4/")


def test_text_of_an_ended_policy_is_nowhere(client, secrets):
    # The day after it ended: what was in force before stays on record.
    for address in [*ADDRESSES, "/api/v1/policies/sp-200/"]:
        assert "Words of a withdrawn text" not in body(client.get(address)), address
    assert "/policies/sp-200/" not in body(client.get("/sitemap.xml"))
    assert "MedicalGuideline" not in linked_data(client, "/policies/sp-200/")
