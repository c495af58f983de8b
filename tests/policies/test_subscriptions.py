"""Readers ask for mail, confirm it and stop it; nobody else can do it for them."""

import datetime
import io
import re

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from policies.outbox import deliver, notices
from policies.subscriptions.asking import MOST_UNANSWERED, ask
from policies.subscriptions.links import CONFIRM, MANAGE, STOP, link
from policies.subscriptions.models import Follow, Follower
from policies.subscriptions.topics import topic_named
from policies.tick import tick
from tests.factories.pages import SpecialtyFactory
from tests.policies.races import together

pytestmark = pytest.mark.django_db

ADDRESS = "reader@example.org"
TOPICS = ["specialty:eyes", "specialty:musculoskeletal", "everything"]
HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def _specialties(site):
    SpecialtyFactory()
    SpecialtyFactory(name="Eyes")


def post(client, topic="everything", email=ADDRESS, **headers):
    return client.post("/follow/", {"topic": topic, "email": email}, headers=headers)


def path_in_mail(purpose):
    """The path of a link in the last mail."""
    [path] = re.findall(
        rf"http://testserver(/follow/{purpose}/\S+)", mail.outbox[-1].body
    )
    return path


def asked_for(*topics):
    """The follower of `ADDRESS`, who has asked for the topics and confirmed nothing."""
    for topic in topics:
        ask(email=ADDRESS, topic=topic_named(topic))
    return Follower.objects.get(email=ADDRESS)


def following(*topics):
    follower = asked_for(*topics)
    Client().post(link(CONFIRM, follower))
    return follower


def followed():
    return [row.topic.name for row in Follow.objects.filter(asked_at=None)]


@pytest.mark.parametrize("topic", TOPICS)
def test_mail_begins_only_when_the_button_in_the_mailbox_is_pressed(client, topic):
    answer = post(client, topic)
    deliver()
    confirm = path_in_mail("confirm")
    opened = client.get(confirm)
    before = followed()
    pressed = client.post(confirm)

    assert (answer.status_code, answer.url) == (303, "/follow/asked/")
    assert opened.status_code == 200
    assert before == []
    assert followed() == [topic]
    assert "You will get e-mails" in client.get(pressed.url).content.decode()
    assert not client.cookies


@pytest.mark.once
def test_every_mail_carries_what_mail_programs_need_to_unsubscribe(client):
    post(client)
    deliver()

    [message] = mail.outbox
    stop = path_in_mail("stop")
    assert message.extra_headers["List-Unsubscribe"] == f"<http://testserver{stop}>"
    assert (
        message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    )
    assert "- all policies" in message.body


def test_known_and_unknown_addresses_get_the_same_answer(client):
    following("everything")

    known = post(client)
    unknown = post(client, email="stranger@example.org")

    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert known.content == unknown.content
    assert known.headers.keys() == unknown.headers.keys()


def test_somebody_elses_address_gets_few_mails_however_often_it_is_typed():
    start = timezone.now()
    for hour in range(48):
        with time_machine.travel(start + hour * HOUR):
            for topic in TOPICS:
                asked_for(topic)
            deliver()

    assert len(mail.outbox) == MOST_UNANSWERED


def test_one_mail_an_hour_covers_all_that_was_asked_for(client):
    asked_for(*TOPICS)
    deliver()

    assert len(mail.outbox) == 1
    client.post(path_in_mail("confirm"))
    assert followed() == TOPICS


def test_a_wish_after_a_confirmation_gets_its_own_mail_an_hour_later():
    following("specialty:eyes")
    deliver()
    mail.outbox.clear()

    asked_for("everything")
    deliver()
    assert mail.outbox == []
    with time_machine.travel(timezone.now() + HOUR):
        deliver()

    assert [message.to for message in mail.outbox] == [[ADDRESS]]


def test_a_wish_that_was_withdrawn_is_not_mailed(client):
    follower = asked_for("everything")

    client.post(link(STOP, follower))
    deliver()

    assert mail.outbox == []


def test_the_queue_holds_no_address(client):
    post(client)

    assert ADDRESS not in str(notices().values_list())


def test_the_link_to_confirm_runs_out(client):
    confirm = link(CONFIRM, asked_for("everything"))

    with time_machine.travel(timezone.now() + 3 * DAY + HOUR):
        assert client.get(confirm).status_code == 404
        assert client.post(confirm).status_code == 404

    assert followed() == []


def test_a_link_serves_one_purpose_and_one_address(client):
    follower = following("everything")
    token = link(STOP, follower).split("/")[-2]
    of_other_address = Follower(pk=follower.pk, email="other@example.org")

    assert client.get(f"/follow/manage/{token}/").status_code == 404
    assert client.get(f"/follow/manage/{token[:-1]}/").status_code == 404
    assert client.post(link(STOP, of_other_address)).status_code == 200
    assert followed() == ["everything"]


def test_the_page_of_a_follower_ends_one_subscription(client):
    follower = following(*TOPICS)
    manage = link(MANAGE, follower)
    page = client.get(manage)
    ended = follower.follows.first()

    client.post(manage, {"stop": ended.pk})

    assert ADDRESS not in page.content.decode()
    assert page.headers["Cache-Control"] == "private, no-store"
    assert followed() == TOPICS[1:]


def test_the_last_stop_forgets_the_address(client):
    follower = following("everything")

    answer = client.post(
        link(MANAGE, follower), {"stop": follower.follows.get().pk}, follow=True
    )

    assert "deleted the address" in answer.content.decode()
    assert not Follower.objects.exists()


def test_a_follower_ends_only_own_subscriptions(client):
    ask(email="other@example.org", topic=topic_named("everything"))
    other = Follow.objects.get()

    client.post(link(MANAGE, following("everything")), {"stop": other.pk})

    assert Follow.objects.filter(pk=other.pk).exists()


@pytest.mark.once
@pytest.mark.parametrize("wanted", ["", "x", "٣", "9" * 20, "-1", "\x00"])
def test_an_odd_stop_ends_nothing(client, wanted):
    answer = client.post(link(MANAGE, following("everything")), {"stop": wanted})

    assert answer.status_code in {303, 422}
    assert followed() == ["everything"]


def test_a_mail_program_unsubscribes_without_a_page_a_token_or_our_origin():
    stop = link(STOP, following(*TOPICS))
    program = Client(enforce_csrf_checks=True)
    body = {"List-Unsubscribe": "One-Click"}

    opened = program.get(stop)
    assert followed() == TOPICS
    first = program.post(stop, body, headers={"origin": "https://mail.example"})
    second = program.post(stop, body)

    assert [opened.status_code, first.status_code, second.status_code] == [200] * 3
    assert not Follower.objects.exists()


def test_what_nobody_confirmed_is_deleted_after_three_days():
    asked_for("everything")
    ask(email="other@example.org", topic=topic_named("everything"))
    Client().post(link(CONFIRM, Follower.objects.get(email="other@example.org")))

    with time_machine.travel(timezone.now() + 3 * DAY - HOUR):
        tick()
        assert Follower.objects.count() == 2
    with time_machine.travel(timezone.now() + 3 * DAY + HOUR):
        tick()

    other = Follower.objects.get()
    assert other.email == "other@example.org"
    assert (other.confirmation_at, other.unanswered) == (None, 0)


@pytest.mark.once
@pytest.mark.parametrize(
    ("topic", "email", "status"),
    [
        ("everything", "", 422),
        ("everything", "reader", 422),
        ("everything", f"{'a' * 10_000}@example.org", 422),
        ("everything", "reader@example.org\r\nBcc: victim@example.org", 422),
        ("everything", "reader@example.org, victim@example.org", 422),
        ("everything", "a\x00@example.org", 422),
        ("everything", "ſ@example.org", 422),
        ("everything", "\u202ereader@example.org", 422),
        ("policy:sp-999", ADDRESS, 404),
        ("policy:", ADDRESS, 404),
        ("policy:\x00", ADDRESS, 404),
        ("specialty:none", ADDRESS, 404),
        ("", ADDRESS, 404),
        ("x" * 10_000, ADDRESS, 404),
    ],
)
def test_bad_input_gets_a_clear_answer_and_stores_nothing(client, topic, email, status):
    answer = post(client, topic, email)

    assert answer.status_code == status
    assert "<h1>" in answer.content.decode()
    assert not Follower.objects.exists()


@pytest.mark.once
def test_what_was_typed_is_still_in_the_form(client):
    page = post(client, email="reader <at> example").content.decode()

    assert 'value="reader &lt;at&gt; example"' in page
    assert 'href="#id_email"' in page


@pytest.mark.once
@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
    ],
)
def test_a_form_of_another_website_is_refused(client, headers):
    assert post(client, **headers).status_code == 403
    assert not Follower.objects.exists()


@pytest.mark.once
def test_a_form_of_this_site_needs_no_cookie():
    browser = Client(enforce_csrf_checks=True)
    headers = {"sec-fetch-site": "same-origin", "origin": "http://testserver"}

    assert post(browser, **headers).status_code == 303


def test_a_flood_of_forms_from_one_network_is_stopped_for_a_while(client):
    statuses = {post(client, email=f"r{n}@example.org").status_code for n in range(30)}
    answer = post(client, email="last@example.org")
    elsewhere = client.post(
        "/follow/",
        {"topic": "everything", "email": ADDRESS},
        REMOTE_ADDR="192.0.2.7",
    )

    assert statuses == {303}
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert not Follower.objects.filter(email="last@example.org").exists()
    assert elsewhere.status_code == 303


@pytest.mark.once
def test_pages_offer_what_can_be_followed(client, version_in_force):
    offers = {
        "/policies/sp-100/": "policy:sp-100",
        "/treatments/specialty/musculoskeletal/": "specialty:musculoskeletal",
        "/policies/": "everything",
    }

    for address, topic in offers.items():
        page = client.get(address).content.decode()
        assert f'name="topic" value="{topic}"' in page
    post(client, "policy:SP-100")
    Client().post(link(CONFIRM, Follower.objects.get()))
    assert followed() == ["policy:sp-100"]
    assert not client.cookies


@pytest.mark.django_db(transaction=True)
def test_the_same_wish_at_the_same_moment_is_one_wish_and_one_mail():
    results = together(*[lambda: asked_for("everything").pk] * 4)
    deliver()

    assert set(results) == {Follower.objects.get().pk}
    assert Follow.objects.count() == 1
    assert len(mail.outbox) == 1


def test_the_operator_can_forget_an_address():
    following("everything")
    out = io.StringIO()

    call_command("forget_follower", ADDRESS.upper(), stdout=out)
    call_command("forget_follower", ADDRESS, stdout=out)

    assert not Follower.objects.exists()
    assert out.getvalue() == "Deleted.\nThis address follows nothing.\n"
