"""What programs get, and how they are told what is wrong."""

from importlib import import_module

import pytest
from django.apps import apps
from django.test import Client

from pages.models import Specialty
from policies.models import VersionCode
from tests.factories.bulk import copy_policies, copy_treatments

API = "/api/v1/"
pytestmark = pytest.mark.django_db


def test_policy_is_its_version_in_force_with_its_text(client, register):
    data = client.get(f"{API}policies/sp-100/").json()

    assert (data["reference"], data["version"], data["applies"]) == (
        "SP-100",
        "2.0",
        True,
    )
    assert data["in_force_from"].startswith("2026-02-03T09:00:")
    assert data["in_force_until"] is None
    assert data["text"]["codes"][0]["code"] == "W90.3"
    assert data["text"]["treatments"][0]["title"] == "Knee injections"
    assert data["text"]["sections"][0]["name"] == "scope"
    assert client.get(f"{API}policies/SP-100/").json() == data


def test_earlier_version_says_until_when_it_counted(client, register):
    newest, oldest = client.get(f"{API}policies/sp-100/versions/").json()["items"]
    data = client.get(f"{API}policies/sp-100/versions/1/").json()

    assert newest["number"] == 2
    assert oldest["in_force_until"] == newest["in_force_from"]
    assert data["lay_summary"] == "=1+1 is the first summary."
    assert (data["is_current"], data["applies"]) == (False, False)


def test_ended_policy_is_flagged_and_has_no_text(client, register):
    data = client.get(f"{API}policies/sp-200/").json()
    listed = client.get(f"{API}policies/").json()["items"]
    ended = client.get(f"{API}policies/?status=withdrawn").json()["items"]

    assert (data["status"], data["applies"]) == ("withdrawn", False)
    assert data["status_reason"] == "Not offered any more."
    assert data["text"] is data["position"] is data["lay_summary"] is None
    assert [item["reference"] for item in listed] == ["SP-100"]
    assert [item["reference"] for item in ended] == ["SP-200"]
    assert client.get(f"{API}policies/sp-200/criteria/").json()["criteria"] is None
    assert client.get(f"{API}policies/sp-200/PlanDefinition").status_code == 404


def test_day_has_the_versions_of_that_day(client, register):
    before = client.get(f"{API}policies/sp-100/on/2026-01-31/").json()
    change = client.get(f"{API}policies/sp-100/on/2026-02-03/").json()

    assert [item["number"] for item in before["items"]] == [1]
    assert before["is_over"] is True
    assert [item["number"] for item in change["items"]] == [1, 2]


def test_criteria_are_a_tree(client, register):
    data = client.get(f"{API}policies/sp-100/versions/1/criteria/").json()

    tree = data["criteria"]
    first, group, exclusion = tree["members"]
    assert tree["rule"] == "all_of"
    assert first["text"] == "Pain on most nights."
    assert first["unless"] == "There is no sleep."
    assert first["quantities"] == [
        {"measure": "BMI", "comparison": "at_most", "number": "39.9", "unit": "kg"}
    ]
    assert (group["rule"], group["minimum"]) == ("at_least", 2)
    assert len(group["members"]) == 3
    assert exclusion["rule_words"] == "Not this"


@pytest.mark.parametrize("typed", ["W90.3", "w903", "W90.4"])
def test_code_leads_to_the_policies_that_name_it(client, register, typed):
    data = client.get(f"{API}codes/", {"system": "opcs-4", "code": typed}).json()

    (item,) = data["items"]
    assert item["reference"] == "SP-100"
    (code,) = item["codes"]
    assert code["is_included"] is (typed != "W90.4")
    nothing = client.get(f"{API}codes/", {"system": "icd-10", "code": typed})
    assert nothing.json()["items"] == []


def test_codes_of_older_versions_are_copied_alike(register):
    migration = import_module("policies.migrations.0002_version_codes")
    written = codes_on_record()

    migration.copy_codes(apps, None)

    assert codes_on_record() == sorted(written * 2)


def codes_on_record():
    columns = ("version", "system", "key", "is_included")
    return sorted(VersionCode.objects.values_list(*columns))


def test_treatment_has_its_words_and_its_policies(client, register):
    (listed,) = client.get(f"{API}treatments/").json()["items"]
    data = client.get(f"{API}treatments/knee-injections/").json()

    assert listed["policies"][0]["reference"] == "SP-100"
    assert data["policies"][0]["position"]["patient_label"] == "Funded"
    assert {"what_it_is", "alternatives"} <= {part["name"] for part in data["sections"]}
    assert "eases a sample pain" in data["sections"][0]["text"]
    assert data["risks"][0]["out_of"] == 100


def test_lists_come_in_parts(client, register):
    version = register.policy.versions.get(number=2)
    copy_policies(version, 4)
    address, seen = f"{API}policies/?limit=2", []
    while address:
        response = client.get(address)
        data = response.json()
        assert len(data["items"]) <= 2
        seen += [item["reference"] for item in data["items"]]
        assert (f'<{data["next"]}>; rel="next"' == response.get("Link")) == bool(
            data["next"]
        )
        address = data["next"]

    assert len(seen) == len(set(seen)) == 5

    first = client.get(f"{API}policies/sp-100/versions/?limit=1").json()
    second = client.get(first["next"]).json()
    assert [item["number"] for item in second["items"]] == [1]
    assert second["next"] is None


def test_lists_are_narrowed_by_position_and_specialty(client, register):
    slug = Specialty.objects.get().slug

    assert client.get(f"{API}policies/?position=routine").json()["items"]
    assert not client.get(f"{API}policies/?position=criteria").json()["items"]
    for kind in ("policies", "treatments"):
        assert client.get(f"{API}{kind}/?specialty={slug}").json()["items"]
        assert not client.get(f"{API}{kind}/?specialty=none").json()["items"]


@pytest.mark.parametrize(
    ("rest", "status", "words"),
    [
        ("policies/?limit=51", 400, "from 1 to 50"),
        ("policies/?limit=-1", 400, "from 1 to 50"),
        ("policies/?limit=9999999999999999999999", 400, "from 1 to 50"),
        ("policies/?limit=1&limit=2", 400, "given once"),
        ("policies/?position=free", 400, "routine"),
        ("policies/?after=%00", 400, "has the form"),
        ("policies/?positon=routine", 400, "Unknown parameter"),
        ("policies/sp-100/?x=1", 400, "takes: none"),
        ("codes/?system=opcs-4", 400, "code is not right: it has to be given"),
        ("codes/?system=OPCS&code=W90", 400, "snomed-ct"),
        ("policies/sp-100/on/2026-02-30/", 400, "no such date"),
        ("policies/sp-100/on/2099-01-01/", 404, "not come yet"),
        ("policies/sp-100/on/0001-01-01/", 404, "was not in force"),
        ("policies/sp-100/versions/0/", 404, "no version 0"),
        (f"policies/sp-100/versions/{'9' * 30}/", 404, "no version"),
        ("policies/sp-999/", 404, "SP-999"),
        ("policies/sp-999/versions/", 404, "SP-999"),
        ("policies/sp-999/on/2026-02-01/", 404, "SP-999"),
        ("treatments/none/", 404, "No treatment"),
        ("treatments/%00/", 404, "No treatment"),
        ("policies", 404, "/api/"),
        ("", 404, "/api/"),
        ("a%0Ab/", 404, "/api/"),
        ("policies/%E2%28%A1/", 404, "/api/"),
    ],
)
def test_what_cannot_be_answered_is_explained(client, register, rest, status, words):
    response = client.get(API + rest)

    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["status"] == status
    assert words in response.json()["detail"]


def test_nothing_can_be_written(register):
    strict = Client(enforce_csrf_checks=True)

    for method in (strict.post, strict.put, strict.patch, strict.delete):
        response = method(f"{API}policies/")
        assert response.status_code == 405
        assert response["Allow"] == "GET, HEAD, OPTIONS"
        assert response.json()["status"] == 405


def test_answer_is_open_to_all_and_sent_once(client, register):
    address = f"{API}policies/"

    first = client.get(address, headers={"Origin": "https://elsewhere.example"})
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    asked = client.options(address)

    assert first["Access-Control-Allow-Origin"] == "*"
    assert first["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert not first.cookies
    assert "Vary" not in first
    assert again.status_code == 304
    assert again.content == b""
    assert asked.status_code == 204
    assert "If-None-Match" in asked["Access-Control-Allow-Headers"]

    register.publish(lay_summary="The third summary.")
    fresh = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert fresh.status_code == 200


@pytest.mark.parametrize(
    ("rest", "budget"),
    [
        ("policies/?limit=50", 1),
        ("policies/sp-100/", 6),
        ("policies/sp-100/versions/?limit=50", 1),
        ("policies/sp-100/criteria/", 1),
        ("codes/?system=opcs-4&code=W903&limit=50", 1),
        ("treatments/?limit=50", 3),
        ("treatments/knee-injections/", 3),
        ("policies/sp-100/PlanDefinition", 1),
    ],
)
def test_answers_cost_the_same_few_queries(
    client, register, treatment, django_assert_max_num_queries, rest, budget
):
    copy_treatments(treatment, 30)
    copy_policies(register.policy.versions.get(number=2), 30)
    client.get(API + rest)

    with django_assert_max_num_queries(budget):
        assert client.get(API + rest).status_code == 200
