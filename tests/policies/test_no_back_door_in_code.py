"""No command and no line of code changes what readers see without approval."""

import datetime
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.core.serializers import serialize
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone
from wagtail.actions.create_alias import CreatePageAliasAction
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Locale, Page, PageViewRestriction, Revision, Site

from pages.models import TreatmentPage
from policies.models import ChangeRequest, Contribution, Decision, PolicyPage
from portal.refusals import Refusal
from tests.factories.approval import publish_next, submit
from tests.policies.doors import nothing_changes

URLS = {
    "next_draft": ["/policies/sp-100/", "/policies/sp-100/versions/1/", "/policies/"],
    "next_treatment_draft": ["/treatments/sample-injection/", "/treatments/"],
}
REFUSED = (Refusal, IntegrityError, PermissionDenied, ProtectedError, ValidationError)


@contextmanager
def refused_without_trace(urls: list[str], refusals: Any) -> Iterator[None]:
    """What is done inside is refused, rolled back, and readers see no difference."""
    with nothing_changes(urls), pytest.raises(refusals), transaction.atomic():
        yield


LONG_AGO = timezone.now() - datetime.timedelta(days=30)


def save_other_title(page):
    page.title = "Swapped"
    page.save()


def save_other_text(page):
    field = "introduction" if isinstance(page, TreatmentPage) else "lay_summary"
    setattr(page, field, "Swapped")
    page.save()


def save_other_text_alone(page):
    field = "introduction" if isinstance(page, TreatmentPage) else "lay_summary"
    setattr(page, field, "Swapped")
    page.save(update_fields=[field])


def save_not_live(page):
    page.live = False
    page.save()


def save_plain_row_not_live(page):
    row = Page.objects.get(pk=page.pk)
    row.live = False
    row.save(update_fields=["live"])


def save_other_address(page):
    page.slug = "elsewhere"
    page.save(clean=False)


def save_parent_with_other_address(page):
    parent = page.get_parent().specific
    parent.slug = "elsewhere"
    parent.save()


def publish_draft(page):
    page.get_latest_revision().publish()


def unpublish(page):
    page.unpublish()


def unpublish_plain_row(page):
    Page.objects.get(pk=page.pk).unpublish()


def copy_live(page):
    page.copy(
        update_attrs={"slug": "a-copy", "title": "A copy", "reference": "SP-300"},
        keep_live=True,
    )


def copy_parent_live(page):
    page.get_parent().specific.copy(
        recursive=True, update_attrs={"slug": "a-copy"}, keep_live=True
    )


def make_alias(page):
    CreatePageAliasAction(page, update_slug="an-alias").execute(
        skip_permission_checks=True
    )


def move(page):
    page.move(Page.objects.get(slug="about", depth=3), pos="last-child")


def move_parent(page):
    page.get_parent().move(Page.objects.get(slug="about", depth=3), pos="last-child")


def delete(page):
    page.delete()


def delete_parent(page):
    page.get_parent().delete()


def delete_home(page):
    Page.objects.get(depth=2).delete()


def delete_by_query(page):
    type(page).objects.filter(pk=page.pk).delete()


def hide(page):
    PageViewRestriction.objects.create(page=page, restriction_type="login")


def hide_parent(page):
    PageViewRestriction.objects.create(page=page.get_parent(), restriction_type="login")


def hide_home(page):
    PageViewRestriction.objects.create(
        page=Page.objects.get(depth=2), restriction_type="login"
    )


def update_title(page):
    Page.objects.filter(pk=page.pk).update(title="Swapped")


def update_live(page):
    Page.objects.filter(pk=page.pk).update(live=False)


def update_slug(page):
    Page.objects.filter(pk=page.pk).update(slug="elsewhere")


def update_url_path(page):
    Page.objects.filter(pk=page.pk).update(url_path="/elsewhere/")


def update_live_revision(page):
    Page.objects.filter(pk=page.pk).update(live_revision=page.latest_revision_id)


def bulk_update_title(page):
    page.title = "Swapped"
    Page.objects.bulk_update([page], ["title"])


def delete_locale(page):
    Locale.objects.all().delete()


ATTEMPTS = [
    save_other_title,
    save_other_text,
    save_other_text_alone,
    save_not_live,
    save_plain_row_not_live,
    save_other_address,
    save_parent_with_other_address,
    publish_draft,
    unpublish,
    unpublish_plain_row,
    copy_live,
    copy_parent_live,
    make_alias,
    move,
    move_parent,
    delete,
    delete_parent,
    delete_home,
    delete_by_query,
    hide,
    hide_parent,
    hide_home,
    update_title,
    update_live,
    update_slug,
    update_url_path,
    update_live_revision,
    bulk_update_title,
    delete_locale,
]
OTHER_VALUES = [
    ("introduction", "Swapped"),
    ("other_names", "Swapped"),
    ("risk_denominator", 10_000),
    ("what_it_is", [("text", "<p>Swapped</p>")]),
    ("risks", []),
    ("specialty", None),
]


def allowed(attempts: dict[str, Callable[[], Any]], refusals: Any) -> list[str]:
    """The attempts that nothing refused; a refused one is rolled back."""
    found = []
    for name, attempt in attempts.items():
        try:
            with transaction.atomic():
                attempt()
        except refusals:
            continue
        found.append(name)
    return found


@pytest.mark.parametrize("fixture", URLS)
def test_code_is_refused(request, fixture):
    page = request.getfixturevalue(fixture)

    def on_fresh_page(attempt):
        return lambda: attempt(type(page).objects.get(pk=page.pk))

    attempts = {attempt.__name__: on_fresh_page(attempt) for attempt in ATTEMPTS}

    with nothing_changes(URLS[fixture]):
        assert allowed(attempts, REFUSED) == []


def test_the_text_of_a_treatment_is_not_updated_by_a_query(next_treatment_draft):
    rows = TreatmentPage.objects.filter(pk=next_treatment_draft.pk)
    attempts = {
        column: partial(rows.update, **{column: value})
        for column, value in OTHER_VALUES
    }

    with nothing_changes(URLS["next_treatment_draft"]):
        assert allowed(attempts, IntegrityError) == []


def test_the_row_of_a_policy_is_not_what_readers_get(next_draft):
    with nothing_changes(URLS["next_draft"]):
        PolicyPage.objects.filter(pk=next_draft.pk).update(
            lay_summary="Swapped", scope="<p>Swapped</p>", position="not_routine"
        )


def test_an_older_approved_policy_text_does_not_come_back(policy_in_force, people):
    publish_next(policy_in_force, people, title="Second", change_note="Another title.")

    with refused_without_trace(URLS["next_draft"], Refusal):
        policy_in_force.revisions.order_by("pk").first().publish()


def test_an_older_approved_treatment_does_not_come_back(
    next_treatment_draft, author, approve_all
):
    approve_all(submit(next_treatment_draft, author))
    first = next_treatment_draft.revisions.order_by("pk").first()

    with nothing_changes(URLS["next_treatment_draft"]):
        with pytest.raises(Refusal), transaction.atomic():
            first.publish()
        with pytest.raises(IntegrityError), transaction.atomic():
            Page.objects.filter(pk=next_treatment_draft.pk).update(
                live_revision=first, title=first.content["title"]
            )


@pytest.mark.parametrize("fixture", URLS)
def test_a_forged_date_publishes_nothing(request, fixture):
    page = request.getfixturevalue(fixture)
    Revision.objects.filter(pk=page.latest_revision_id).update(
        approved_go_live_at=LONG_AGO
    )

    with refused_without_trace(URLS[fixture], Refusal):
        call_command("publish_scheduled")


@pytest.mark.parametrize("fixture", URLS)
def test_a_forged_expiry_unpublishes_nothing(request, fixture):
    page = request.getfixturevalue(fixture)
    Page.objects.filter(pk=page.pk).update(expire_at=LONG_AGO)

    with refused_without_trace(URLS[fixture], Refusal):
        call_command("publish_scheduled")


@pytest.mark.parametrize("fixture", URLS)
@pytest.mark.parametrize("of_parent", [False, True])
def test_a_fixture_with_other_text_is_not_loaded(request, fixture, of_parent, tmp_path):
    page = request.getfixturevalue(fixture)
    rows = json.loads(
        serialize("json", [Page.objects.get(pk=page.pk)] if of_parent else [page])
    )
    for row in rows:
        row["fields"]["title" if of_parent else "change_note"] = "Swapped"
        for name in ("introduction", "lay_summary"):
            if name in row["fields"]:
                row["fields"][name] = "Swapped"
    path = tmp_path / "tampered.json"
    path.write_text(json.dumps(rows))

    with refused_without_trace(URLS[fixture], REFUSED):
        call_command("loaddata", path, verbosity=0)


def test_purging_revisions_removes_no_evidence(
    next_draft, next_change, approve_all, next_treatment_draft
):
    approve_all(next_change)
    sealed = set(ChangeRequest.objects.values_list("revision", flat=True))
    evidence = Decision.objects.count(), Contribution.objects.count()

    with nothing_changes([*URLS["next_draft"], *URLS["next_treatment_draft"]]):
        call_command("purge_revisions", verbosity=0)

    assert Revision.objects.filter(pk__in=sealed).count() == len(sealed)
    assert (Decision.objects.count(), Contribution.objects.count()) == evidence


@pytest.mark.parametrize("full", [False, True])
def test_repairing_the_tree_changes_nothing(next_draft, next_treatment_draft, full):
    with nothing_changes([*URLS["next_draft"], *URLS["next_treatment_draft"]]):
        call_command("fixtree", full=full, interactive=False, verbosity=0)


def test_a_redirect_does_not_cover_a_policy(next_draft):
    with nothing_changes(URLS["next_draft"]):
        for url in URLS["next_draft"]:
            Redirect.objects.create(
                old_path=Redirect.normalise_path(url),
                redirect_link="https://example.org/",
            )


@pytest.mark.parametrize("ending", ["", "/"])
@pytest.mark.parametrize("fixture", ["next_draft", "next_treatment_draft"])
def test_a_redirect_leads_nobody_away_from_an_approved_text(
    request, client, fixture, ending
):
    request.getfixturevalue(fixture)
    url = URLS[fixture][0].rstrip("/")
    Redirect.objects.create(old_path=url, redirect_link="https://example.org/")

    answer = client.get(f"{url}{ending}", follow=True)

    assert answer.status_code == 200
    assert answer.request["PATH_INFO"] == f"{url}/"


@pytest.mark.parametrize("address", ["/old-leaflet.pdf", "/old-page", "/old-page/"])
def test_a_redirect_of_an_address_that_is_gone_works(site, client, address):
    old_path = Redirect.normalise_path(address)
    Redirect.objects.create(old_path=old_path, redirect_link="/treatments/")

    answer = client.get(address, follow=True)

    assert answer.request["PATH_INFO"] == "/treatments/"


def test_policies_stay_where_they_are_when_the_site_is_taken_apart(
    policy_in_force, client
):
    text = policy_in_force.versions.get().lay_summary
    Site.objects.update(root_page=Page.objects.get(slug="about", depth=3))
    Site.clear_site_root_paths_cache()

    content = client.get("/policies/sp-100/").content.decode()

    assert text in re.sub(r"\s+", " ", content)


def test_people_in_the_record_are_not_deleted(policy_in_force, people):
    names = ["author", "clinician", "approver1", "approver2"]
    attempts = {name: getattr(people, name).delete for name in names}

    with nothing_changes(URLS["next_draft"]):
        assert allowed(attempts, REFUSED) == []
