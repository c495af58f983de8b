"""Pages are counted for those who agreed, and nothing is known about them."""

import datetime
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import time_machine
from django.db import connection, connections
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import get_resolver, reverse

from portal.consent.provisioning import provision_cookie_groups
from portal.statistics import checks
from portal.statistics.counting import count_page
from portal.statistics.models import DailyPageCount
from portal.statistics.page_types import ADDRESSES, page_types
from tests.factories.people import UserFactory

HERE = {"Sec-Fetch-Site": "same-origin", "Origin": "http://testserver"}
MANAGER = "Cookie settings manager"
OFFICER = "Data protection officer"


@pytest.fixture
def reader(client: Client, site: Any) -> Client:
    """A visitor who agreed to statistics."""
    provision_cookie_groups()
    client.post(reverse("cookie_consent_accept"), {"cookie_groups": "statistics"})
    return client


def report_page(
    client: Client, page_type: str = "homepage", **headers: str
) -> HttpResponse:
    return client.post(
        "/statistics/",
        data=page_type,
        content_type="text/plain",
        headers={"User-Agent": "A browser", **HERE, **headers},
    )


def test_a_page_is_counted_in_one_query_and_nothing_comes_back(
    reader: Client, django_assert_num_queries: Any
) -> None:
    report_page(reader)

    with django_assert_num_queries(1):
        response = report_page(reader)

    assert response.status_code == 204
    assert not response.cookies
    assert DailyPageCount.objects.get(page_type="homepage").count == 2


def test_a_table_of_counts_has_no_room_for_a_reader(site: Any) -> None:
    columns = {field.column for field in DailyPageCount._meta.fields}

    assert columns == {"id", "day", "page_type", "count"}


def test_days_are_counted_apart(reader: Client) -> None:
    with time_machine.travel("2026-03-01 12:00Z", tick=False):
        report_page(reader)
    report_page(reader)

    assert DailyPageCount.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_pages_read_at_the_same_moment_are_all_counted(site: Any) -> None:
    def count_some() -> None:
        try:
            for _ in range(5):
                count_page("homepage")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(count_some) for _ in range(4)]:
            done.result()

    assert DailyPageCount.objects.get().count == 20


@pytest.mark.once
@pytest.mark.parametrize("word", ["", "decline"])
def test_who_has_not_agreed_is_not_counted(
    client: Client, site: Any, word: str
) -> None:
    provision_cookie_groups()
    if word:
        client.post(reverse("cookie_consent_decline"), {"all_groups": "on"})

    response = report_page(client)

    assert response.status_code == 403
    assert not DailyPageCount.objects.exists()


@pytest.mark.once
def test_agreeing_to_videos_is_not_agreeing_to_statistics(
    client: Client, site: Any
) -> None:
    provision_cookie_groups()
    client.post(reverse("cookie_consent_accept"), {"cookie_groups": "embedded-media"})

    assert report_page(client).status_code == 403


@pytest.mark.once
@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
    ],
)
def test_another_website_cannot_count(reader: Client, headers: dict[str, str]) -> None:
    assert report_page(reader, **headers).status_code == 403
    assert not DailyPageCount.objects.exists()


@pytest.mark.once
def test_a_request_that_does_not_say_where_it_comes_from_is_refused(
    reader: Client,
) -> None:
    response = reader.post("/statistics/", "homepage", content_type="text/plain")

    assert response.status_code == 403


@pytest.mark.parametrize(
    ("page_type", "status"),
    [
        ("", 400),
        ("nothing", 400),
        ("HOMEPAGE", 400),
        ("home\x00page", 400),
        ("ölpage", 400),
        ("<script>", 400),
        ("x" * 41, 413),
        ("x" * 100_000, 413),
    ],
)
def test_only_known_kinds_of_page_are_counted(
    reader: Client, page_type: str, status: int
) -> None:
    assert report_page(reader, page_type).status_code == status
    assert not DailyPageCount.objects.exists()


@pytest.mark.once
@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": "Mozilla/5.0 (compatible; Examplebot/2.1)"},
        {"User-Agent": "Mozilla/5.0 HeadlessChrome/131.0"},
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
    ],
)
def test_robots_and_pages_fetched_in_advance_do_not_count(
    reader: Client, headers: dict[str, str]
) -> None:
    assert report_page(reader, **headers).status_code == 204
    assert not DailyPageCount.objects.exists()


@pytest.mark.once
def test_only_posts_are_counted(reader: Client) -> None:
    assert reader.get("/statistics/").status_code == 405


def test_a_database_that_cannot_write_breaks_no_page(reader: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE statistics_dailypagecount RENAME TO elsewhere")

    assert report_page(reader).status_code == 503


@pytest.mark.once
def test_every_counted_address_is_one_of_the_site_and_fits_the_column() -> None:
    assert set(ADDRESSES) <= set(get_resolver().reverse_dict)
    assert max(map(len, page_types())) <= 40


@pytest.mark.once
@pytest.mark.parametrize(
    ("address", "page_type"),
    [
        ("/", "homepage"),
        ("/treatments/", "treatmentindexpage"),
        ("/about/", "informationpage"),
        ("/search/?q=knee", "search"),
    ],
)
def test_a_page_names_its_kind_in_a_part_that_sleeps(
    client: Client, site: Any, address: str, page_type: str
) -> None:
    html = client.get(address).content.decode()

    sleeping = html.split('<template data-consent-group="statistics">')[1]
    assert f'data-page-type="{page_type}"' in sleeping.split("</template>")[0]
    assert "portal/js/statistics.js" not in html.split("<template data-consent-g")[0]


@pytest.mark.once
@pytest.mark.parametrize("address", ["/nothing-here/", "/cookies/", "/staff/login/"])
def test_other_pages_carry_no_counter(client: Client, site: Any, address: str) -> None:
    assert "data-page-type" not in client.get(address).content.decode()


@pytest.mark.once
@override_settings(
    STATISTICS_SCRIPT="https://stats.example.org/count.js",
    STATISTICS_ATTRIBUTES={"data-site": 'a"b'},
)
def test_an_outside_provider_sleeps_until_consent(client: Client, site: Any) -> None:
    html = client.get("/").content.decode()

    before, sleeping = html.split('<template data-consent-group="statistics">')
    assert "stats.example.org" not in before
    assert (
        '<script src="https://stats.example.org/count.js" async'
        ' data-site="a&quot;b"></script>'
    ) in sleeping.split("</template>")[0]


@pytest.mark.once
def test_without_a_provider_the_policy_names_this_site_alone(
    client: Client, site: Any
) -> None:
    policy = client.get("/").headers["Content-Security-Policy"]

    assert "script-src 'self';" in f"{policy};"
    assert "connect-src 'self';" in f"{policy};"


@pytest.mark.once
@pytest.mark.parametrize(
    ("script", "hosts", "attributes", "expected"),
    [
        ("", [], {}, set()),
        ("https://stats.example.org/s.js", ["stats.example.org"], {}, set()),
        ("http://stats.example.org/s.js", ["stats.example.org"], {}, {"E001"}),
        ("https://stats.example.org/s.js", ["other.example.org"], {}, {"E002"}),
        ("", ["stats.example.org"], {}, {"E003"}),
        ("https://a.example/s.js", ["a.example", "*.example"], {}, {"E004"}),
        ("https://a.example/s.js", ["a.example", "'unsafe-inline'"], {}, {"E004"}),
        ("https://a.example/s.js", ["a.example"], {"onload": "x"}, {"E005"}),
    ],
)
def test_check_refuses_half_a_provider(
    script: str, hosts: list[str], attributes: dict[str, str], expected: set[str]
) -> None:
    with override_settings(
        STATISTICS_SCRIPT=script,
        STATISTICS_HOSTS=hosts,
        STATISTICS_ATTRIBUTES=attributes,
    ):
        found = [
            *checks.provider_is_set_as_a_whole(),
            *checks.provider_is_written_as_asked(),
        ]

    assert {message.id for message in found} == {f"statistics.{e}" for e in expected}


@pytest.fixture
def counts(site: Any) -> None:
    today = datetime.date(2026, 3, 10)
    for number in range(40):
        day = today - datetime.timedelta(days=number)
        DailyPageCount.objects.create(day=day, page_type="homepage", count=number + 1)
    DailyPageCount.objects.create(day=today, page_type="=page", count=7)


def staff(client: Client, *roles: str) -> Client:
    client.force_login(UserFactory(roles=list(roles)))
    return client


@pytest.mark.parametrize("role", [MANAGER, OFFICER])
@time_machine.travel("2026-03-10 12:00Z", tick=False)
def test_report_shows_four_weeks_in_a_chart_and_in_tables(
    client: Client, counts: None, role: str
) -> None:
    response = staff(client, role).get(reverse("statistics_report"))
    html = response.content.decode()

    assert response.context["report"].total == sum(range(1, 29)) + 7
    assert response.context["report"].by_type[0] == ("Home page", sum(range(1, 29)))
    assert html.count('<rect class="bar-chart__bar"') == 28
    assert 'role="img"' in html
    assert "10 March 2026" in html
    assert "style=" not in html.split('<figure class="bar-chart">')[1]
    assert reverse("statistics_report") in client.get("/admin/").content.decode()


def test_report_costs_the_same_for_any_number_of_days(
    client: Client, counts: None, django_assert_max_num_queries: Any
) -> None:
    manager = staff(client, MANAGER)
    manager.get(reverse("statistics_report"))
    period = {"since": "2026-01-01", "until": "2026-03-10"}

    with django_assert_max_num_queries(14):
        manager.get(reverse("statistics_report"), period)


@pytest.mark.once
@pytest.mark.parametrize(
    ("since", "until"),
    [
        ("2026-03-10", "2026-03-01"),
        ("2020-01-01", "2026-03-01"),
        ("nonsense", ""),
        ("", "9999-99-99"),
    ],
)
def test_an_impossible_period_is_explained(
    client: Client, counts: None, since: str, until: str
) -> None:
    manager = staff(client, MANAGER)

    response = manager.get(
        reverse("statistics_report"), {"since": since, "until": until}
    )

    assert response.status_code == 422
    assert "Put right what is marked" in response.content.decode()


def test_the_first_day_there_is_breaks_nothing(client: Client, counts: None) -> None:
    response = staff(client, MANAGER).get(
        reverse("statistics_report"), {"until": "0001-01-05"}
    )

    assert response.status_code == 200
    assert "No page was counted" in response.content.decode()


def test_export_holds_every_number_and_no_live_formula(
    client: Client, counts: None
) -> None:
    address = reverse("statistics_export", args=["csv"])
    response = staff(client, OFFICER).get(
        address, {"since": "2026-03-09", "until": "2026-03-10"}
    )
    lines = response.getvalue().decode("utf-8-sig").splitlines()

    assert lines == [
        "Day,Kind of page,Times read",
        "2026-03-09,Home page,2",
        "2026-03-10,'=page,7",
        "2026-03-10,Home page,1",
    ]


@pytest.mark.once
@pytest.mark.parametrize("role", ["Policy author", "Access administrator"])
def test_other_roles_see_no_statistics(client: Client, counts: None, role: str) -> None:
    person = staff(client, role)

    assert person.get(reverse("statistics_report")).status_code == 403
    assert person.get(reverse("statistics_export", args=["csv"])).status_code == 403
    assert "page-statistics" not in person.get("/admin/").content.decode()
