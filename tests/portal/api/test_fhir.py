"""FHIR resources of a version, judged by the published shapes of R4."""

import pytest
from fhir.resources.R4B.plandefinition import PlanDefinition
from fhir.resources.R4B.questionnaire import Questionnaire

pytestmark = pytest.mark.django_db
API = "/api/v1/policies/sp-100/"
OURS = "http://testserver/api/#criteria-rule"


def resource(client, address):
    response = client.get(API + address)
    assert response["Content-Type"] == "application/fhir+json"
    return response.json()


@pytest.mark.parametrize("model", [PlanDefinition, Questionnaire])
@pytest.mark.parametrize("place", ["", "versions/1/"])
def test_resource_is_valid_and_says_which_text_it_is(client, register, model, place):
    data = resource(client, f"{place}{model.__name__}")

    checked = model.model_validate(data)
    assert checked.url == f"http://testserver{API}{model.__name__}"
    assert checked.version == ("1.0" if place else "2.0")
    assert checked.status == ("retired" if place else "active")
    assert checked.effectivePeriod.start is not None
    assert (checked.effectivePeriod.end is None) == (not place)


def test_plan_keeps_the_tree_its_rules_and_its_codes(client, register):
    data = resource(client, "versions/1/PlanDefinition")

    asked, excluded = data["action"]
    assert [code["coding"][0] for code in asked["code"]] == [
        {"system": "https://fhir.hl7.org.uk/CodeSystem/OPCS-4", "code": "W90.3"},
        {"system": "http://hl7.org/fhir/sid/icd-10", "code": "M17.1"},
    ]
    assert "W90.4" in excluded["textEquivalent"]
    assert "code" not in excluded
    (top,) = asked["action"]
    assert top["selectionBehavior"] == "all"
    leaf, group, exclusion = top["action"]
    assert leaf["textEquivalent"] == "Pain on most nights."
    assert leaf["documentation"][0]["display"] == "There is no sleep."
    assert [member["prefix"] for member in group["action"]] == ["2.1", "2.2", "2.3"]
    assert group["extension"] == [
        {
            "url": OURS,
            "extension": [
                {"url": "rule", "valueCode": "at_least"},
                {"url": "minimum", "valuePositiveInt": 2},
            ],
        }
    ]
    assert "selectionBehavior" not in group
    assert exclusion["extension"][0]["extension"][0]["valueCode"] == "none_of"


def test_questionnaire_asks_each_criterion_once(client, register):
    data = resource(client, "versions/1/Questionnaire")

    def questions(items):
        for item in items:
            if item["type"] == "choice":
                yield item
            yield from questions(item.get("item", []))

    def links(items):
        for item in items:
            yield item["linkId"]
            yield from links(item.get("item", []))

    asked = list(questions(data["item"]))
    assert [item["text"] for item in asked] == [
        "Pain on most nights.",
        "Physiotherapy was tried.",
        "Tablets were tried.",
        "Rest was tried.",
        "An infection.",
    ]
    codes = [option["valueCoding"]["code"] for option in asked[0]["answerOption"]]
    assert codes == ["met", "not-met", "not-known"]
    assert [
        [option["valueCoding"]["display"] for option in item["answerOption"]]
        for item in (asked[0], asked[-1])
    ] == [["Met", "Not met", "Not known"], ["Applies", "Does not apply", "Not known"]]
    every_link = list(links(data["item"]))
    assert len(every_link) == len(set(every_link))


def test_policy_without_criteria_is_valid_too(client, register):
    register.publish(criteria=[], codes=[])

    for model in (PlanDefinition, Questionnaire):
        model.model_validate(resource(client, model.__name__))
