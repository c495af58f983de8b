"""Treatment pages and their lists, as readers and editors meet them."""

from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from wagtail.models import Site

from pages.blocks.treatment import RiskBlock
from pages.models import TreatmentPage
from policies.positions import PATIENT_WORDS, SEVERAL_POLICIES
from tests.factories.approval import approve_fully, publish_policy, submit, write_draft
from tests.factories.forms import text_made_from
from tests.factories.pages import (
    PolicyPageFactory,
    SpecialtyFactory,
    TreatmentPageFactory,
)


@pytest.fixture
def treatment(people: SimpleNamespace) -> TreatmentPage:
    return publish(people, title="Knee injections", slug="knee-injections")


def publish(people: SimpleNamespace, **values: object) -> TreatmentPage:
    draft = TreatmentPageFactory(author=people.author, **values)
    approve_fully(submit(draft, people.author), people)
    return TreatmentPage.objects.get(pk=draft.pk)


def test_letter_shows_its_treatments_only(
    client: Client, people: SimpleNamespace, treatment: TreatmentPage
) -> None:
    publish(people, title="Cataract surgery", slug="cataract-surgery")

    html = client.get("/treatments/?letter=k").content.decode()

    assert "Knee injections" in html
    assert "Cataract surgery" not in html


def test_the_list_says_where_it_depends_on_the_policy(
    client: Client, people: SimpleNamespace, treatment: TreatmentPage
) -> None:
    for reference, position in [("SP-700", "routine"), ("SP-800", "not_routine")]:
        draft = PolicyPageFactory(
            author=people.author,
            reference=reference,
            position=position,
            treatments=[treatment],
        )
        publish_policy(draft, people)

    html = client.get("/treatments/").content.decode()

    assert "Depends" in html


def test_home_explains_every_funding_word(client: Client, site: Site) -> None:
    html = client.get("/").content.decode()

    for words in [*PATIENT_WORDS.values(), SEVERAL_POLICIES]:
        assert words.tag in html
        assert words.sentence in html


@pytest.mark.once
def test_letter_without_treatments_says_what_to_do(
    client: Client, treatment: TreatmentPage
) -> None:
    html = client.get("/treatments/?letter=X").content.decode()

    assert "No treatment begins with X. It may have another name" in html


@pytest.mark.once
def test_empty_site_says_so(client: Client, site: Site) -> None:
    html = client.get("/treatments/").content.decode()

    assert "No treatment has been published yet." in html


def test_specialty_shows_its_own_treatments(
    client: Client, people: SimpleNamespace, treatment: TreatmentPage
) -> None:
    eyes = SpecialtyFactory(name="Eyes", slug="eyes")
    publish(people, title="Cataract surgery", slug="cataract", specialty=eyes)

    html = client.get("/treatments/specialty/eyes/").content.decode()

    assert "Cataract surgery" in html
    assert "Knee injections" not in html


def test_draft_is_in_no_list(
    client: Client, people: SimpleNamespace, treatment: TreatmentPage
) -> None:
    TreatmentPageFactory(title="Secret draft", slug="secret", author=people.author)

    for address in ["/treatments/", "/search/?q=draft", "/sitemap.xml"]:
        assert "/treatments/secret/" not in client.get(address).content.decode()
    assert client.get("/treatments/secret/").status_code == 404


def test_withdrawn_policy_says_nothing_about_funding(
    client: Client, people: SimpleNamespace, treatment: TreatmentPage
) -> None:
    policy = PolicyPageFactory(reference="SP-100")
    policy.treatments.set([treatment])
    policy.save_revision(user=people.author)
    publish_policy(policy, people)
    assert "SP-100" in client.get(treatment.url).content.decode()

    write_draft(
        policy,
        people.author,
        status="withdrawn",
        status_reason="No longer needed.",
        change_note="Withdrawn.",
    )
    publish_policy(policy, people)

    assert "SP-100" not in client.get(treatment.url).content.decode()


def test_review_of_the_whole_page_sets_its_dates(
    people: SimpleNamespace, treatment: TreatmentPage
) -> None:
    assert treatment.last_reviewed_on is None

    write_draft(treatment, people.author, is_full_review=True, change_note="Reviewed.")
    approve_fully(submit(treatment, people.author), people)

    treatment.refresh_from_db()
    assert treatment.last_reviewed_on == timezone.localdate()
    assert treatment.review_due_on.year == timezone.localdate().year + 2


@pytest.mark.once
def test_heading_that_is_too_long_is_refused(treatment: TreatmentPage) -> None:
    treatment.title = "x" * 66

    with pytest.raises(ValidationError, match="65 characters"):
        treatment.full_clean()


@pytest.mark.once
def test_risk_has_its_plain_and_its_medical_name() -> None:
    block = RiskBlock()
    value = block.to_python({"name": "bleeding", "medical_name": "haemarthrosis"})

    assert value.full_name == "bleeding (haemarthrosis)"


@pytest.mark.once
def test_submission_of_an_incomplete_page_names_what_is_missing(
    client: Client, people: SimpleNamespace
) -> None:
    draft = TreatmentPageFactory(introduction="", author=people.author)
    client.force_login(people.author)
    address = f"/admin/pages/{draft.pk}/edit/"
    form = client.get(address).context["form"]
    data = {
        name: value
        for name, value in form.initial.items()
        if isinstance(value, (str, int)) and value is not None
    }
    streams = [name for name in form.fields if f"{name}-count" not in data]
    counts = {f"{name}-count": "0" for name in streams}
    formsets = {
        f"{prefix}-{key}": "0"
        for prefix in ("documents", "comments")
        for key in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")
    }

    response = client.post(
        address,
        {
            **data,
            **counts,
            **formsets,
            **text_made_from(draft),
            "action-submit": "1",
        },
    )

    assert response.status_code == 422
    assert "Fill this in before you submit" in response.content.decode()
