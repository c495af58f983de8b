"""One treatment page, section by section, as a patient reads it."""

import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from wagtail import blocks

from pages.blocks.cards import CareCardBlock
from pages.models import TreatmentPage
from tests.factories.approval import (
    approve_fully,
    publish_next,
    publish_policy,
    submit,
    write_draft,
)
from tests.factories.pages import PolicyPageFactory, TreatmentPageFactory

ORDER = [
    "formats",
    "what-it-is",
    "why-it-is-done",
    "kinds",
    "what-happens",
    "recovery",
    "benefits",
    "risks",
    "getting-help",
    "alternatives",
    "who-can-have-it",
    "if-not-eligible",
    "questions-to-ask",
    "where-to-get-help",
    "related",
    "area",
    "updates",
    "feedback",
]
BEYOND_THE_CONTENTS = {"formats", "related", "area", "updates", "feedback"}
TEXT = [("text", "<p>Some words.</p>")]


def care_card(urgency: str, heading: str) -> tuple[str, dict[str, str]]:
    body = "<ul><li>it hurts</li></ul>"
    return ("care_card", {"urgency": urgency, "heading": heading, "body": body})


def risk(name: str, people_affected: int | None) -> tuple[str, dict[str, Any]]:
    return ("risk", {"name": name, "people_affected": people_affected})


def criteria(*texts: tuple[str, str]) -> list[tuple[str, dict[str, Any]]]:
    members = [
        (
            "criterion",
            {
                "kind": "condition",
                "text": text,
                "lay_wording": plain,
                "quantities": [],
            },
        )
        for text, plain in texts
    ]
    return [("group", {"rule": "any_of", "members": members})]


@pytest.fixture
def treatment(people: SimpleNamespace) -> TreatmentPage:
    draft = TreatmentPageFactory(
        author=people.author,
        kinds=[("kind", {"name": "Keyhole", "description": "<p>Small cuts.</p>"})],
        what_happens=TEXT,
        recovery=TEXT,
        benefits=TEXT,
        risk_denominator=1000,
        risks=[risk("rare", 0), risk("unclear", None), risk("usual", 200)],
        getting_help=[
            care_card("emergency", "Call 999 if:"),
            ("text", "<p>Ask the nurses of the ward.</p>"),
            care_card("non-urgent", "See a GP if:"),
        ],
        who_can_have_it=TEXT,
        if_not_eligible=TEXT,
        questions_to_ask=TEXT,
        area_note="For people here.",
        change_note="First words.",
    )
    approve_fully(submit(draft, people.author), people)
    return TreatmentPage.objects.get(pk=draft.pk)


def words(client: Client, treatment: TreatmentPage) -> str:
    return " ".join(client.get(treatment.url).content.decode().split())


def section(page: str, heading_id: str) -> str:
    return page.split(f' id="{heading_id}"')[1].split("<h2")[0]


@pytest.mark.once
def test_sections_stand_in_the_order_of_the_standard(
    client: Client, treatment: TreatmentPage
) -> None:
    page = words(client, treatment)

    headings = re.findall(r'<h2 id="([^"]+)"', page)
    assert headings == ORDER
    assert page.index("NHS funding here") < page.index('id="formats"')
    contents = re.findall(r'href="#([^"]+)"', page.split("contents-list__list")[1])
    assert contents == [name for name in ORDER[1:] if name in contents]
    assert {*ORDER} - {*contents} == BEYOND_THE_CONTENTS
    assert page.index("Next review due") < page.index("Printed from")


@pytest.mark.once
def test_risks_go_from_common_to_rare_in_natural_numbers(
    client: Client, treatment: TreatmentPage
) -> None:
    rows = re.findall(r"<tr>.*?</tr>", section(words(client, treatment), "risks"))[1:]

    shown = [re.sub(r"<[^>]+>|\s+", " ", row).split() for row in rows]
    assert [" ".join(row) for row in shown] == [
        "usual 200 in 1,000 people",
        "rare Fewer than 1 in 1,000 people",
        "unclear Not known",
    ]


@pytest.mark.once
def test_risk_of_more_people_than_there_are_is_refused(
    treatment: TreatmentPage,
) -> None:
    treatment.risk_denominator = 100

    with pytest.raises(ValidationError, match="more people than it is counted in: 100"):
        treatment.full_clean()


@pytest.mark.once
def test_care_cards_go_from_least_to_most_urgent(
    client: Client, treatment: TreatmentPage
) -> None:
    page = words(client, treatment)

    cards = section(page, "getting-help")
    assert cards.index("See a GP if:") < cards.index("Call 999 if:")
    assert "nurses" in section(page, "where-to-get-help")


@pytest.mark.once
def test_care_card_heading_leads_into_its_list() -> None:
    block = CareCardBlock()
    _name, value = care_card("urgent", "Call 111")

    with pytest.raises(blocks.StructBlockValidationError) as refused:
        block.clean(block.to_python(value))

    assert "colon" in str(refused.value.block_errors["heading"])


def test_care_cards_in_english_end_in_if(treatment: TreatmentPage) -> None:
    treatment.getting_help = [care_card("urgent", "Call 111 when:")]

    with pytest.raises(ValidationError, match="getting_help"):
        treatment.full_clean()


def test_rules_are_those_of_the_policy_in_force_in_plain_words(
    client: Client, people: SimpleNamespace, treatment: TreatmentPage
) -> None:
    policy = PolicyPageFactory(
        reference="SP-100",
        position="criteria",
        criteria=criteria(("Nocturnal pain.", "Pain wakes you."), ("Other.", "")),
    )
    policy.treatments.set([treatment])
    policy.save_revision(user=people.author)
    publish_policy(policy, people)

    rules = section(words(client, treatment), "who-can-have-it")
    assert "only if you meet the rules of the policy." in rules
    assert "At least one of these is true:" in rules
    assert "<li> Pain wakes you. </li>" in rules
    assert "<li> Other. </li>" in rules
    assert "Nocturnal" not in rules
    assert 'href="/policies/sp-100/#criteria"' in rules

    publish_next(
        policy,
        people,
        criteria=criteria(("New.", "The new rule.")),
        change_note="Another rule.",
    )

    rules = section(words(client, treatment), "who-can-have-it")
    assert "This is true:" in rules
    assert "The new rule." in rules
    assert "Pain wakes you." not in rules


def test_updates_tell_what_readers_have_seen_change(
    client: Client, people: SimpleNamespace, treatment: TreatmentPage
) -> None:
    write_draft(
        treatment, people.author, introduction="Plain.", change_note="Plainer words."
    )
    change = submit(treatment, people.author)
    assert "Plainer words." not in words(client, treatment)

    approve_fully(change, people)

    updates = section(words(client, treatment), "updates")
    assert updates.index("Plainer words.") < updates.index("First words.")
