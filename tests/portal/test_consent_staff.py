"""Who may look after cookies, and what the forms refuse."""

import pytest
from cookie_consent.models import ACTION_ACCEPTED, Cookie, CookieGroup, LogItem
from django.urls import reverse

from portal.consent.provisioning import provision_cookie_groups
from portal.refusals import Refusal
from tests.factories.people import UserFactory

GROUP_FORM = {
    "name": "Statistics",
    "varname": "statistics",
    "description": "Counts pages.",
    "when_refused": "Nothing stops working.",
    "provider": "This website",
    "lawful_basis": "consent",
    "ordering": "1",
}
COOKIE_FORM = {
    "name": "visit_count",
    "kind": "cookie",
    "description": "Counts visits.",
    "lifetime": "1 day",
    "provider": "This website",
    "party": "first",
    "audience": "public",
    "domain": "",
    "path": "/",
}


@pytest.fixture(autouse=True)
def _cookie_groups(db):
    provision_cookie_groups()


@pytest.fixture
def statistics(_cookie_groups) -> CookieGroup:
    return CookieGroup.objects.get(varname="statistics")


@pytest.fixture
def manager_client(client, db):
    """Somebody with the role that looks after cookies, and no other."""
    client.force_login(UserFactory(roles=["Cookie settings manager"]))
    return client


def group_url(action: str, *arguments: object) -> str:
    return reverse(
        f"wagtailsnippets_cookie_consent_cookiegroup:{action}", args=arguments
    )


def cookie_url(action: str, *arguments: object) -> str:
    return reverse(f"wagtailsnippets_cookie_consent_cookie:{action}", args=arguments)


def test_provisioning_twice_changes_nothing_staff_wrote(statistics):
    statistics.name = "Counting"
    statistics.save()
    statistics.cookie_set.all().delete()

    provision_cookie_groups()

    statistics.refresh_from_db()
    assert statistics.name == "Counting"
    assert not statistics.cookie_set.exists()
    assert CookieGroup.objects.count() == 3


def test_every_optional_group_declares_a_cookie():
    for group in CookieGroup.objects.filter(is_required=False):
        assert group.cookie_set.exists()
        assert group.profile.when_refused


def test_manager_adds_a_group_with_its_profile(manager_client):
    form = {**GROUP_FORM, "name": "Surveys", "varname": "surveys"}

    response = manager_client.post(group_url("add"), form)

    assert response.status_code == 302
    group = CookieGroup.objects.get(varname="surveys")
    assert group.profile.when_refused == "Nothing stops working."


def test_manager_changes_the_words_but_not_the_short_name(manager_client, statistics):
    url = group_url("edit", statistics.pk)
    made_from = manager_client.get(url).context["form"]["made_from"].value()
    form = {**GROUP_FORM, "varname": "renamed", "provider": "The ICB"}

    response = manager_client.post(url, {**form, "made_from": made_from}, follow=True)

    assert "once a cookie notice is published" in response.content.decode()
    statistics.refresh_from_db()
    assert statistics.varname == "statistics"
    assert statistics.profile.provider == "The ICB"


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("varname", "_notice"), ("varname", "two words")],
)
def test_group_form_refuses_what_visitors_could_not_use(manager_client, field, value):
    form = {**GROUP_FORM, "name": "Surveys", "varname": "surveys", field: value}

    response = manager_client.post(group_url("add"), form)

    assert response.status_code == 200
    assert field in response.context["form"].errors


def test_manager_declares_a_cookie(manager_client, statistics):
    form = {**COOKIE_FORM, "cookiegroup": statistics.pk}

    response = manager_client.post(cookie_url("add"), form)

    assert response.status_code == 302
    assert Cookie.objects.get(name="visit_count").profile.lifetime == "1 day"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "bad name;"),
        ("name", "naïve"),
        ("pattern", "two words*"),
        ("pattern", "_ga;*"),
        ("path", ""),
        ("path", "no-slash"),
        ("path", "/;secure"),
        ("domain", "example.org; secure"),
    ],
)
def test_cookie_form_refuses_what_would_break_every_refusal(
    manager_client, statistics, field, value
):
    form = {**COOKIE_FORM, "cookiegroup": statistics.pk, field: value}

    response = manager_client.post(cookie_url("add"), form)

    assert response.status_code == 200
    assert field in response.context["form"].errors


def test_illegal_name_that_slipped_past_the_form_breaks_no_refusal(client, statistics):
    Cookie.objects.bulk_create([Cookie(cookiegroup=statistics, name="bad name;")])

    response = client.post(reverse("cookie_consent_decline"), {"all_groups": "on"})

    assert response.status_code == 302


def test_manager_has_no_way_to_delete(manager_client, statistics):
    manager_client.post(group_url("delete", statistics.pk))

    assert CookieGroup.objects.filter(pk=statistics.pk).exists()


def test_manager_reaches_nothing_else(manager_client):
    for url_name in ("wagtailusers_users:index", "wagtailimages:index"):
        assert manager_client.get(reverse(url_name)).status_code == 403
    assert manager_client.get(reverse("admin:index")).status_code == 403


def test_group_with_recorded_choices_cannot_be_deleted(statistics):
    LogItem.objects.create(
        cookiegroup=statistics,
        action=ACTION_ACCEPTED,
        version=statistics.get_version(),
    )

    with pytest.raises(Refusal, match="visitors have made choices"):
        statistics.delete()


def test_superuser_is_told_why_a_group_stays(admin_client, statistics):
    LogItem.objects.create(
        cookiegroup=statistics,
        action=ACTION_ACCEPTED,
        version=statistics.get_version(),
    )

    response = admin_client.get(group_url("delete", statistics.pk))

    assert response.status_code == 403
    assert "visitors have made choices" in response.content.decode()
    assert CookieGroup.objects.filter(pk=statistics.pk).exists()


def test_log_is_readable_and_nothing_more(admin_client, statistics):
    item = LogItem.objects.create(
        cookiegroup=statistics,
        action=ACTION_ACCEPTED,
        version=statistics.get_version(),
    )

    change_url = reverse("admin:cookie_consent_logitem_change", args=[item.pk])
    add_url = reverse("admin:cookie_consent_logitem_add")
    delete_url = reverse("admin:cookie_consent_logitem_delete", args=[item.pk])

    assert admin_client.get(change_url).status_code == 200
    assert admin_client.post(change_url, {}).status_code == 403
    assert admin_client.get(add_url).status_code == 403
    assert admin_client.post(delete_url, {"post": "yes"}).status_code == 403


def test_django_admin_keeps_the_list_of_groups(admin_client):
    response = admin_client.get(reverse("admin:cookie_consent_cookiegroup_changelist"))

    assert response.status_code == 200


def test_groups_are_read_anew_after_the_commit(
    client, statistics, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        CookieGroup.objects.filter(pk=statistics.pk).first().save()
        client.get(reverse("consent_state"))
        CookieGroup.objects.bulk_create([CookieGroup(varname="late", name="Late")])

    assert "late" in client.get(reverse("consent_state")).json()["undecided"]
