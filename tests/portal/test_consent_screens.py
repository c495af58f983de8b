"""The screens of managers and officers: what each may see and do, and nothing else."""

import csv
import datetime
import io

import pytest
from cookie_consent.models import ACTION_ACCEPTED, Cookie, CookieGroup, LogItem
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal.audit.models import AuditEntry
from portal.consent.models import ConsentEvent, DailyTotal, PurgeRun
from portal.consent.provisioning import provision_cookie_groups
from tests.factories.people import UserFactory

MANAGER, OFFICER = "Cookie settings manager", "Data protection officer"
SCREENS = {
    "cookie-notices:index": {MANAGER, OFFICER},
    "cookie-notices:publish": {MANAGER},
    "cookie-records:index": {OFFICER},
    "cookie-choices:index": {MANAGER, OFFICER},
    "wagtailsnippets_consent_bannerwording:list": {MANAGER, OFFICER},
    "wagtailusers_users:index": set(),
    "wagtailimages:index": set(),
    "staff_people": set(),
    "audit_log": set(),
    "admin:index": set(),
}
REPORT_QUERIES = 16


@pytest.fixture(autouse=True)
def _cookie_groups(site):
    provision_cookie_groups()


def client_of(*roles: str) -> Client:
    client = Client()
    client.force_login(UserFactory(roles=list(roles)))
    return client


def total(**values: object) -> DailyTotal:
    return DailyTotal.objects.create(
        **{
            "day": timezone.localdate(),
            "varname": "statistics",
            "method": "banner",
            "granted": 3,
            "refused": 1,
            **values,
        }
    )


@pytest.mark.once
@pytest.mark.parametrize("role", [MANAGER, OFFICER, "Treatment editor"])
def test_each_role_opens_its_screens_and_no_other(role):
    client = client_of(role)

    opened = {name for name in SCREENS if client.get(reverse(name)).status_code == 200}

    assert opened == {name for name, roles in SCREENS.items() if role in roles} | (
        {"wagtailimages:index"} if role == "Treatment editor" else set()
    )


@pytest.mark.once
def test_the_menu_shows_what_the_role_opens():
    html = client_of(OFFICER).get(reverse("wagtailadmin_home")).content.decode()
    assert reverse("cookie-records:index") in html

    html = client_of(MANAGER).get(reverse("wagtailadmin_home")).content.decode()
    assert reverse("cookie-records:index") not in html
    assert reverse("cookie-notices:index") in html


def test_a_record_is_found_by_its_reference_and_not_by_a_person(client):
    client.post(reverse("cookie_consent_accept"), {"all_groups": "on"})
    event = ConsentEvent.objects.get()
    officer = client_of(OFFICER)

    def found(typed: str) -> str:
        address = reverse("cookie-records:index")
        return officer.get(address, {"reference": typed}).content.decode()

    assert "Cookie notice 1" in found(f" {event.reference.lower()} ")
    assert "No record has this reference" in found("AAAA AAAA AAAA")
    assert event.subject not in found(event.reference)
    assert "No record has this reference" in found(event.subject[:20])


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_exports_are_on_record_and_hold_no_key(client, file_format):
    client.post(reverse("cookie_consent_accept"), {"all_groups": "on"})
    event = ConsentEvent.objects.get()

    response = client_of(OFFICER).get(
        reverse("cookie-records:export", args=[file_format])
    )

    content = b"".join(response)
    assert event.subject.encode() not in content
    if file_format == "csv":
        assert content.decode().count(event.reference) == 2
    assert AuditEntry.objects.filter(action="consent.exported").exists()


def test_the_officer_purges_what_the_screen_counts():
    group = CookieGroup.objects.get(varname="statistics")
    item = LogItem.objects.create(action=1, cookiegroup=group, version="")
    old = timezone.now() - datetime.timedelta(days=800)
    LogItem.objects.filter(pk=item.pk).update(created=old)
    officer = client_of(OFFICER)
    before = officer.get(reverse("cookie-records:index"))

    officer.post(reverse("cookie-records:purge"))

    assert before.context["expired"] == {"events": 0, "log_items": 1}
    assert PurgeRun.objects.get().log_items == 1
    assert client_of(MANAGER).post(reverse("cookie-records:purge")).status_code == 403


@pytest.mark.once
def test_the_report_draws_what_the_totals_say():
    total()
    total(method="page", granted=0, refused=5)
    total(varname="embedded-media", day=timezone.localdate() - datetime.timedelta(3))

    response = client_of(MANAGER).get(reverse("cookie-choices:index"))

    html = response.content.decode()
    assert html.count("<polyline") == 4
    assert "3 yes and 6 no" in " ".join(html.split())
    assert "75%" in html
    assert "style=" not in html[html.index("<figure") : html.index("</figure>")]


@pytest.mark.once
@pytest.mark.parametrize(
    "wrong",
    [
        {"since": "2026-02-30"},
        {"since": "2026-11-02", "until": "2026-11-01"},
        {"since": "0001-01-01", "until": "9999-12-31"},
        {"group": "'; DROP TABLE"},
    ],
)
def test_a_wrong_period_is_explained(wrong):
    response = client_of(MANAGER).get(reverse("cookie-choices:index"), wrong)

    assert response.status_code == 422
    assert "Put right what is marked above." in response.content.decode()


def test_the_report_exports_what_it_shows_without_live_formulas():
    total(varname="=HYPERLINK(1)")

    response = client_of(MANAGER).get(reverse("cookie-choices:export", args=["csv"]))

    rows = list(csv.reader(io.StringIO(b"".join(response).decode("utf-8-sig"))))
    assert rows[0][:3] == ["Day", "Group", "How"]
    assert rows[1][1:] == ["'=HYPERLINK(1)", "Banner", "3", "1", "75%"]


def test_the_report_reads_totals_alone_and_costs_the_same_for_any_number():
    client = client_of(MANAGER)
    address = reverse("cookie-choices:index")
    total()
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    DailyTotal.objects.bulk_create(
        DailyTotal(
            day=timezone.localdate() - datetime.timedelta(days=number),
            varname=f"group-{number % 5}",
            method="banner",
            granted=1000,
        )
        for number in range(1, 200)
    )

    with CaptureQueriesContext(connection) as many:
        client.get(address)

    assert len(many) == len(few) <= REPORT_QUERIES
    assert not [
        query["sql"]
        for query in many
        if "consent_consentevent" in query["sql"] or "logitem" in query["sql"]
    ]


@pytest.fixture
def group_with_evidence() -> CookieGroup:
    group = CookieGroup.objects.get(varname="statistics")
    LogItem.objects.create(cookiegroup=group, action=ACTION_ACCEPTED, version="")
    return group


DOORS = {
    "Wagtail": lambda group: (
        reverse("wagtailsnippets_cookie_consent_cookiegroup:delete", args=[group.pk]),
        {},
    ),
    "a bulk action": lambda group: (
        reverse("wagtail_bulk_action", args=["cookie_consent", "cookiegroup", "delete"])
        + f"?id={group.pk}",
        {},
    ),
    "Django's admin": lambda group: (
        reverse("admin:cookie_consent_cookiegroup_delete", args=[group.pk]),
        {"post": "yes"},
    ),
    "Django's admin for many": lambda group: (
        reverse("admin:cookie_consent_cookiegroup_changelist"),
        {
            "action": "delete_selected",
            "_selected_action": group.pk,
            "post": "yes",
        },
    ),
}


@pytest.mark.parametrize("door", DOORS)
def test_no_door_deletes_a_group_with_evidence(admin_client, group_with_evidence, door):
    address, form = DOORS[door](group_with_evidence)

    response = admin_client.post(address, form)

    assert response.status_code == 403
    assert "Retire it instead" in response.content.decode()
    assert CookieGroup.objects.filter(pk=group_with_evidence.pk).exists()


@pytest.mark.usefixtures("group_with_evidence")
def test_a_cookie_that_visitors_decided_about_is_retired_instead(admin_client):
    cookie = Cookie.objects.filter(cookiegroup__varname="statistics").first()
    address = reverse("wagtailsnippets_cookie_consent_cookie:delete", args=[cookie.pk])

    response = admin_client.post(address)

    assert response.status_code == 403
    assert "Retire it instead" in response.content.decode()
