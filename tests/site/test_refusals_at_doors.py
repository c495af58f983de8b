"""Who stands before a shut door reads why, and who could go through."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client, override_settings
from wagtail.models import Page, Site

from portal.accounts.doors import BY_ROLE, DOORS, SYSTEM
from portal.accounts.roles import ROLES
from portal.audit.models import AuditEntry
from tests.factories.pages import PolicyPageFactory
from tests.factories.people import UserFactory, sample_people

SHUT = {
    "/admin/pages/": ("Cookie settings manager", "Writing pages is for people with"),
    "/admin/images/": ("Draft reader", "Keeping pictures and documents is for"),
    "/admin/snippets/cookie_consent/cookie/": ("Policy author", "Cookie settings"),
    "/admin/policies/changes/": ("Access administrator", "Clinical reviewer"),
    "/admin/policies/ledger/": ("Policy author", "Governance lead"),
    "/admin/people/": ("Governance lead", "the role Access administrator"),
    "/admin/reports/site-history/": ("Governance lead", "for system administrators"),
    "/admin/groups/": ("Access administrator", "for system administrators"),
    "/django-admin/": ("Access administrator", "for system administrators"),
}

SignIn = Callable[..., Client]


@pytest.fixture
def signed_in(site: Site) -> SignIn:
    """A browser of somebody with the named roles."""

    def browser(*roles: str) -> Client:
        client = Client()
        client.force_login(UserFactory(roles=list(roles)))
        return client

    return browser


@pytest.fixture
def policy_draft(site: Site) -> Page:
    return PolicyPageFactory(author=sample_people().author)


@pytest.mark.once
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_shut_door_says_who_may_open_it(signed_in: SignIn, method: str) -> None:
    for path, (role, words) in SHUT.items():
        response = getattr(signed_in(role), method)(path)

        assert response.status_code == 403, path
        assert words in response.content.decode(), path
        assert f"You have the role {role}" in response.content.decode(), path


@pytest.mark.once
def test_a_step_beyond_the_role_says_so_instead_of_leading_to_the_dashboard(
    signed_in: SignIn, policy_draft: Page
) -> None:
    client = signed_in("Treatment editor")

    response = client.get(f"/admin/pages/{policy_draft.pk}/edit/")
    dashboard = client.get("/admin/")

    assert response.status_code == 403
    assert "approval alone" in response.content.decode()
    assert "You have the role Treatment editor" in response.content.decode()
    assert policy_draft.title not in response.content.decode()
    assert "do not have permission" not in dashboard.content.decode()


@pytest.mark.once
def test_scripts_read_the_same_sentences(signed_in: SignIn, policy_draft: Page) -> None:
    client = signed_in("Treatment editor")
    headers = {"HTTP_X_REQUESTED_WITH": "XMLHttpRequest"}

    behind = client.get(f"/admin/pages/{policy_draft.pk}/edit/", **headers)
    before = client.get("/admin/people/", **headers)

    assert behind.status_code == before.status_code == 403
    assert "approval alone" in behind.json()["error_message"]
    assert "Access administrator" in before.json()["error_message"]


@pytest.mark.once
def test_staff_without_a_role_read_who_gives_one(signed_in: SignIn) -> None:
    response = signed_in().get("/admin/")

    assert response.status_code == 403
    assert "Access administrators give roles" in response.content.decode()


def test_a_refusal_at_a_door_is_on_record(signed_in: SignIn) -> None:
    signed_in("Draft reader").get("/admin/people/")

    assert AuditEntry.objects.filter(
        action="refused", subject="/admin/people/"
    ).exists()


@pytest.mark.once
@override_settings(ROOT_URLCONF="tests.site.urls_of_a_package")
def test_an_address_in_no_table_is_shut(signed_in: SignIn) -> None:
    roles = [role.name for role in ROLES if role.name != "Access administrator"]

    assert signed_in(*roles).get("/admin/new-door/").status_code == 403
    assert signed_in("Access administrator").get("/admin/new-door/").status_code == 403
    assert "/staff/login/" in Client().get("/admin/new-door/")["Location"]


def test_what_is_no_key_is_not_found(signed_in: SignIn, policy_draft: Page) -> None:
    client = signed_in("Policy author")
    root = Page.get_first_root_node()

    for path in [
        "/admin/choose-page/chosen-multiple/?id=x",
        f"/admin/choose-page/chosen-multiple/?id={root.pk}",
        "/admin/bulk/wagtailcore/page/delete/?id=1%20or%201",
        "/admin/images/chooser/chosen-multiple/?id=x",
    ]:
        assert client.get(path).status_code == 404, path


@pytest.mark.once
@pytest.mark.parametrize("role", [role.name for role in ROLES])
def test_every_link_of_the_front_page_opens(signed_in: SignIn, role: str) -> None:
    client = signed_in(role)
    front = unescape(client.get("/admin/").content.decode())
    links = set(re.findall(r'(?:href="|"url": ?")(/admin/[^"?#]*)', front))

    shut = [link for link in links if client.get(link).status_code == 403]

    assert links
    assert shut == []


@pytest.mark.once
def test_roles_open_doors_that_exist() -> None:
    named = {name for role in ROLES for name in role.doors}

    assert named == {door.name for door in BY_ROLE}
    assert not named & {door.name for door in SYSTEM}
    assert len({door.name for door in DOORS}) == len(DOORS)
