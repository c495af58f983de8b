"""What readers find, what they never find, and what search answers to any text."""

import datetime
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import Page, PageViewRestriction, Site

from pages.models import InformationPage, TreatmentPage
from policies.models import PolicyVersion
from policies.rescission import rescind
from policies.tick import tick
from portal.audit.models import AuditEntry
from portal.search import structures
from portal.search.indexing import index
from portal.search.models import SearchEntry, Synonym, ZeroResult
from tests.factories.approval import publish_next, publish_policy, submit, write_draft
from tests.factories.bulk import copy_policies, copy_treatments
from tests.factories.pages import PolicyPageFactory, TreatmentPageFactory
from tests.site.answers import links

pytestmark = pytest.mark.django_db
CANARY = "quokkatherapy"
MOST_QUERIES = 20


@pytest.fixture
def find(client: Client) -> Callable[..., str]:
    """What the search page says about a text."""

    def found(text: str, **more: str) -> str:
        response = client.get("/search/", {"q": text, **more})
        assert response.status_code == 200
        return response.content.decode()

    return found


def in_days(days: int) -> datetime.datetime:
    return timezone.now() + datetime.timedelta(days=days)


def later(days: int) -> datetime.date:
    return timezone.localdate() + datetime.timedelta(days=days)


def publish_change(
    version: PolicyVersion, people: SimpleNamespace, **values: Any
) -> Any:
    """A further version with these values and a note of its own."""
    policy = version.policy.specific
    return publish_next(policy, people, change_note=f"Now {values}.", **values)


def coded(code: str, *, is_included: bool = True) -> tuple[str, dict[str, Any]]:
    value = {"system": "OPCS-4", "code": code, "meaning": "Injection into joint"}
    return "code", {**value, "is_included": is_included}


# What is found


def test_references_and_codes_are_found_however_they_are_written(find, people, version):
    codes = [coded("W90.3"), coded("V54.4", is_included=False)]
    publish_change(version, people, codes=codes)

    for typed in ["SP-100", "sp100", "SP 100", "sp 0100", "policy sp-100"]:
        assert links(find(typed))[0] == "/policies/sp-100/", typed
    for typed in ["W90.3", "w903", "W90"]:
        assert "OPCS-4 W90.3 Injection into joint: in this policy" in find(typed)
    assert "OPCS-4 V54.4 Injection into joint: not in this policy" in find("v54.4")


def test_a_reference_that_no_policy_has_finds_no_other_policies(find, version):
    assert links(find("sp-200")) == []
    assert "Nothing found for “sp-200”" in find("sp-200")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("nee injektions", "knee injections"), ("cortizone", "cortisone")],
)
def test_a_misspelt_name_finds_what_was_meant_and_says_so(
    find, treatment, typed, meant
):
    html = find(typed)

    assert links(html) == ["/treatments/knee-injections/"]
    assert re.search(rf"Did you mean: <a [^>]+>{meant}</a>", html)


def test_a_result_says_in_one_line_whether_it_is_funded(find, version):
    html = find("knee")

    assert "The NHS here pays for this treatment." in html
    assert "<mark>Knee</mark> injections" in html


def test_a_synonym_written_by_an_editor_is_understood_and_on_record(
    find, people, treatment
):
    assert links(find("leg prick")) == []
    editor = Client()
    editor.force_login(people.author)
    answer = editor.post(
        "/admin/snippets/search/synonym/add/",
        {"typed": "Leg Prick", "meant": "steroid jab"},
    )

    assert answer.status_code == 302
    assert links(find("leg prick")) == ["/treatments/knee-injections/"]
    entry = AuditEntry.objects.filter(action="settings.created").latest("pk")
    assert (entry.actor, entry.after["meant"]) == (people.author, "steroid jab")


def test_a_synonym_is_listed_once(people, site):
    Synonym.objects.create(typed="leg prick", meant="injection")
    editor = Client()
    editor.force_login(people.author)

    answer = editor.post(
        "/admin/snippets/search/synonym/add/", {"typed": "LEG  prick", "meant": "x"}
    )

    assert "This is listed already." in answer.content.decode()


def test_filters_count_and_narrow_by_type_position_and_specialty(find, people, version):
    other = PolicyPageFactory(
        reference="SP-200", title="Knee braces", position="not_routine"
    )
    other.save_revision(user=people.author)
    publish_policy(other, people)

    html = find("knee")
    narrow = re.search(r"<details.*?</details>", html, re.DOTALL).group(0)
    options = dict(re.findall(r">([^<]+)</a> \((\d+)\)", narrow))

    assert (options["Treatment"], options["Policy"]) == ("1", "1")
    assert (options["Funded"], options["Not routinely funded"]) == ("1", "1")
    assert links(find("knee", type="treatment")) == ["/treatments/knee-injections/"]
    assert links(find("knee", position="not_routine")) == ["/policies/sp-200/"]
    assert links(find("knee", position="routine", type="policy")) == []
    assert len(links(find("knee", specialty="musculoskeletal"))) == 2
    assert "Take one of the filters away" in find("knee", specialty="x' OR 1=1")


# What is never found, or never as current


def test_a_future_version_is_found_from_its_moment_on_without_a_job(
    find, people, version
):
    publish_change(
        version,
        people,
        title=f"New {CANARY}",
        lay_summary=f"All about {CANARY}.",
        effective_on=later(10),
    )

    before, misspelt = find(CANARY), find("quokkatherapi")
    with time_machine.travel(in_days(10)):
        after = find(CANARY)
        renamed = find("sp-100")

    assert links(before) == []
    assert "look a little like" not in before
    assert f"{CANARY}</a>" not in misspelt
    assert links(after) == ["/policies/sp-100/"]
    assert "Sample policy" not in renamed


def test_a_version_that_was_taken_back_is_never_found(find, people, version):
    scheduled = publish_change(
        version, people, title=f"New {CANARY}", effective_on=later(10)
    )
    rescind(version=scheduled, person=people.governance, reason="Not yet.")
    rescind(version=scheduled, person=people.approver1, reason="Agreed.")

    with time_machine.travel(in_days(11)):
        assert links(find(CANARY)) == []
        assert links(find("sp-100")) == ["/policies/sp-100/"]


def test_a_draft_is_never_found(find, people, treatment, version):
    write_draft(version.policy.specific, people.author, title=f"New {CANARY}")
    write_draft(treatment, people.author, other_names=CANARY, introduction=CANARY)
    new = TreatmentPageFactory(title=f"Novel {CANARY}", author=people.author)
    submit(new, people.author)

    assert links(find(CANARY)) == []


def test_a_withdrawn_policy_is_found_by_its_name_only_and_said_to_be_withdrawn(
    find, people, version
):
    publish_change(version, people, title="Sample braces", lay_summary=f"For {CANARY}.")
    assert links(find(CANARY)) == ["/policies/sp-100/"]
    other = PolicyPageFactory(reference="SP-200", title="Newer braces for the knee")
    other.save_revision(user=people.author)
    publish_policy(other, people)

    publish_change(version, people, status="withdrawn", status_reason="Not offered.")

    html = find("braces")
    assert links(find(CANARY)) == []
    assert links(html) == ["/policies/sp-200/", "/policies/sp-100/"]
    assert "This policy has been withdrawn. It no longer applies." in html
    assert CANARY not in html
    assert links(find("braces", position="routine")) == ["/policies/sp-200/"]


def test_a_page_for_a_group_is_found_by_nobody(find, site):
    page = InformationPage(title=f"Our {CANARY}", slug="hours")
    Page.objects.get(pk=site.root_page_id).add_child(instance=page)
    assert links(find(CANARY)) == ["/hours/"]

    restriction = PageViewRestriction.objects.create(
        page=page, restriction_type="login"
    )
    assert links(find(CANARY)) == []
    restriction.delete()
    assert links(find(CANARY)) == ["/hours/"]
    Page.objects.get(pk=page.pk).specific.unpublish()
    assert links(find(CANARY)) == []


# Any text, at a bounded cost


HOSTILE = [
    "\x00knee\x00",
    '"knee',
    "knee'",
    "knee AND (OR NOT",
    "name_words : knee NEAR(a b, 2) * ^",
    "knee:* & ! | <-> 'x",
    "'; DROP TABLE search_searchentry; --",
    "😀 گھٹنے ‮ knee ﷽",
    "knee " * 2000,
    "é" * 10_000,
    "%_\\",
    "İıßﬁ",
    "1e5 0x10 1.2.3 ٣ W90.3.",
    "a " * 300,
    "cp " + "0" * 180,
]


def test_hostile_text_gets_a_page_for_a_bounded_number_of_queries(find, version):
    for text in HOSTILE:
        with CaptureQueriesContext(connection) as queries:
            html = find(text)

        assert "<h1" in html
        assert len(queries) <= MOST_QUERIES, text


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    text=st.text(max_size=300), page=st.text(max_size=5), position=st.text(max_size=5)
)
def test_any_text_gets_a_page(find, site, text, page, position):
    assert "<h1" in find(text, p=page, position=position)


def test_search_costs_the_same_few_queries_for_any_content(client, treatment, version):
    texts = ["knee", "kneee injectoins", "sp-100", "W90.3", "knee zzzq", "zzzzq"]
    costs = []

    for count in [2, 40]:
        keys = [*copy_treatments(treatment, count), *copy_policies(version, count)]
        index(keys)
        client.get("/search/?q=knee")
        for text in texts:
            with CaptureQueriesContext(connection) as queries:
                client.get("/search/", {"q": text})
            costs.append(len(queries))

    first, second = costs[: len(texts)], costs[len(texts) :]
    assert first == second
    assert max(first) <= MOST_QUERIES


# Words that found nothing


def test_words_that_find_nothing_are_counted_for_the_day(find, site):
    html = find("Xylo phono")
    find("xylo  PHONO")

    assert "/contact/" in html
    assert "/treatments/" in html
    row = ZeroResult.objects.get()
    assert (row.day, row.words, row.count) == (timezone.localdate(), "xylo phono", 2)


ABOUT_SOMEBODY = [
    "zzyxo 943 476 5919",
    "zzyxo 12/03/1964",
    "zzyxo 07700900123",
    "zzyxo jo@example.org",
    "zzyxo ٩٤٣",
    "zzyxo.example",
    "zzyxo brbrbrk",
    "zzyxo aaaargh",
    "my mother zzyxo lives near zzyxo road",
    "zzyxo" * 50,
]


def test_text_that_may_be_about_somebody_leaves_no_trace(find, site):
    for text in ABOUT_SOMEBODY:
        find(text)

    assert not ZeroResult.objects.exists()


def test_counting_is_bounded_each_day_and_forgotten(find, site, monkeypatch):
    monkeypatch.setattr("portal.search.zero_results.MOST_IN_A_DAY", 2)
    for typed in ["xylo", "fono", "vixo", "xylo"]:
        find(typed)
    assert dict(ZeroResult.objects.values_list("words", "count")) == {
        "fono": 1,
        "xylo": 2,
    }

    with time_machine.travel(in_days(91)):
        tick()
    assert not ZeroResult.objects.exists()


def test_editors_read_the_words_and_take_them_away_as_a_file(people, find):
    find("xylo")
    editor, clinician = Client(), Client()
    editor.force_login(people.author)
    clinician.force_login(people.clinician)

    html = editor.get("/admin/search-words/").content.decode()
    sheet = editor.get("/admin/search-words/export.csv").getvalue().decode("utf-8-sig")

    assert "<td>xylo</td>" in html
    assert sheet.splitlines()[1] == f"xylo,1,{timezone.localdate().isoformat()}"
    assert editor.get("/admin/search-words/export.exe").status_code == 404
    for address in ["/admin/search-words/", "/admin/search-words/export.csv"]:
        assert clinician.get(address).status_code in {302, 403}


# In step


def test_the_table_is_checked_put_right_and_built_anew(
    find: Callable[..., str], treatment: TreatmentPage, version: PolicyVersion
) -> None:
    call_command("rebuild_search", check=True, verbosity=0)
    SearchEntry.objects.filter(kind="policy").delete()
    SearchEntry.objects.filter(kind="treatment").update(live_revision=0)
    with pytest.raises(CommandError, match="out of step for 2 pages"):
        call_command("rebuild_search", check=True)

    assert tick()["search_refreshed"] == 2
    call_command("rebuild_search", check=True, verbosity=0)
    SearchEntry.objects.update(all_words="wrong", name_words="wrong")
    assert links(find("knee")) == []
    call_command("rebuild_search", verbosity=0)

    assert links(find("knee"))[0] == "/treatments/knee-injections/"


def test_missing_structures_are_found_and_made_again(
    find: Callable[..., str], site: Site, people: SimpleNamespace
) -> None:
    lost = (
        "search_entry_added" if connection.vendor == "sqlite" else "search_all_vector"
    )
    kind = "TRIGGER" if connection.vendor == "sqlite" else "INDEX"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP {kind} {lost}")

    assert structures.missing() == [lost]
    structures.install()
    assert structures.missing() == []
