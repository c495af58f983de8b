"""Notices: drafts wait, publishing says what differs, and asks the right people."""

import pytest
from cookie_consent.models import Cookie, CookieGroup, LogItem
from django.test import Client
from django.urls import reverse

from portal.audit.models import AuditEntry
from portal.consent.declaration import code_hashes, draft_content
from portal.consent.models import (
    BannerWording,
    ConsentEvent,
    CookieNotice,
    GroupProfile,
    ItemProfile,
)
from portal.consent.provisioning import provision_cookie_groups
from portal.consent.publishing import (
    AskAgain,
    draft_hash,
    publish_after_deployment,
    publish_notice,
)
from portal.evidence.canonical import content_hash
from portal.refusals import Refusal
from tests.factories.people import UserFactory

ALL = {"all_groups": "on"}
PUBLISH = "cookie-notices:publish"


@pytest.fixture(autouse=True)
def _cookie_groups(db):
    provision_cookie_groups()


@pytest.fixture
def manager(site):
    return UserFactory(roles=["Cookie settings manager"])


@pytest.fixture
def manager_client(client, manager):
    client.force_login(manager)
    return client


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    """What a commit would set off, the forgetting of what is cached above all."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def publish(by=None, **ask: list[str]) -> CookieNotice:
    latest = CookieNotice.objects.first()
    return publish_notice(
        by=by,
        change_note="Clearer words.",
        seen_hash=draft_hash(draft_content(), latest),
        ask_again=AskAgain(**ask),
    )


def state(client: Client) -> dict[str, list[str]]:
    return client.get(reverse("consent_state")).json()


def chosen(url_name: str) -> Client:
    client = Client()
    client.post(reverse(url_name), ALL)
    return client


def test_edits_are_drafts_until_they_are_published(client, commit):
    with commit():
        GroupProfile.objects.filter(group__varname="statistics").update(
            when_refused="Quite different."
        )
        BannerWording.objects.get().save()
        CookieGroup.objects.create(varname="chat", name="Chat")
        GroupProfile.objects.create(
            group=CookieGroup.objects.get(varname="chat"), when_refused="No chat."
        )
        Cookie.objects.create(
            cookiegroup=CookieGroup.objects.get(varname="chat"),
            name="chat",
            description="Chats.",
        )
    before = client.get("/cookies/").content.decode()
    undecided = state(client)["undecided"]
    CookieGroup.objects.filter(varname="chat").update(description="Chats with you.")
    with commit():
        publish()
    after = client.get("/cookies/").content.decode()

    assert "Quite different." not in before
    assert "Chat" not in before
    assert undecided == ["statistics", "embedded-media"]
    assert "Quite different." in after
    assert "Chat: do you want" in after
    assert "chat" in state(client)["undecided"]


def test_a_cookie_added_as_draft_asks_nobody(commit):
    visitor = chosen("cookie_consent_accept")

    with commit():
        Cookie.objects.create(
            cookiegroup=CookieGroup.objects.get(varname="statistics"), name="more"
        )

    assert "statistics" in state(visitor)["accepted"]


@pytest.mark.parametrize(
    ("ask", "of_accepter", "of_refuser"),
    [
        ({}, "accepted", "declined"),
        ({"groups": ["statistics"]}, "undecided", "declined"),
        (
            {"groups": ["statistics"], "refusers": ["statistics"]},
            "undecided",
            "undecided",
        ),
    ],
)
def test_ask_again_asks_exactly_the_right_people(commit, ask, of_accepter, of_refuser):
    accepter = chosen("cookie_consent_accept")
    refuser = chosen("cookie_consent_decline")
    GroupProfile.objects.update(when_refused="Something else.")

    with commit():
        publish(**ask)

    assert "statistics" in state(accepter)[of_accepter]
    assert "statistics" in state(refuser)[of_refuser]
    assert "embedded-media" in state(accepter)["accepted"]
    assert "embedded-media" in state(refuser)["declined"]
    assert state(Client())["undecided"] == ["statistics", "embedded-media"]


def test_who_answered_the_new_question_is_not_asked_a_third_time(commit):
    refuser = chosen("cookie_consent_decline")
    with commit():
        publish(groups=["statistics"], refusers=["statistics"])
    refuser.post(reverse("cookie_consent_decline"), ALL)
    GroupProfile.objects.update(when_refused="Something else.")

    with commit():
        publish()

    assert state(refuser)["undecided"] == []


def test_an_acceptance_of_words_that_have_changed_is_none(client, commit):
    GroupProfile.objects.update(when_refused="Something else.")
    with commit():
        publish()

    accepted = client.post(reverse("cookie_consent_accept"), {**ALL, "notice": "1"})
    refused = client.post(reverse("cookie_consent_decline"), {**ALL, "notice": "1"})

    assert accepted.status_code == 409
    assert "has changed since you opened" in accepted.content.decode()
    assert refused.status_code == 302
    assert ConsentEvent.objects.get().notice.number == 1


def test_a_notice_says_who_published_it_and_carries_its_hash(manager, commit):
    GroupProfile.objects.update(provider="The ICB")

    notice = publish(by=manager)

    assert (notice.number, notice.published_by) == (2, manager)
    assert notice.content_hash == content_hash(notice.content)
    assert notice.content["script_hash"] == code_hashes()["script_hash"]
    assert AuditEntry.objects.filter(action="consent.published").count() == 2
    with pytest.raises(Refusal, match="cannot be changed"):
        notice.save()


def test_a_draft_that_moved_on_is_not_published(manager_client, manager):
    page = manager_client.get(reverse(PUBLISH))
    seen = page.context["form"].initial["seen_hash"]
    GroupProfile.objects.update(provider="Changed meanwhile")

    response = manager_client.post(
        reverse(PUBLISH), {"change_note": "My long note.", "seen_hash": seen}
    )

    html = response.content.decode()
    assert response.status_code == 422
    assert "while you were looking" in html
    assert "My long note." in html
    assert CookieNotice.objects.count() == 1


def test_manager_sees_what_differs_and_publishes_it(manager_client, manager):
    GroupProfile.objects.filter(group__varname="statistics").update(
        when_refused="Quite different."
    )
    ItemProfile.objects.filter(cookie__name="vuid").update(lifetime="9 years")
    listed = manager_client.get(reverse("cookie-notices:index")).content.decode()
    page = manager_client.get(reverse(PUBLISH))

    html = page.content.decode()
    form = page.context["form"]
    assert "2 changes of groups, cookies or wording are" in " ".join(listed.split())
    assert "Quite different." in html
    assert "9 years" in html
    assert form.initial["ask_again"] == ["statistics", "embedded-media"]
    response = manager_client.post(
        reverse(PUBLISH),
        {"change_note": "Clearer.", "ask_again": ["statistics"], **form.initial},
    )
    assert response.status_code == 302
    notice = CookieNotice.objects.first()
    assert (notice.number, notice.published_by) == (2, manager)
    shown = manager_client.get(reverse("cookie-notices:notice", args=[2]))
    assert "Quite different." in shown.content.decode()
    taken = manager_client.get(reverse("cookie-notices:json", args=[2])).content
    assert notice.content["wording"]["accept"].encode() in taken


def test_an_optional_group_without_items_is_not_published(manager_client):
    group = CookieGroup.objects.create(varname="empty", name="Empty")
    GroupProfile.objects.create(group=group)

    html = manager_client.get(reverse(PUBLISH)).content.decode()

    assert "“Empty” declares no cookie" in html
    with pytest.raises(Refusal, match="declares no cookie"):
        publish()


def test_nothing_new_is_not_published():
    with pytest.raises(Refusal, match="Nothing differs"):
        publish()


def test_a_retired_group_is_gone_for_visitors_and_stays_on_record(
    manager_client, client, commit
):
    chosen("cookie_consent_accept")
    group = CookieGroup.objects.get(varname="statistics")
    form = {
        **{name: getattr(group, name) for name in ("name", "varname", "description")},
        "when_refused": "x",
        "lawful_basis": "consent",
        "ordering": 1,
        "is_retired": "on",
    }
    url = reverse("wagtailsnippets_cookie_consent_cookiegroup:edit", args=[group.pk])
    form["made_from"] = manager_client.get(url).context["form"]["made_from"].value()
    with commit():
        assert manager_client.post(url, form).status_code == 302
    assert "statistics" in state(Client())["undecided"]

    with commit():
        publish()

    assert state(Client())["undecided"] == ["embedded-media"]
    accepted = Client().post(
        reverse("cookie_consent_accept"), {"cookie_groups": "statistics"}
    )
    assert "cookie_consent" not in accepted.cookies
    assert LogItem.objects.filter(cookiegroup=group).exists()
    assert group.profile.retired_at


def test_a_deployment_publishes_new_code_but_no_drafts(manager):
    GroupProfile.objects.update(when_refused="A draft.")
    latest = CookieNotice.objects.first()
    CookieNotice.objects.create(
        number=2,
        content={**latest.content, "script_hash": "of an older script"},
        content_hash="",
        change_note="",
    )

    made = publish_after_deployment()

    assert made is not None
    assert made.content["script_hash"] == code_hashes()["script_hash"]
    assert "A draft." not in str(made.content)
    assert publish_after_deployment() is None


def test_wording_is_previewed_with_words_that_are_not_saved(manager_client):
    url = reverse("wagtailsnippets_consent_bannerwording:preview_on_edit", args=[1])
    wording = BannerWording.objects.get()
    form = {
        field.name: getattr(wording, field.name) for field in wording._meta.fields
    } | {"heading": "Biscuits?"}
    edit = reverse("wagtailsnippets_consent_bannerwording:edit", args=[1])
    form["made_from"] = manager_client.get(edit).context["form"]["made_from"].value()

    assert manager_client.post(url, form).json()["is_valid"]
    html = manager_client.get(url).content.decode()

    assert "Biscuits?" in html
    assert BannerWording.objects.get().heading == wording.heading


def test_words_of_staff_cannot_become_markup(client, commit):
    BannerWording.objects.update(heading="<script>alert(1)</script>")
    CookieGroup.objects.update(name="</section><img src=x>")
    with commit():
        publish()

    html = client.get("/cookies/").content.decode()

    assert "<script>alert" not in html
    assert "<img src=x>" not in html
