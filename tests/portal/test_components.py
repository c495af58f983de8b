import datetime
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.paginator import Paginator
from django.template import Context, Template, TemplateSyntaxError
from django.template.loader import get_template

from pages.models import SiteBrand
from portal.templatetags.portal import (
    BRAND_CACHE_KEY,
    forget_brand,
    language_name,
    menu,
    numbered,
)

pytestmark = pytest.mark.once


def render(source: str, **context: object) -> str:
    template = Template("{% load components portal %}" + source)
    return " ".join(template.render(Context(context)).split())


def test_tag_shows_its_words_in_its_colour():
    html = render('{% tag "Funded" colour="green" %}')

    assert "nhsuk-tag--green" in html
    assert ">Funded<" in html


@pytest.mark.parametrize(
    "source",
    [
        '{% tag "Funded" colour="pinkish" %}',
        '{% do_dont_list kind="maybe" items=items %}',
        '{% care_card urgency="soon" heading="Call" %}{% endcare_card %}',
        '{% card heading="Funding" heading_level=1 %}{% endcard %}',
        '{% action_link text="Go" url="/" colour="red" %}',
    ],
)
def test_component_refuses_what_it_does_not_know(source):
    with pytest.raises(TemplateSyntaxError):
        render(source, items=["rest"])


def test_care_card_says_its_urgency_in_words():
    html = render(
        '{% care_card urgency="emergency" heading="Call 999 if:" %}'
        "<p>It bleeds.</p>{% endcare_card %}"
    )

    assert "Immediate action required:" in html
    assert "<h3" in html
    assert "<p>It bleeds.</p>" in html


def test_component_escapes_what_people_typed():
    html = render(
        "{% details summary=words %}{{ words }}{% enddetails %}", words="<script>"
    )

    assert "<script>" not in html
    assert html.count("&lt;script&gt;") == 2


def test_list_of_things_not_to_do_says_so_in_every_line():
    html = render('{% do_dont_list kind="dont" items=items %}', items=["drive", "run"])

    assert "do not drive" in html
    assert "do not run" in html


def test_summary_list_pairs_names_and_values():
    html = render(
        '{% summary_list %}{% summary_row key="Owner" %}Planned care'
        "{% endsummary_row %}{% endsummary_list %}"
    )

    assert "<dt" in html
    assert html.index("Owner") < html.index("Planned care")


def test_review_dates_say_what_is_unknown():
    html = render(
        "{% review_dates last_reviewed_on=day review_due_on=None %}",
        day=datetime.date(2026, 1, 5),
    )

    assert "5 January 2026" in html
    assert "to be confirmed" in html


def test_document_link_says_what_a_reader_gets():
    html = render(
        '{% document_link title="Leaflet" url="/d" kind="Patient leaflet" '
        'language="ur" format_name="PDF" page_count=2 size=2048 '
        "is_translation_behind=True %}"
    )

    assert "Urdu" in html
    assert "2 pages" in html
    assert "2.0 KB" in html
    assert "has changed since this was translated" in html


def test_pagination_keeps_the_rest_of_the_address(rf):
    page = Paginator(range(100), 10).get_page(5)
    request = rf.get("/search/?q=knee&p=5")

    html = render("{% pagination page_obj %}", page_obj=page, request=request)

    assert 'href="?q=knee&amp;p=4"' in html
    assert 'href="?q=knee&amp;p=6"' in html
    assert html.count('aria-current="page"') == 1


def test_pagination_is_silent_on_a_single_page(rf):
    page = Paginator(range(3), 10).get_page(1)

    assert not render("{% pagination page_obj %}", page_obj=page, request=rf.get("/"))


def test_every_component_names_its_variables():
    folder = Path(get_template("components/tag.html").origin.name).parent

    for path in folder.glob("*.html"):
        text = path.read_text()
        assert text.startswith("{#") or "{{" not in text, path.name


@pytest.mark.parametrize(
    ("parent", "position", "number"),
    [("", 1, "1"), ("1", 2, "1.2"), ("1.2", 3, "1.2.3")],
)
def test_criteria_are_numbered_through_every_level(parent, position, number):
    assert numbered(parent, position) == number


def test_languages_are_named_in_their_own_script_too():
    assert language_name("pl") == "Polish (polski)"
    assert language_name("en") == "English"
    assert language_name("xx") == "xx"


def test_menu_knows_in_which_section_an_address_lies():
    def marked(path):
        return [(entry.url, entry.current) for entry in menu(path) if entry.current]

    assert marked("/treatments/knee/") == [("/treatments/", "true")]
    assert marked("/treatments/") == [("/treatments/", "page")]
    assert marked("/") == [("/", "page")]


def test_brand_costs_no_query_while_it_is_warm(site, django_assert_num_queries):
    render("{% site_brand as brand %}{{ brand.service_name }}")

    with django_assert_num_queries(0):
        html = render("{% site_brand as brand %}{{ brand.service_name }}")

    assert html


def test_saved_brand_shows_at_once(site):
    render("{% site_brand as brand %}")
    brand = SiteBrand.for_site(site)
    brand.service_name = "Policies of the county"
    brand.save()

    html = render("{% site_brand as brand %}{{ brand.service_name }}")

    assert html == "Policies of the county"


def test_forgotten_brand_leaves_the_cache(site):
    render("{% site_brand as brand %}")
    forget_brand()

    assert cache.get(BRAND_CACHE_KEY) is None
