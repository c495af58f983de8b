"""No view or bulk action of the admin changes what readers see without approval.

Each attempt is made by an author, an approver, somebody with every page permission
and a superuser, on a page on record that has a newer, unapproved draft.
"""

import pytest
from django.urls import reverse
from wagtail.models import Page

from tests.factories.approval import approve_fully, submit
from tests.factories.forms import editor_form
from tests.factories.pages import PolicyPageFactory
from tests.policies.doors import (
    Attempt,
    another_place,
    first_revision,
    home_of,
    nothing_changes,
    parent_of,
    post,
    post_bulk,
    press,
    press_on_first_text,
    successful,
)

# The first two stop at permissions, which no database decides.
ROLES = [
    pytest.param("author", marks=pytest.mark.once),
    pytest.param("approver1", marks=pytest.mark.once),
    "publisher",
    "superuser",
]
COPY = {
    "new_title": "A copy",
    "new_slug": "a-copy",
    "new_parent_page": parent_of,
}

PUBLISH = [
    Attempt("publish", press("action-publish")),
    Attempt("publish with other text", press("action-publish", title="Swapped")),
    Attempt(
        "publish on a schedule",
        press("action-publish", go_live_at="2020-01-01 00:00"),
    ),
    Attempt("bulk publish", post_bulk("publish")),
    Attempt("bulk publish below", post_bulk("publish", include_descendants="on")),
    Attempt("publish an old text", press_on_first_text("action-publish")),
    Attempt("unschedule", post("revisions_unschedule", first_revision)),
]
UNPUBLISH = [
    Attempt("unpublish", post("unpublish")),
    Attempt("unpublish below", post("unpublish", include_descendants="on")),
    Attempt("bulk unpublish", post_bulk("unpublish", include_descendants="on")),
]
COPIES = [
    Attempt("copy kept live", post("copy", publish_copies="on", **COPY)),
    Attempt("copy", post("copy", **COPY)),
    Attempt("alias", post("copy", alias="on", **COPY)),
    Attempt(
        "copy below",
        post("copy", publish_copies="on", copy_subpages="on", **COPY),
    ),
    Attempt("alias below", post("copy", alias="on", copy_subpages="on", **COPY)),
    Attempt("convert alias", post("convert_alias")),
]
MOVES = [
    Attempt("choose destination", post("move", new_parent_page=home_of)),
    Attempt("move", post("move_confirm", home_of)),
    Attempt("move elsewhere", post("move_confirm", another_place)),
    Attempt("bulk move", post_bulk("move", chooser=another_place)),
    Attempt("reorder", post("set_page_position")),
]
DELETIONS = [
    Attempt("delete", post("delete")),
    Attempt("bulk delete", post_bulk("delete")),
]
PRIVACY = [
    Attempt("login", post("set_privacy", restriction_type="login")),
    Attempt(
        "password",
        post("set_privacy", restriction_type="password", password="a-password"),
    ),
    Attempt("groups", post("set_privacy", restriction_type="groups", groups="1")),
]
LOCKS = [Attempt("lock", post("lock")), Attempt("unlock", post("unlock"))]
ATTEMPTS = [*PUBLISH, *UNPUBLISH, *COPIES, *MOVES, *DELETIONS, *PRIVACY, *LOCKS]
ANCESTOR_ATTEMPTS = [
    *[attempt for attempt in PUBLISH if attempt.name.startswith("bulk")],
    *UNPUBLISH,
    *[attempt for attempt in COPIES if attempt.name.endswith("below")],
    *MOVES[1:4],
    *DELETIONS,
    *PRIVACY,
]
POLICY_URLS = [
    "/policies/sp-100/",
    "/policies/sp-100/versions/1/",
    "/policies/sp-100/history/",
    "/policies/",
]
TREATMENT_URLS = ["/treatments/sample-injection/", "/treatments/"]


@pytest.fixture(params=ROLES)
def intruder(request, people):
    return request.getfixturevalue(request.param)


def test_no_view_changes_a_policy_in_force(next_draft, intruder, client_of):
    client = client_of(intruder)

    assert successful(ATTEMPTS, client, [next_draft], POLICY_URLS) == []


def test_no_view_changes_a_treatment_on_record(
    next_treatment_draft, intruder, client_of
):
    client = client_of(intruder)

    assert successful(ATTEMPTS, client, [next_treatment_draft], TREATMENT_URLS) == []


@pytest.mark.parametrize("role", ["publisher", "superuser"])
def test_no_view_changes_what_lies_below_a_section(
    next_draft, next_treatment_draft, client_of, request, role
):
    client = client_of(request.getfixturevalue(role))
    sections = [
        next_draft.get_parent(),
        next_treatment_draft.get_parent(),
        Page.objects.get(depth=2),
    ]
    urls = [*POLICY_URLS, *TREATMENT_URLS]

    assert successful(ANCESTOR_ATTEMPTS, client, sections, urls) == []


@pytest.mark.parametrize("role", ["publisher", "superuser"])
@pytest.mark.parametrize("fixture", ["next_draft", "next_treatment_draft"])
def test_a_section_keeps_its_address(client_of, request, role, fixture):
    page = request.getfixturevalue(fixture)
    urls = POLICY_URLS if fixture == "next_draft" else TREATMENT_URLS
    client = client_of(request.getfixturevalue(role))
    section = page.get_parent()

    with nothing_changes(urls):
        response = client.post(
            reverse("wagtailadmin_pages:edit", args=[section.pk]),
            {
                "title": section.title,
                "slug": "elsewhere",
                "seo_title": "",
                "search_description": "",
                "introduction": "",
                "go_live_at": "",
                "expire_at": "",
                "action-publish": "1",
                "comments-TOTAL_FORMS": "0",
                "comments-INITIAL_FORMS": "0",
                "comments-MIN_NUM_FORMS": "0",
                "comments-MAX_NUM_FORMS": "",
            },
        )

    assert response.status_code == 403


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.usefixtures("people")
def test_a_page_is_not_created_live(policy_in_force, client_of, request, role):
    client = client_of(request.getfixturevalue(role))
    parent = policy_in_force.get_parent()
    form = editor_form(
        policy_in_force, "action-publish", reference="SP-200", title="A new one"
    )

    with nothing_changes(POLICY_URLS):
        client.post(
            reverse(
                "wagtailadmin_pages:add", args=["policies", "policypage", parent.pk]
            ),
            form,
        )


def act_on(task_state, action, view):
    """A click of Wagtail's own on a task of a workflow."""
    send = post(view, action, task_state.pk, comment="Fine.")
    return Attempt(f"{view} {action}", send)


ACTIONS = [
    (action, view)
    for action in ("approve", "reject")
    for view in ("workflow_action", "collect_workflow_action_data")
]


def test_a_task_state_of_another_page_publishes_nothing(
    next_draft, author, intruder, client_of
):
    other = submit(PolicyPageFactory(author=author), author)
    theirs = other.workflow_state.current_task_state
    attempts = [act_on(theirs, *action) for action in ACTIONS]

    assert not successful(
        attempts, client_of(intruder), [next_draft], POLICY_URLS, still_open(other)
    )


def test_no_view_touches_a_page_in_review(next_change, intruder, client_of):
    """Nor does an approval that Wagtail itself would take, of its own stage."""
    page = Page.objects.get(pk=next_change.page_id).specific
    own = next_change.workflow_state.current_task_state
    attempts = [
        *PUBLISH[:5],
        *UNPUBLISH,
        *DELETIONS,
        act_on(own, "approve", "workflow_action"),
    ]

    assert not successful(
        attempts, client_of(intruder), [page], POLICY_URLS, still_open(next_change)
    )


def still_open(change):
    """Whether the change waits for decisions as before."""
    return lambda: type(change).objects.get(pk=change.pk).is_open


def test_every_attempt_is_made_with_an_address_that_exists(
    next_draft, client_of, superuser
):
    """A mistyped address would answer 404 and prove nothing."""
    client = client_of(superuser)
    answers = {
        attempt.name: attempt.send(client, next_draft).status_code
        for attempt in ATTEMPTS
        if attempt.name != "convert alias"
    }

    assert {name for name, status in answers.items() if status == 404} == set()
    assert {name for name, status in answers.items() if status >= 500} == set()


def test_an_attempt_that_succeeds_is_named_and_undone(
    next_change, people, superuser, client_of
):
    page = Page.objects.get(pk=next_change.page_id).specific
    approval = Attempt("approval", lambda *_: approve_fully(next_change, people))

    found = successful([approval], client_of(superuser), [page], POLICY_URLS)

    assert [name.partition(" on ")[0] for name in found] == ["approval"]
    assert still_open(next_change)()
