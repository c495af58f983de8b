"""Pages kept ahead of Django: what is kept, for whom, and when it is made anew."""

import datetime
import gzip
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import brotli
import pytest
import time_machine
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test import Client, RequestFactory
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction, Site

from pages.models import SiteBrand
from policies.emergency import publish_at_once
from policies.models import PolicyPage, PolicyVersion
from portal.cache import triggers
from portal.cache.checks import changes_are_noticed
from portal.cache.generation import TOKEN_QUERY, Database, Watch
from portal.cache.mark import Mark
from portal.cache.models import ContentChange, forget_changes
from portal.cache.pages import PageCache
from portal.cache.shelf import Shelf
from portal.cache.warming import Warmer
from portal.handlers import PortalHandler
from tests.factories.approval import publish_next, publish_policy, write_draft
from tests.factories.pages import PolicyPageFactory
from tests.factories.people import sample_people


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def how(self) -> str:
        return self.headers.get("X-Cache", "")


class Front:
    """The application as a server calls it, with what it knows of the database."""

    def __init__(self, mark: Mark, shelf: Shelf | None = None) -> None:
        self.fails: Exception | None = None
        self.rendered = 0
        self.database = Database()
        self.watch = Watch(mark, self.ask)
        self.cache = PageCache(self.render, lambda: self.watch, shelf)

    def ask(self, known: Any) -> Any:
        if self.fails:
            raise self.fails
        return self.database.generation(known)

    def render(self, environ: dict[str, Any], start: Any) -> Any:
        self.rendered += 1
        return PortalHandler()(environ, start)

    def get(self, path: str, method: str = "GET", **environ: str) -> Answer:
        request = RequestFactory(HTTP_HOST="testserver").generic(
            method, path, **environ
        )
        told: list[Any] = []
        body = self.cache(request.environ, lambda *args: told.extend(args))
        content = b"".join(body)
        getattr(body, "close", lambda: None)()
        return Answer(int(told[0][:3]), dict(told[1]), content)


def token() -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(TOKEN_QUERY)
        return cursor.fetchone()


def forget_that_this_transaction_counted() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('portal.content_changed', '', true)")


def is_noticed(change: Callable[[], Any]) -> bool:
    """Whether the change counts as one of public content."""
    forget_that_this_transaction_counted()
    before = token()
    change()
    return token() != before


@pytest.fixture
def front(transactional_db: None, tmp_path: Any) -> Iterator[Front]:
    front = Front(Mark(tmp_path / "mark"))
    yield front
    front.watch.executor.submit(front.database.close).result()


@pytest.fixture
def version(front: Front) -> PolicyVersion:
    people = sample_people()
    return publish_policy(
        PolicyPageFactory(reference="SP-100", author=people.author), people
    )


@pytest.mark.once
def test_every_table_is_watched_or_named_as_quiet() -> None:
    tables = {
        model._meta.db_table for model in apps.get_models(include_auto_created=True)
    }
    labels = {model._meta.app_label for model in apps.get_models()}

    assert tables >= triggers.QUIET_TABLES
    assert labels - triggers.QUIET_APPS == {
        *("consent", "cookie_consent", "media", "pages", "policies", "search"),
        *("taggit", "wagtailcore", "wagtaildocs", "wagtailembeds", "wagtailimages"),
        "wagtailredirects",
        "simple_translation",
    }


def test_what_readers_see_counts_and_drafts_do_not(site: Site) -> None:
    page = Page.objects.get(pk=site.root_page_id).specific
    brand = SiteBrand.for_site(site)
    draft = PolicyPageFactory(reference="SP-7")

    def bulk() -> None:
        SiteBrand.objects.filter(pk=brand.pk).update(service_name="Policies here")

    def restrict() -> None:
        PageViewRestriction.objects.create(page=page, restriction_type="login")

    assert not is_noticed(lambda: page.save_revision(clean=False))
    assert not is_noticed(draft.save_revision)
    assert not is_noticed(sample_people)
    assert is_noticed(bulk)
    assert is_noticed(restrict)
    assert is_noticed(lambda: Page.objects.filter(pk=page.pk).update(title="Other"))
    assert is_noticed(page.save_revision(clean=False).publish)


def test_changes_are_forgotten_without_repeating_a_token(db: None) -> None:
    ContentChange.objects.bulk_create(ContentChange() for _ in range(150))
    before = token()

    forget_changes()

    assert ContentChange.objects.count() == 1
    assert token() > before
    assert forget_changes() == 0


def test_check_of_the_triggers_trips_when_one_is_gone(db: None) -> None:
    on_table = " ON pages_sitebrand" if connection.vendor == "postgresql" else ""
    assert list(changes_are_noticed(databases=["default"])) == []

    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER portal_content_pages_sitebrand_update{on_table}")

    (found,) = changes_are_noticed(databases=["default"])
    assert found.id == "cache.E001"
    # An upgrade that was broken off must be able to go on.
    call_command("migrate", verbosity=0, skip_checks=False)
    assert list(changes_are_noticed(databases=["default"])) == []


def test_second_reader_gets_the_same_bytes_without_django(
    front: Front, version: PolicyVersion
) -> None:
    addresses = ["/", "/treatments/", "/policies/", "/policies/sp-100/", "/api/"]
    first = [front.get(address) for address in addresses]
    rendered = front.rendered

    second = [front.get(address) for address in addresses]
    packed = front.get("/policies/sp-100/", HTTP_ACCEPT_ENCODING="gzip, br")
    zipped = front.get("/policies/sp-100/", HTTP_ACCEPT_ENCODING="br;q=0, gzip")
    head = front.get("/policies/sp-100/", "HEAD")
    etag = packed.headers["ETag"]
    unchanged = front.get("/policies/sp-100/", HTTP_IF_NONE_MATCH=f'"x", W/{etag}')

    # The policy index and others of the tree, and the addresses of the ledger.
    assert [answer.how for answer in first] == ["miss"] * len(addresses)
    assert [answer.how for answer in second] == ["hit"] * len(addresses)
    assert [a.body for a in first] == [a.body for a in second]
    assert front.rendered == rendered
    plain = second[3]
    assert brotli.decompress(packed.body) == plain.body
    assert gzip.decompress(zipped.body) == plain.body
    assert packed.headers["Content-Encoding"] == "br"
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert len({plain.headers["ETag"], etag, zipped.headers["ETag"]}) == 3
    assert (head.body, head.headers["Content-Length"]) == (
        b"",
        plain.headers["Content-Length"],
    )
    assert (unchanged.status, unchanged.body) == (304, b"")
    assert unchanged.headers["ETag"]
    assert "s-maxage=1" in plain.headers["Cache-Control"]
    assert 0 <= time.time() - int(plain.headers["X-Accel-Expires"].strip("@")) < 60
    assert "max-age=0" in plain.headers["Cache-Control"]
    assert "Content-Security-Policy" in plain.headers
    assert "Set-Cookie" not in plain.headers


def test_what_is_for_one_person_is_never_kept(
    front: Front, version: PolicyVersion, site: Site
) -> None:
    people = sample_people()
    client = Client()
    client.force_login(people.author)
    session = f"a=1; {settings.SESSION_COOKIE_NAME}=" + client.session.session_key
    for_anybody = front.get("/")

    for_staff = front.get("/", HTTP_COOKIE=session)
    private = Page.objects.get(slug="about")
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    others = [
        front.get(address)
        for address in [
            *("/cookies/", "/follow/?topic=policy:sp-100", "/admin/", "/about/"),
            *("/nothing/", "/policies/sp-999/", "/health/live/", "/search/?q=zzzz"),
            *("/feedback/problem/?page=/policies/sp-100/", "/policies/register.csv"),
            *("/cookies/status/", "/.well-known/security.txt"),
        ]
    ]
    packed = front.get("/cookies/", HTTP_ACCEPT_ENCODING="br, gzip")
    strange = front.get("/", HTTP_HOST="evil.example")

    assert (for_staff.how, for_staff.body) == ("", for_anybody.body)
    assert [answer.how for answer in others] == [""] * len(others)
    assert packed.headers["Content-Encoding"] == "br"
    assert b"<h1" in brotli.decompress(packed.body)
    assert strange.status == 400
    assert len(front.cache.pages.entries) == 1
    assert not front.cache.queries.entries


def test_staff_who_commit_and_others_elsewhere_make_pages_new(
    front: Front, version: PolicyVersion, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Front(front.watch.mark)
    monkeypatch.setattr("portal.cache.generation.POLL", 3600)
    brand = SiteBrand.for_site(site)
    for each in (front, other):
        each.get("/")
        assert each.get("/").how == "hit"

    SiteBrand.objects.filter(pk=brand.pk).update(service_name="Renamed")
    unseen = other.get("/")
    front.watch.tell_others()
    seen = other.get("/")
    other.watch.executor.submit(other.database.close).result()

    assert b"Renamed" not in unseen.body
    assert seen.how == "miss"


def test_page_is_made_anew_when_a_version_takes_effect(
    front: Front, version: PolicyVersion
) -> None:
    people = sample_people()
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    following = publish_next(
        version.policy,
        people,
        title="Another name of it",
        effective_on=tomorrow,
        change_note="Named anew.",
    )
    assert following.effective_from > timezone.now()
    front.get("/policies/sp-100/")
    before = front.get("/policies/sp-100/")

    just_before = following.effective_from - datetime.timedelta(milliseconds=500)
    with time_machine.travel(just_before, tick=False):
        last = front.get("/policies/sp-100/")
    with time_machine.travel(following.effective_from, tick=False):
        front.fails = OperationalError("away")
        without_database = front.get("/policies/sp-100/")
        front.fails, front.watch.away_until = None, 0
        after = front.get("/policies/sp-100/")

    assert [answer.how for answer in (before, last)] == ["hit", "hit"]
    assert b"Another name of it" not in before.body + last.body
    assert "s-maxage" in before.headers["Cache-Control"]
    assert "s-maxage" not in last.headers["Cache-Control"]
    assert "X-Accel-Expires" not in last.headers
    assert without_database.how == ""
    assert after.how == "miss"
    assert b"Another name of it" in after.body


@pytest.mark.once
def test_page_is_made_anew_when_an_emergency_was_not_ratified_in_time(
    front: Front, version: PolicyVersion
) -> None:
    people = sample_people()
    write_draft(version.policy, people.emergency, lay_summary="Stop.")
    emergency = publish_at_once(
        policy=version.policy, person=people.emergency, reason="A safety alert."
    )
    deadline = emergency.ratify_by
    just_before = deadline - datetime.timedelta(milliseconds=500)

    with time_machine.travel(just_before, tick=False):
        front.get("/policies/sp-100/")
        before = front.get("/policies/sp-100/")
    with time_machine.travel(deadline, tick=False):
        after = front.get("/policies/sp-100/")

    assert (before.how, after.how) == ("hit", "miss")
    assert "s-maxage" not in before.headers["Cache-Control"]
    assert b"Independent approvers have to ratify it" in before.body
    assert b"Overdue:" not in before.body
    assert b"Overdue:" in after.body


def test_kept_page_serves_for_a_day_while_the_database_is_away(
    front: Front, version: PolicyVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.cache.generation.POLL", 0)
    tag = front.get("/policies/sp-100/").headers["ETag"]
    front.fails = OperationalError("away")

    stale = front.get("/policies/sp-100/", HTTP_IF_NONE_MATCH=tag)
    monkeypatch.setattr("portal.cache.pages.STALE_SECONDS", 0)
    too_old = front.get("/policies/sp-100/")
    monkeypatch.undo()
    front.fails = None
    front.watch.away_until = 0
    back = front.get("/policies/sp-100/")

    assert (stale.status, stale.how) == (200, "stale")
    assert stale.headers["Warning"].startswith("110")
    assert "s-maxage" not in stale.headers["Cache-Control"]
    assert too_old.how == ""
    assert back.how == "hit"


@pytest.mark.parametrize("limit", [2000, 1])
def test_pages_are_made_again_before_the_database_goes(
    front: Front, version: PolicyVersion, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    monkeypatch.setattr("portal.sitemaps.PortalSitemap.limit", limit)
    monkeypatch.setattr("portal.cache.generation.POLL", 0)
    monkeypatch.setattr("portal.cache.warming.QUIET_SECONDS", 0)
    warmer = Warmer(front.cache)
    page, search = "/policies/sp-100/", "/?invented=1"
    assert front.get(page).how == front.get(search).how == "miss"
    people = sample_people()
    policy = PolicyPage.objects.get(reference="SP-100")
    note = "Another wording of it."
    publish_next(policy, people, lay_summary=note, change_note=note)
    front.watch.tell_others()

    warmer.look()
    made = front.rendered
    warmer.look()
    front.fails = OperationalError("away")
    away, never_read, invented = (
        front.get(address) for address in (page, "/policies/", search)
    )

    assert front.rendered - made == 1
    assert (away.status, away.how) == (200, "stale")
    assert b"Another wording of it." in away.body
    assert (never_read.status, never_read.how) == (200, "stale")
    # Addresses with a query are anybody's invention, so they wait for a reader.
    assert invented.how == ""


def test_invented_addresses_push_out_no_page(
    front: Front, version: PolicyVersion
) -> None:
    front.get("/policies/sp-100/")
    front.cache.queries.most_bytes = 125_000
    for number in range(12):
        front.get(f"/?invented={number}")
        front.get(f"/nothing/{number}/")
        front.get("/", HTTP_HOST=f"testserver:{9000 + number}")
        front.get("/", HTTP_X_FORWARDED_PROTO=f"scheme{number}")

    assert front.cache.queries.bytes <= 125_000
    assert 0 < len(front.cache.queries.entries) < 12
    assert len(front.cache.pages.entries) == 2
    assert front.get("/policies/sp-100/").how == "hit"
    assert front.get("/?" + "x" * 2000).how == ""
