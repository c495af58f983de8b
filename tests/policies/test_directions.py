"""No sign that turns a text's direction reaches the record, by any road."""

import pytest
from django.urls import reverse

from pages.models import Specialty
from policies.emergency import publish_at_once
from policies.models import ChangeRequest, PolicyPage, RatifyingBody
from portal.accounts.people import change_roles, state_of
from portal.directions import SIGNS, turning_signs, visible
from portal.refusals import Refusal
from tests.factories.approval import decide_as, submit, write_draft
from tests.factories.forms import editor_form
from tests.factories.people import UserFactory

OVERRIDE = "\u202e21"
NAMED = r"U\+202E \(right-to-left override\)"


@pytest.mark.parametrize("sign", SIGNS)
def test_every_turning_sign_is_found(sign):
    assert len(turning_signs(f"For {sign} weeks")) == 1
    assert len(turning_signs(f"For &#{ord(sign)}; weeks")) == 1
    assert sign not in visible(f"For {sign} weeks")


def test_marks_and_joiners_that_honest_text_needs_pass():
    assert turning_signs("\u200e12\u200f نمی\u200cدانم") == []


def test_isolates_pass_only_where_asked_and_only_balanced():
    whole, open_end = "\u206712\u2069", "\u206712"
    wrong_way, over_lines = "\u2069\u2067", "\u2067\n\u2069"

    assert turning_signs(whole) != []
    assert turning_signs(whole, with_isolates=True) == []
    for text in (open_end, wrong_way, over_lines):
        assert turning_signs(text, with_isolates=True) != []
    assert turning_signs(f"\u2067{OVERRIDE}\u2069", with_isolates=True) != []


@pytest.mark.parametrize(
    ("field", "value", "label"),
    [
        ("title", OVERRIDE, "Title"),
        ("owner_team", OVERRIDE, "Owner"),
        ("lay_summary", OVERRIDE, "Plain summary"),
        ("scope", f"<p>{OVERRIDE}</p>", "Scope and population"),
        ("scope", "<p>&#8238;21</p>", "Scope and population"),
        ("change_note", OVERRIDE, "public change note"),
    ],
)
def test_a_policy_with_such_a_sign_is_not_submitted(
    policy_draft, author, field, value, label
):
    write_draft(policy_draft, author, **{field: value})

    with pytest.raises(Refusal, match=f"“{label}” holds {NAMED}"):
        submit(PolicyPage.objects.get(pk=policy_draft.pk), author)

    assert not ChangeRequest.objects.exists()


def test_the_editor_says_which_sign(policy_draft, author, client_of):
    form = editor_form(policy_draft, "action-submit", lay_summary=OVERRIDE)

    answer = client_of(author).post(
        reverse("wagtailadmin_pages:edit", args=[policy_draft.pk]), form
    )

    assert answer.status_code == 403
    assert "“Plain summary” holds U+202E" in answer.content.decode()
    assert not ChangeRequest.objects.exists()


def test_a_treatment_with_such_a_sign_is_not_submitted(treatment_draft, author):
    write_draft(treatment_draft, author, introduction=OVERRIDE)

    with pytest.raises(Refusal, match="“Summary” holds"):
        submit(type(treatment_draft).objects.get(pk=treatment_draft.pk), author)


def test_nothing_with_such_a_sign_is_published_at_once(policy_in_force, people):
    write_draft(policy_in_force, people.emergency, lay_summary=OVERRIDE)
    policy = PolicyPage.objects.get(pk=policy_in_force.pk)

    with pytest.raises(Refusal, match="“Plain summary” holds"):
        publish_at_once(policy=policy, person=people.emergency, reason="Recalled")


def test_no_reason_of_an_emergency_holds_such_a_sign(next_draft, people):
    with pytest.raises(Refusal, match=NAMED):
        publish_at_once(policy=next_draft, person=people.emergency, reason=OVERRIDE)


def test_no_note_of_a_decision_holds_such_a_sign(change, clinician):
    with pytest.raises(Refusal, match=f"“note” holds {NAMED}"):
        decide_as(clinician, change, note=OVERRIDE)


def test_no_name_of_a_person_holds_such_a_sign(people):
    for field in ("first_name", "last_name", "username", "email"):
        with pytest.raises(Refusal, match=NAMED):
            UserFactory(**{field: OVERRIDE})


def test_no_reason_for_a_role_holds_such_a_sign(people):
    person = people.author2
    with pytest.raises(Refusal, match=NAMED):
        change_roles(
            by=people.access,
            person=person,
            roles=["Draft reader"],
            reason=OVERRIDE,
            seen=state_of(person),
        )


@pytest.mark.parametrize("model", [Specialty, RatifyingBody])
def test_no_listed_name_holds_such_a_sign(site, model):
    with pytest.raises(Refusal, match=f"“name” holds {NAMED}"):
        model.objects.create(name=OVERRIDE)


def test_the_review_marks_a_sign_in_an_older_record(
    policy_draft, author, clinician, client_of, monkeypatch
):
    write_draft(policy_draft, author, lay_summary=f"For {OVERRIDE} weeks")
    with monkeypatch.context() as patch:
        patch.setattr("policies.receivers.guard_evidence", lambda row: None)
        change = submit(PolicyPage.objects.get(pk=policy_draft.pk), author)

    page = client_of(clinician).get(reverse("policy_change", args=[change.pk]))

    content = page.content.decode()
    assert "signs that turn its direction" in content
    assert "[U+202E (right-to-left override)]21" in content
