"""History, comparison and feeds, as people and programs read them."""

import datetime
import re
from xml.etree import ElementTree

import pytest
import time_machine

from tests.policies.public_fixtures import ADDRESS, REFERENCE, Ledger, london

START = london(2026, 1, 5, 9)
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(START) as traveller:
        yield traveller


@pytest.fixture
def ledger(clock, people):
    return Ledger(clock, people, REFERENCE)


def words(response):
    return " ".join(response.content.decode().split())


def entries(response):
    return ElementTree.fromstring(response.content).findall(f"{ATOM}entry")


def test_history_shows_what_each_version_changed(client, ledger):
    ledger.publish(london(2026, 1, 6, 9))
    version = ledger.publish(london(2026, 2, 3, 9))

    page = words(client.get(f"{ADDRESS}history/"))

    assert "Note of text 1." in page
    assert "from 6 January 2026 at 9:00am until 3 February 2026 at 9:00am" in page
    assert version.content_hash in page
    assert version.entries.get().chain in page


@pytest.mark.once
def test_history_is_paged(client, ledger, monkeypatch):
    monkeypatch.setattr("policies.views.history.VERSIONS_PER_PAGE", 2)
    for _number in range(3):
        ledger.publish()

    first = words(client.get(f"{ADDRESS}history/"))
    second = words(client.get(f"{ADDRESS}history/?p=2"))

    assert "Note of text 3." in first
    assert "Note of text 1." not in first
    assert "Note of text 1." in second


@pytest.mark.once
def test_history_of_nothing_is_not_there(client, site):
    for rest in [
        "history/",
        "history.json",
        "feed/",
        "on/",
        "compare/",
        "compare/1..2/",
    ]:
        assert client.get(ADDRESS + rest).status_code == 404


def test_history_as_data_names_dates_hashes_and_chain(client, ledger):
    ledger.publish(london(2026, 1, 6, 9))
    version = ledger.publish(london(2026, 2, 3, 9))

    data = client.get(f"{ADDRESS}history.json").json()

    assert data["reference"] == REFERENCE
    newest, oldest = data["versions"]
    assert newest["sha256"] == version.content_hash
    assert newest["chain"] == version.entries.get().chain
    assert newest["in_force_until"] is None
    assert oldest["in_force_until"] == newest["in_force_from"]
    assert newest["address"] == f"http://testserver{version.get_absolute_url()}"


@pytest.mark.once
def test_difference_marks_words_and_says_it_to_screen_readers(client, ledger):
    ledger.publish(lay_summary="Paid after three months.")
    ledger.publish(lay_summary="Paid after six months.")

    page = words(client.get(f"{ADDRESS}compare/1..2/"))
    assert re.search(r"<del>.*?removed:.*?three.*?</del>", page)
    assert re.search(r"<ins>.*?added:.*?six.*?</ins>", page)

    # Struck out and added figures must not run together.
    assert re.search(r"</del>\s+<ins>", page)

    back = words(client.get(f"{ADDRESS}compare/2..1/"))
    assert re.search(r"<ins>.*?added:.*?three.*?</ins>", back)


@pytest.mark.once
def test_difference_escapes_the_text(client, ledger):
    ledger.publish(lay_summary="Below <script>40</script>.")
    ledger.publish(lay_summary="Below <script>30</script>.")

    assert "<script>" not in words(client.get(f"{ADDRESS}compare/1..2/")).replace(
        '<script type="module"', ""
    )


@pytest.mark.once
def test_version_compared_with_itself_is_the_same(client, ledger):
    ledger.publish()

    response = client.get(f"{ADDRESS}compare/1..1/")

    assert response.status_code == 200
    assert "nothing differs" in words(response)
    assert response["X-Robots-Tag"] == "noindex, nofollow"


@pytest.mark.once
def test_robots_are_led_to_no_maze_of_comparisons(client, ledger):
    """One link for each version, to its neighbour, and none that they may follow."""
    for _number in range(4):
        ledger.publish()
    pages = [
        words(client.get(f"{ADDRESS}{rest}"))
        for rest in ("", "versions/2/", "history/", "compare/1..3/")
    ]

    links = re.findall(r"<a[^>]*/compare/\d[^>]*>", " ".join(pages))
    assert len(links) == 3 + 1
    assert all('rel="nofollow"' in link for link in links)
    assert [
        pair in pages[2] for pair in ("/1..2/", "/2..3/", "/3..4/", "/1..3/", "/1..4/")
    ] == [True, True, True, False, False]
    assert '<meta name="robots" content="noindex, nofollow">' in pages[3]
    assert "Disallow: /policies/*/compare/" in words(client.get("/robots.txt"))


@pytest.mark.once
def test_version_can_be_cited_with_address_dates_and_checksum(client, ledger):
    first = ledger.publish()
    ledger.publish(london(2026, 2, 2, 9))

    page = words(client.get(f"{ADDRESS}versions/1/"))

    citation = page.split('id="citation">')[1].split("</p>")[0]
    assert (
        "Policy SP-100, version 1.0, in force from 5 January 2026 at 9:00am" in citation
    )
    assert "until 2 February 2026 at 9:00am." in citation
    assert f"{ADDRESS}versions/1/" in citation
    assert first.content_hash in citation
    assert 'data-copy="citation" hidden' in page


@pytest.mark.once
@pytest.mark.parametrize("rest", ["1..2", "0..1", "7..8", f"1..{'9' * 30}"])
def test_comparison_with_unknown_numbers_gets_help(client, ledger, rest):
    ledger.publish()

    response = client.get(f"{ADDRESS}compare/{rest}/")

    assert response.status_code == 404
    assert "has no public version" in words(response)


@pytest.mark.once
def test_chosen_versions_lead_to_their_comparison(client, ledger):
    ledger.publish()
    ledger.publish()

    assert 'name="old"' in words(client.get(f"{ADDRESS}history/"))
    assert client.get(f"{ADDRESS}compare/").status_code == 200
    response = client.get(f"{ADDRESS}compare/", {"old": "1", "new": "2"})
    assert response["Location"] == f"{ADDRESS}compare/1..2/"


@pytest.mark.once
@pytest.mark.parametrize("chosen", [{"old": "1"}, {"old": "x", "new": "1"}])
def test_incomplete_choice_is_explained(client, ledger, chosen):
    ledger.publish()

    response = client.get(f"{ADDRESS}compare/", chosen)

    assert response.status_code == 400
    assert "Choose two versions" in words(response)


def test_feed_has_the_versions_that_took_effect(client, ledger):
    ledger.publish(london(2026, 1, 6, 9), change_note="Old & tried.")
    ledger.publish(london(2026, 2, 3, 9))
    ledger.publish(
        effective_on=datetime.date(2026, 4, 1), is_announced=True, change_note="Later."
    )
    Ledger(ledger.clock, ledger.people, "SP-200").publish(london(2026, 2, 4, 9))

    one = client.get(f"{ADDRESS}feed/")
    every = client.get("/policies/feed/")

    assert one["Content-Type"].startswith("application/atom+xml")
    assert len(entries(one)) == 2
    assert len(entries(every)) == 3
    assert "Later." not in one.content.decode() + every.content.decode()
    newest = entries(one)[0]
    link = newest.find(f"{ATOM}link").get("href")
    assert link == f"http://testserver{ADDRESS}versions/2/"
    assert newest.find(f"{ATOM}updated").text.startswith("2026-02-03T09:00:")


@pytest.mark.once
def test_feed_shows_what_was_typed_and_runs_none_of_it(client, ledger):
    ledger.publish(change_note="BMI < 35 <b>only</b>.")

    (entry,) = entries(client.get(f"{ADDRESS}feed/"))

    summary = entry.find(f"{ATOM}summary").text
    assert summary == "<p>BMI &lt; 35 &lt;b&gt;only&lt;/b&gt;.</p>"


@pytest.mark.once
def test_feed_is_sent_again_only_when_it_changed(client, ledger):
    ledger.publish()
    first = client.get(f"{ADDRESS}feed/")

    by_tag = client.get(f"{ADDRESS}feed/", headers={"If-None-Match": first["ETag"]})
    by_date = client.get(
        f"{ADDRESS}feed/", headers={"If-Modified-Since": first["Last-Modified"]}
    )
    assert by_tag.status_code == by_date.status_code == 304
    assert by_tag["Cache-Control"] == "public, max-age=0, must-revalidate"

    ledger.clock.shift(60)
    ledger.publish()
    again = client.get(f"{ADDRESS}feed/", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 200
    assert len(entries(again)) == 2


@pytest.mark.once
def test_feed_of_all_policies_is_there_before_the_first(client, site):
    response = client.get("/policies/feed/")

    assert response.status_code == 200
    assert not entries(response)


@pytest.mark.once
def test_feed_ends_after_fifty_versions(client, ledger, monkeypatch):
    monkeypatch.setattr("policies.feeds.MOST_ENTRIES", 2)
    for _number in range(3):
        ledger.publish()

    assert len(entries(client.get(f"{ADDRESS}feed/"))) == 2
    assert len(entries(client.get("/policies/feed/"))) == 2
