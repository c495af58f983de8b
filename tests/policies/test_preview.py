"""Authors see their draft as readers would, whatever it lacks."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.models import User
from tests.factories.pages import PolicyPageFactory

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    "gaps",
    [{}, {"position": "", "funding_route": "", "lay_summary": "", "scope": ""}],
    ids=["complete", "barely begun"],
)
@pytest.mark.parametrize("view", ["view_draft", "revisions_view"])
def test_a_draft_of_a_policy_is_shown_and_called_a_draft(
    author: User,
    client_of: Callable[[User], Client],
    gaps: dict[str, Any],
    view: str,
) -> None:
    draft = PolicyPageFactory(author=author, **gaps)
    revision = [draft.latest_revision_id] if view == "revisions_view" else []

    response = client_of(author).get(
        reverse(f"wagtailadmin_pages:{view}", args=[draft.pk, *revision])
    )

    assert response.status_code == 200
    assert draft.title in response.content.decode()
    assert "This text is a draft. It is not in force." in response.content.decode()
    assert "no-store" in response.headers["Cache-Control"]
