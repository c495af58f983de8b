"""Parts of pages that are rendered once are the parts that would be rendered anew."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.test import Client, RequestFactory
from wagtail.models import Page, PageViewRestriction

from pages.models import SiteBrand, TreatmentPage
from policies.models import PolicyVersion
from policies.text import PolicyText
from portal.cache.generation import bound
from portal.cache.parts import lasting_part, part_of_generation
from tests.factories.approval import approve_fully, publish_next, submit
from tests.site.kept_pages import new_generation, shown


@pytest.mark.django_db
def test_a_publication_shows_in_the_next_generation(
    client: Client,
    people: SimpleNamespace,
    treatment: TreatmentPage,
    version: PolicyVersion,
) -> None:
    before = new_generation()
    for address in ("/policies/sp-100/", "/treatments/knee-injections/"):
        shown(client, address, before)
    draft = treatment.get_latest_revision_as_object()
    draft.introduction, draft.change_note = "Told anew.", "Clearer."
    draft.save_revision(user=people.author)
    approve_fully(submit(draft, people.author), people)
    publish_next(
        version.policy, people, lay_summary="Decided anew.", change_note="Plainer."
    )

    after = new_generation()

    assert b"Decided anew." in shown(client, "/policies/sp-100/", after)
    page = shown(client, "/treatments/knee-injections/", after)
    assert b"Told anew." in page
    assert b"Decided anew." in page


@pytest.mark.django_db
def test_drafts_and_restricted_pages_take_nothing_from_the_memory(
    client: Client, treatment: TreatmentPage, rf: RequestFactory
) -> None:
    generation = new_generation()
    address = "/treatments/knee-injections/"
    shown(client, address, generation)
    treatment.introduction = "Only a draft."
    with bound(generation):
        draft = treatment.make_preview_request(rf.get(address))
    shown(client, "/about/", generation)
    about = Page.objects.get(slug="about")
    PageViewRestriction.objects.create(page=about, restriction_type="login")

    with bound(new_generation()):
        restricted = client.get("/about/")

    assert b"Only a draft." in draft.content
    assert restricted.status_code == 302


@pytest.mark.django_db
def test_the_frame_follows_the_brand(client: Client, site: Any) -> None:
    shown(client, "/", new_generation())
    SiteBrand.objects.update_or_create(
        site=site, defaults={"service_name": "Policies of the county"}
    )

    assert b"Policies of the county" in shown(client, "/", new_generation())


@pytest.mark.once
def test_a_text_that_leads_elsewhere_does_not_last() -> None:
    linked = PolicyText({"scope": '<a linktype="page" id="3">There</a>'})
    alone = PolicyText({"scope": '<a href="https://example.org/">There</a>'})
    rendered = iter("abcd")

    def render() -> str:
        return next(rendered)

    assert not linked.stands_alone
    assert alone.stands_alone
    assert lasting_part("linked", render, lambda: linked.stands_alone) == "a"
    assert lasting_part("linked", render, lambda: alone.stands_alone) == "b"
    assert lasting_part("linked", render, lambda: alone.stands_alone) == "b"


@pytest.mark.once
def test_parts_of_a_generation_serve_for_it_alone() -> None:
    rendered = iter("abcd")
    first, second = new_generation(), new_generation()

    def part() -> str:
        return part_of_generation("key", lambda: next(rendered))

    assert [part(), part()] == ["a", "b"]
    with bound(first):
        assert [part(), part()] == ["c", "c"]
    with bound(second):
        assert part() == "d"


@pytest.mark.once
def test_a_lasting_part_says_on_which_condition() -> None:
    with pytest.raises(TemplateSyntaxError):
        Template('{% load parts %}{% lastingpart "name" key %}{% endlastingpart %}')
    with bound(new_generation()):
        html = Template('{% load parts %}{% part "x" missing %}{{ word }}{% endpart %}')
        words = [html.render(Context({"word": word})) for word in "ab"]
    assert words == ["a", "b"]
