"""The address of a policy and of its versions, as readers meet them."""

import datetime

import pytest
import time_machine

from policies.emergency import judge, publish_at_once
from policies.models import EmergencyVerdict
from policies.rescission import rescind
from policies.text import PolicyText
from tests.factories.approval import write_draft
from tests.factories.long_ledger import lengthen_history
from tests.factories.pages import PolicyPageFactory
from tests.policies.public_fixtures import ADDRESS, REFERENCE, Ledger, london

QUERIES = 10
START = london(2026, 1, 5, 9)
SAME_FOR_EVERYBODY = [
    "",
    "versions/1/",
    "on/2026-01-05/",
    "history/",
    "feed/",
    "compare/1..1/",
]


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(START) as traveller:
        yield traveller


@pytest.fixture
def ledger(clock, people):
    return Ledger(clock, people, REFERENCE)


@pytest.fixture
def emergency_version(ledger, people):
    ledger.publish(london(2026, 1, 6, 9))
    ledger.clock.move_to(london(2026, 2, 2, 9))
    write_draft(ledger.policy, people.emergency, lay_summary="The urgent text.")
    return publish_at_once(
        policy=ledger.policy, person=people.emergency, reason="A product was recalled."
    )


def words(response):
    return " ".join(response.content.decode().split())


@pytest.mark.once
def test_unknown_reference_gets_help(client, site):
    response = client.get("/policies/no-such-policy/")

    assert response.status_code == 404
    assert "NO-SUCH-POLICY is in force" in words(response)
    assert 'href="/policies/"' in words(response)
    assert 'action="/search/"' in words(response)


@pytest.mark.once
def test_policy_that_nobody_approved_is_not_there(client, people):
    PolicyPageFactory(reference=REFERENCE, author=people.author)

    assert client.get(ADDRESS).status_code == 404


@pytest.mark.once
def test_capital_letters_lead_to_the_one_address(client, ledger):
    ledger.publish()

    for rest in [*SAME_FOR_EVERYBODY, "on/", "compare/1..2/"]:
        response = client.get(f"/policies/SP-100/{rest}?p=2")

        assert response.status_code == 301, rest
        assert response["Location"] == f"{ADDRESS}{rest}?p=2"


@pytest.mark.once
@pytest.mark.parametrize(
    ("status", "heading"),
    [
        ("withdrawn", "This policy was withdrawn"),
        ("superseded", "Another policy has taken over"),
    ],
)
def test_ended_policy_answers_with_a_notice(client, ledger, status, heading):
    Ledger(ledger.clock, ledger.people, "SP-200").publish(title="The new policy")
    ledger.publish()
    ledger.publish(
        status=status,
        superseded_by="SP-200" if status == "superseded" else "",
        status_reason="The treatment is no longer offered.",
    )

    response = client.get(ADDRESS)

    assert response.status_code == 200
    assert heading in words(response)
    assert "The treatment is no longer offered." in words(response)
    assert ("The new policy (SP-200)" in words(response)) == (status == "superseded")
    assert client.get(f"{ADDRESS}versions/1/").status_code == 200
    assert client.get(f"{ADDRESS}history/").status_code == 200
    assert REFERENCE not in words(client.get("/policies/"))


@pytest.mark.once
def test_superseded_policy_names_a_successor_it_cannot_link(client, ledger):
    ledger.publish()
    ledger.publish(
        status="superseded", superseded_by="The / other one", status_reason="Merged."
    )

    assert "policy The / other one" in words(client.get(ADDRESS))


def test_emergency_has_a_banner_until_two_people_ratified_it(
    client, emergency_version, people
):
    page = words(client.get(ADDRESS))
    assert "Emergency publication" in page
    assert "A product was recalled." in page
    assert "Overdue" not in page

    for person in (people.clinician, people.approver1):
        judge(
            version=emergency_version,
            person=person,
            verdict=EmergencyVerdict.RATIFY,
            note="Right.",
            seen_hash=emergency_version.content_hash,
        )

    assert "Emergency publication" not in words(client.get(ADDRESS))


@pytest.mark.once
def test_overdue_emergency_says_so(client, emergency_version, clock):
    clock.move_to(emergency_version.ratify_by + datetime.timedelta(seconds=1))

    page = words(client.get(ADDRESS))

    assert "Emergency publication" in page
    assert "Overdue:" in page


@pytest.mark.once
def test_earlier_version_has_no_emergency_banner(client, emergency_version):
    assert "Emergency publication" not in words(client.get(f"{ADDRESS}versions/1/"))


@pytest.mark.once
def test_correction_says_what_was_wrong_and_since_when(client, ledger):
    ledger.publish(london(2026, 1, 6, 9))
    ledger.publish(
        london(2026, 3, 3, 10, 15),
        change_type="correction",
        correction_notice="The age limit was 18 and should be 16.",
        wrong_since=datetime.date(2026, 1, 6),
    )

    page = words(client.get(ADDRESS))

    assert "The age limit was 18 and should be 16." in page
    assert "wrong from 6 January 2026 until 3 March 2026 at 10:15am" in page
    assert "contains an error" in words(client.get(f"{ADDRESS}versions/1/"))


def test_scheduled_version_is_not_to_be_seen(client, ledger):
    ledger.publish()
    version = ledger.publish(
        effective_on=datetime.date(2026, 4, 1), lay_summary="Secret until April."
    )

    for address in ["", "history/", "history.json", "feed/", "on/2026-01-05/"]:
        page = words(client.get(ADDRESS + address))
        assert "Secret until April." not in page
        assert version.change_note not in page
        assert "2026-04-01" not in page
        assert "1 April 2026" not in page
    for address in ["versions/2/", "compare/1..2/", "on/2026-04-01/"]:
        response = client.get(ADDRESS + address)
        assert response.status_code == 404
        assert "1 April" not in words(response).replace("1 April 2026 has not come", "")


def test_announced_version_is_told_and_readable(client, ledger):
    ledger.publish()
    version = ledger.publish(
        effective_on=datetime.date(2026, 4, 1),
        is_announced=True,
        lay_summary="From April on.",
    )

    page = words(client.get(ADDRESS))
    assert "This policy changes on 1 April 2026" in page
    assert "From April on." not in page
    assert version.get_absolute_url() in page

    response = client.get(version.get_absolute_url())
    assert response.status_code == 200
    assert response["X-Robots-Tag"] == "noindex"
    assert "Not yet in force" in words(response)
    assert "From April on." in words(response)
    assert client.get(f"{ADDRESS}compare/1..2/").status_code == 200
    assert "From April on." not in words(client.get(f"{ADDRESS}history/"))


def test_announced_version_that_was_rescinded_is_gone(client, ledger, people):
    ledger.publish()
    version = ledger.publish(effective_on=datetime.date(2026, 4, 1), is_announced=True)
    for person in (people.governance, people.approver1):
        rescind(version=version, person=person, reason="Taken back.")

    assert client.get(version.get_absolute_url()).status_code == 404
    assert "1 April 2026" not in words(client.get(ADDRESS))
    ledger.clock.move_to(london(2026, 4, 2, 9))
    assert client.get(version.get_absolute_url()).status_code == 404
    assert client.get(f"{ADDRESS}history.json").json()["versions"][0]["number"] == 1


def test_announced_first_version_is_named_on_the_help_page(client, ledger):
    version = ledger.publish(effective_on=datetime.date(2026, 4, 1), is_announced=True)

    response = client.get(ADDRESS)

    assert response.status_code == 404
    assert "takes effect on 1 April 2026" in words(response)
    assert version.get_absolute_url() in words(response)


@pytest.mark.once
def test_earlier_version_points_at_the_one_in_force(client, ledger):
    ledger.publish(transitional_rule="Referrals before that day keep the old rule.")
    ledger.publish()

    response = client.get(f"{ADDRESS}versions/1/")

    assert response["Link"] == f'<{ADDRESS}>; rel="latest-version"'
    assert response["X-Robots-Tag"] == "noindex"
    assert "Summary of text 1." in words(response)
    assert "the date of the referral" in words(response).lower()
    assert "Referrals before that day keep the old rule." in words(response)
    assert "X-Robots-Tag" not in client.get(f"{ADDRESS}versions/2/")


@pytest.mark.once
@pytest.mark.parametrize("number", ["0", "7", "9" * 30])
def test_number_without_a_version_gets_help(client, ledger, number):
    ledger.publish()

    response = client.get(f"{ADDRESS}versions/{number}/")

    assert response.status_code == 404
    assert f"{ADDRESS}history/" in words(response)


def test_every_old_address_still_answers_after_ten_more_versions(client, ledger):
    for _number in range(11):
        ledger.publish()
    ledger.publish(
        title="Another title", status="withdrawn", status_reason="Not offered."
    )

    for number in range(1, 13):
        assert client.get(f"{ADDRESS}versions/{number}/").status_code == 200
    assert "Summary of text 1." in words(client.get(f"{ADDRESS}versions/1/"))


@pytest.mark.parametrize("count", [2, 200])
def test_pages_need_the_same_queries_for_any_number_of_versions(
    client, ledger, django_assert_max_num_queries, count
):
    ledger.publish(related_policies=[])
    lengthen_history(ledger.publish(related_policies=[]), count - 2)
    ledger.clock.shift(60)
    addresses = [ADDRESS, f"{ADDRESS}versions/1/", f"{ADDRESS}on/2026-01-05/"]
    client.get(ADDRESS)

    for address in addresses:
        with django_assert_max_num_queries(QUERIES):
            assert client.get(address).status_code == 200


def test_emergency_page_stays_within_its_queries(
    client, emergency_version, django_assert_max_num_queries
):
    client.get(ADDRESS)

    with django_assert_max_num_queries(QUERIES):
        client.get(ADDRESS)


@pytest.mark.once
def test_answers_are_the_same_for_everybody(client, client_of, ledger):
    ledger.publish()
    ledger.publish()
    author = client_of(ledger.people.author)

    for rest in SAME_FOR_EVERYBODY:
        anonymous, signed_in = client.get(ADDRESS + rest), author.get(ADDRESS + rest)

        assert anonymous.content == signed_in.content, rest
        for response in (anonymous, signed_in):
            assert not response.cookies, rest
            assert "Cookie" not in response.get("Vary", ""), rest
            assert response["Cache-Control"] == "public, max-age=0, must-revalidate"


@pytest.mark.parametrize(
    ("label", "said"),
    [("ROUTINELY commissioned", ""), ("Green list", "Green list"), ("", "")],
)
def test_a_local_label_that_says_the_same_is_left_out(label: str, said: str) -> None:
    text = PolicyText({"position": "routine", "local_label": label})

    assert text.other_local_label == said
