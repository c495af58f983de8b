"""The cache in Redis, and uploads in a bucket: there, away, and back again."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from django.core.cache import caches
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.test import Client, RequestFactory
from wagtail.models import Collection, Site

from portal import bucket, redis_cache
from portal.media.models import PortalDocument
from portal.settings.shared import bucket_storage
from portal.settings.shared import redis_cache as redis_settings
from tests.factories.files import pdf
from tests.factories.people import sample_people
from tests.portal.shared_services import free_port, object_store, redis

pytestmark = pytest.mark.once
WORDS = pdf("The words of a leaflet")
KEYS = {"aws_access_key_id": "key", "aws_secret_access_key": "secret"}


@pytest.fixture
def no_outage(monkeypatch: pytest.MonkeyPatch) -> redis_cache.Outage:
    outage = redis_cache.Outage()
    monkeypatch.setattr(redis_cache, "OUTAGE", outage)
    return outage


@pytest.fixture
def redis_port(settings: Any) -> int:
    port = free_port()
    url = f"redis://127.0.0.1:{port}/0"
    settings.CACHES = {"default": redis_settings(url)}
    return port


def test_cache_is_shared_forgives_an_outage_and_forgets_what_is_old(
    redis_port: int, no_outage: redis_cache.Outage, tmp_path: Path
) -> None:
    cache = caches["default"]
    with redis(redis_port, tmp_path) as server:
        cache.set("text", "old")
        cache.set("kept", "there")
        assert cache.get("text") == "old"
        assert cache.incr("tries", 1) if cache.add("tries", 0) else False
        assert not no_outage.until

        server.kill()
        server.wait()
        assert cache.get("text", "none") == "none"
        assert no_outage.until
        # Limits go on counting, in this process.
        assert cache.add("attempts", 1, timeout=60)
        assert not cache.add("attempts", 1, timeout=60)
        assert cache.incr("attempts") == 2
        assert not no_outage.has_lost_writes
        cache.delete("text")
        assert no_outage.has_lost_writes

    with redis(redis_port, tmp_path):
        no_outage.until = 0
        assert cache.get("attempts") is None
        assert not no_outage.has_lost_writes
        cache.set("text", "new")
        assert cache.get("text") == "new"


@pytest.mark.django_db
def test_site_answers_without_redis(
    redis_port: int, no_outage: redis_cache.Outage, site: Site
) -> None:
    people = sample_people()
    client = Client()
    client.force_login(people.author)

    answers = {
        address: client.get(address).status_code
        for address in ("/", "/search/?q=knee", "/cookies/", "/admin/")
    }

    assert set(answers.values()) == {200}, answers
    assert no_outage.until
    ready = client.get("/health/ready/")
    assert (ready.status_code, ready.content) == (200, b"database: ok\ncache: away\n")


@pytest.fixture
def bucket_port(settings: Any, monkeypatch: pytest.MonkeyPatch) -> int:
    """Uploads go to a bucket behind this port."""
    port = free_port()
    values = {
        "MEDIA_BUCKET": "uploads",
        "MEDIA_ENDPOINT": f"http://127.0.0.1:{port}",
        "MEDIA_REGION": "eu-west-2",
        "MEDIA_ACCESS_KEY": "key",
        "MEDIA_SECRET_KEY": "secret",
    }
    for name, value in values.items():
        monkeypatch.setattr(f"portal.settings.shared.{name}", value)
    settings.STORAGES = {**settings.STORAGES, "default": bucket_storage()}
    return port


@pytest.fixture
def uploads(bucket_port: int, tmp_path: Path) -> Iterator[Any]:
    with object_store(bucket_port, tmp_path) as server:
        store = boto3.client(
            "s3",
            endpoint_url=f"http://127.0.0.1:{bucket_port}",
            region_name="eu-west-2",
            **KEYS,
        )
        store.create_bucket(
            Bucket="uploads",
            CreateBucketConfiguration={"LocationConstraint": "eu-west-2"},
        )
        yield server
        store.close()


@pytest.mark.django_db
def test_documents_in_a_bucket_are_served_by_the_portal_alone(
    uploads: Any, site: Site, client: Client
) -> None:
    document = PortalDocument.objects.create(
        title="Leaflet", file=ContentFile(WORDS, name="leaflet.pdf")
    )
    again = PortalDocument.objects.create(
        title="Leaflet", file=ContentFile(pdf("Other"), name="leaflet.pdf")
    )
    assert type(document.file.storage._wrapped) is bucket.BucketStorage
    assert document.file.name != again.file.name
    assert "127.0.0.1" not in document.file.url
    address = f"/documents/{document.pk}/{document.filename}"

    assert client.get(address).status_code == 404
    client.force_login(sample_people().author)
    answer = client.get(address)

    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == WORDS

    uploads.kill()
    uploads.wait()
    client.raise_request_exception = False
    form = {
        "title": "Another",
        "file": ContentFile(pdf("New"), name="new.pdf"),
        "collection": Collection.get_first_root_node().pk,
        "kind": "policy",
        "language": "en",
    }
    away = [client.get(address), client.post("/admin/documents/add/", form)]
    assert [(one.status_code, one["Retry-After"]) for one in away] == [(503, "30")] * 2
    assert not PortalDocument.objects.filter(title="Another").exists()
    answer.close()


@pytest.mark.django_db
def test_pictures_come_from_the_bucket_and_only_pictures(uploads: Any) -> None:
    storage = storages["default"]
    storage.save("images/knee.width-400.jpg", ContentFile(b"a knee"))
    storage.save("documents/draft.pdf", ContentFile(WORDS))
    request = RequestFactory().get("/")

    answer = bucket.picture(request, "knee.width-400.jpg")
    assert b"".join(answer) == b"a knee"
    answer.close()
    assert answer["Cache-Control"].startswith("public")

    for path in ("none.jpg", "../documents/draft.pdf", "a/../../documents/draft.pdf"):
        with pytest.raises(bucket.Http404):
            bucket.picture(request, path)
    uploads.kill()
    uploads.wait()
    away = bucket.picture(request, "knee.width-400.jpg")
    assert (away.status_code, away["Retry-After"]) == (503, "30")
