"""A cache in front is told which addresses show other text, after it is committed."""

import http.server
import threading
from types import SimpleNamespace

import pytest
from wagtail.models import Page

from portal.purging import PurgeByRequest
from tests.factories.approval import publish_policy
from tests.factories.pages import PolicyPageFactory

ADDRESSES = ["", "history/", "history.json", "checklist/", "feed/"]


@pytest.fixture
def front():
    """A cache on this machine that notes what it is told; `status` is its answer."""
    found = SimpleNamespace(told=[], status=200)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_PURGE(self) -> None:
            found.told.append((self.headers["Host"], self.path))
            self.send_response(found.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    found.address = f"http://127.0.0.1:{server.server_port}"
    yield found
    server.shutdown()
    thread.join(5)
    server.server_close()


def telling(address: str) -> dict[str, dict[str, str]]:
    backend = f"{PurgeByRequest.__module__}.{PurgeByRequest.__name__}"
    return {"front": {"BACKEND": backend, "LOCATION": address}}


@pytest.mark.once
@pytest.mark.django_db
def test_publication_tells_the_cache_in_front(
    front, people: SimpleNamespace, settings, django_capture_on_commit_callbacks
) -> None:
    policy = PolicyPageFactory(reference="SP-700", author=people.author)
    with django_capture_on_commit_callbacks(execute=True):
        publish_policy(policy, people)
    assert front.told == []
    home = Page.objects.get(depth=2).specific
    settings.WAGTAILFRONTENDCACHE = telling(front.address)

    with django_capture_on_commit_callbacks() as callbacks:
        publish_policy(
            PolicyPageFactory(reference="SP-701", author=people.author), people
        )
        home.save_revision().publish()
    before_the_commit = list(front.told)
    for callback in callbacks:
        callback()

    assert before_the_commit == []
    assert {path for _host, path in front.told} >= {
        f"/policies/sp-701/{name}" for name in ADDRESSES
    }
    assert "/" in {path for _host, path in front.told}


@pytest.mark.once
def test_a_cache_that_fails_is_reported_and_stops_nothing(front, caplog) -> None:
    front.status = 405
    PurgeByRequest({"LOCATION": front.address}).purge("http://policies.example/a/")
    assert front.told == [("policies.example", "/a/")]
    assert "405" in caplog.text

    front.status = 404
    caplog.clear()
    PurgeByRequest({"LOCATION": front.address}).purge("http://policies.example/b/")
    assert not caplog.records

    PurgeByRequest({"LOCATION": "http://127.0.0.1:9"}).purge("http://a.example/")
    assert "was not purged" in caplog.text
