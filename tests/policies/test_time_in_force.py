"""What was in force when: moments, days, clock changes, and how long answers last."""

import datetime
import re

import pytest
import time_machine
from django.utils import timezone

from policies.history import public_versions
from policies.periods import Period, moment_words, period_of_day
from tests.policies.public_fixtures import ADDRESS, REFERENCE, Ledger, london

START = london(2026, 1, 5, 9)
APRIL = datetime.date(2026, 4, 1)
IMPOSSIBLE = [
    "2026-02-30",
    "20260230",
    "2026-2-3",
    "4-3-2026",
    "today",
    "٢٠٢٦-٠١-٠٦",
    "9" * 60,
]
WRITTEN = ["2026-03-04", "4/3/2026", "04/03/2026", "4 March 2026", " 4  mar 2026 "]


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(START) as traveller:
        yield traveller


@pytest.fixture
def ledger(clock, people):
    return Ledger(clock, people, REFERENCE)


def words(response):
    return " ".join(response.content.decode().split())


def headings(response):
    found = re.findall(r"<h2[^>]*>(Version .*?)</h2>", words(response))
    return [re.sub(r"<[^>]+>", "", heading) for heading in found]


def test_scheduled_version_is_served_from_its_moment_on(client, ledger, clock):
    ledger.publish()
    ledger.publish(effective_on=APRIL)

    clock.move_to(london(2026, 3, 31, 23, 59, 59), tick=False)
    assert "Summary of text 1." in words(client.get(ADDRESS))
    clock.move_to(london(2026, 4, 1), tick=False)
    assert "Summary of text 2." in words(client.get(ADDRESS))


def test_of_two_versions_for_one_moment_only_the_later_takes_effect(
    client, ledger, clock
):
    ledger.publish()
    ledger.publish(effective_on=APRIL, is_announced=True)
    ledger.publish(effective_on=APRIL, is_announced=True)

    assert client.get(f"{ADDRESS}versions/2/").status_code == 404
    clock.move_to(london(2026, 4, 2))
    assert "Summary of text 3." in words(client.get(ADDRESS))
    assert client.get(f"{ADDRESS}versions/2/").status_code == 404
    assert [version.number for version in public_versions(REFERENCE)] == [3, 1]


def test_each_version_ends_when_the_next_takes_effect(ledger):
    for day in (6, 7, 8):
        ledger.publish(london(2026, 1, day, 9))

    newest_first = list(public_versions(REFERENCE))

    assert newest_first[0].effective_to is None
    for earlier, later in zip(newest_first[1:], newest_first, strict=False):
        assert earlier.effective_to == later.effective_from


def test_day_before_the_first_version_says_when_it_began(client, ledger):
    ledger.publish(london(2026, 1, 6, 9), predecessors="The policy of 2019.")

    response = client.get(f"{ADDRESS}on/2026-01-05/")

    assert response.status_code == 404
    assert "took effect on 6 January 2026 at 9:00am" in words(response)
    assert "It replaced: The policy of 2019." in words(response)


def test_first_day_shows_the_first_version(client, ledger):
    ledger.publish(london(2026, 1, 6, 9))
    ledger.clock.move_to(london(2026, 2, 1))

    response = client.get(f"{ADDRESS}on/2026-01-06/")

    assert response.status_code == 200
    assert headings(response) == ["Version 1.0, in force from 6 January 2026 at 9:00am"]


def test_day_with_three_versions_lists_them_all_with_their_times(client, ledger):
    ledger.publish(london(2026, 1, 6, 9))
    ledger.publish(london(2026, 3, 4, 10, 15))
    ledger.publish(london(2026, 3, 4, 16, 30))

    assert headings(client.get(f"{ADDRESS}on/2026-03-04/")) == [
        "Version 1.0, in force from 6 January 2026 at 9:00am "
        "until 4 March 2026 at 10:15am",
        "Version 2.0, in force from 4 March 2026 at 10:15am "
        "until 4 March 2026 at 4:30pm",
        "Version 3.0, in force from 4 March 2026 at 4:30pm",
    ]


def test_version_that_began_at_midnight_leaves_the_day_before_alone(client, ledger):
    ledger.publish(london(2026, 1, 6, 9))
    ledger.publish(effective_on=APRIL)
    ledger.clock.move_to(london(2026, 5, 1))

    assert headings(client.get(f"{ADDRESS}on/2026-03-31/")) == [
        "Version 1.0, in force from 6 January 2026 at 9:00am "
        "to the end of 31 March 2026"
    ]
    assert headings(client.get(f"{ADDRESS}on/2026-04-01/")) == [
        "Version 2.0, in force from 1 April 2026"
    ]


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        (datetime.date(2026, 3, 28), 24),
        (datetime.date(2026, 3, 29), 23),
        (datetime.date(2026, 10, 25), 25),
    ],
)
def test_day_is_as_long_as_the_clocks_make_it(client, ledger, clock, day, hours):
    period = period_of_day(day)
    length = (period.end - period.start.astimezone(datetime.UTC)).total_seconds()
    assert length == hours * 3600

    last_second = period.end.astimezone(datetime.UTC) - datetime.timedelta(seconds=1)
    ledger.publish(london(2026, 1, 6, 9))
    ledger.publish(last_second)
    clock.move_to(period.end + datetime.timedelta(days=2))

    assert len(headings(client.get(f"{ADDRESS}on/{day}/"))) == 2
    next_day = day + datetime.timedelta(days=1)
    assert len(headings(client.get(f"{ADDRESS}on/{next_day}/"))) == 1


@pytest.mark.once
def test_times_in_the_hour_that_comes_twice_name_their_zone():
    first = moment_words(london(2026, 10, 25, 1, 30))
    second = moment_words(london(2026, 10, 25, 1, 30, fold=1))

    assert first == "25 October 2026 at 1:30am BST"
    assert second == "25 October 2026 at 1:30am GMT"


@pytest.mark.once
def test_period_without_an_end_goes_on():
    assert str(Period(london(2026, 1, 6))) == "from 6 January 2026"


@pytest.mark.once
def test_impossible_date_gets_help(client, ledger):
    ledger.publish()

    for typed in IMPOSSIBLE:
        response = client.get(f"{ADDRESS}on/{typed}/")

        assert response.status_code == 404, typed
        assert "There is no such date" in words(response)
        assert f'value="{typed}"' in words(response)


@pytest.mark.parametrize("day", ["2026-01-06", "2099-12-31", "9999-12-31"])
def test_future_has_not_come_yet(client, ledger, day):
    ledger.publish()
    ledger.publish(effective_on=APRIL)

    response = client.get(f"{ADDRESS}on/{day}/")

    assert response.status_code == 404
    assert "has not come yet" in words(response)
    assert "April" not in words(response)


def test_future_names_what_is_announced(client, ledger):
    ledger.publish()
    ledger.publish(effective_on=APRIL, is_announced=True)

    response = client.get(f"{ADDRESS}on/2026-05-01/")

    assert response.status_code == 404
    assert "version 2.0 takes effect on 1 April 2026" in words(response)


@pytest.mark.once
def test_very_early_day_is_answered(client, ledger):
    ledger.publish()

    assert client.get(f"{ADDRESS}on/0001-01-01/").status_code == 404


@pytest.mark.once
def test_written_day_leads_to_its_address(client, ledger):
    ledger.publish()

    for typed in WRITTEN:
        response = client.get(f"{ADDRESS}on/", {"date": typed})

        assert response.status_code == 302, typed
        assert response["Location"] == f"{ADDRESS}on/2026-03-04/"


@pytest.mark.once
@pytest.mark.parametrize("typed", ["", "31/2/2026", "next <b>week</b>"])
def test_day_that_cannot_be_read_is_kept_and_explained(client, ledger, typed):
    ledger.publish()

    response = client.get(f"{ADDRESS}on/", {"date": typed})

    assert response.status_code == 400
    assert "such as 4 March 2026 or 4/3/2026" in words(response)
    assert "<b>week" not in words(response)
    assert "<title> Error:" in words(response) or "<title>Error:" in words(response)
    assert response.context["day_form"]["date"].value() == typed


@pytest.mark.once
def test_form_for_a_day_stands_at_its_address(client, ledger):
    ledger.publish()

    response = client.get(f"{ADDRESS}on/")

    assert response.status_code == 200
    assert 'name="date"' in words(response)


@pytest.mark.once
def test_no_answer_is_used_again_without_asking(client, ledger):
    ledger.publish(london(2026, 1, 6, 9))
    days = ["on/2026-01-06/", "on/2027-01-06/"]

    for rest in ["", "versions/1/", "history/", "feed/", *days]:
        answer = client.get(ADDRESS + rest)

        assert answer["Cache-Control"] == "public, max-age=0, must-revalidate", rest


@pytest.mark.once
def test_reader_who_has_the_page_gets_no_second_copy(client, ledger):
    ledger.publish()
    first = client.get(ADDRESS)

    again = client.get(ADDRESS, headers={"If-None-Match": first["ETag"]})

    assert again.status_code == 304


def test_backdating_is_refused_by_the_database(ledger):
    version = ledger.publish()

    assert version.effective_from >= version.recorded_at
    assert version.effective_from <= timezone.now()
