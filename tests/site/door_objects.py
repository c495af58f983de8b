"""One of everything that an address of the admin can name, and one person per role."""

import io
import time
from types import SimpleNamespace

from cookie_consent.models import Cookie, CookieGroup
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from PIL import Image
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Collection, Page, Site, Task, Workflow

from pages.models import Specialty
from policies.feedback.models import Feedback
from policies.models import PolicyIndexPage, PolicyPage
from portal.accounts.roles import ROLES
from portal.consent.models import BannerWording, CookieNotice, ScanRun
from portal.media.models import HeldFile, PortalDocument, PortalImage
from portal.search.models import Synonym
from portal.sign_in.middleware import SEEN_AT, SIGNED_IN_AT
from tests.factories.approval import publish_policy, submit
from tests.factories.files import pdf
from tests.factories.pages import (
    PolicyPageFactory,
    RatifyingBodyFactory,
    TreatmentPageFactory,
)
from tests.factories.people import UserFactory, sample_people

# Stands in the title of everything that is not public.
SECRET = "Unpublished"
# How the table of addresses calls people: R is the draft reader, and so on.
LETTERS = dict(zip("RTPCAEGXKD", (role.name for role in ROLES), strict=True))


def one_of_everything() -> SimpleNamespace:
    """By the names that the table of addresses uses."""
    people = sample_people()
    draft = PolicyPageFactory(
        reference="SP-901", title=f"{SECRET} policy", author=people.author
    )
    treatment = TreatmentPageFactory(
        title=f"{SECRET} treatment", slug="unpublished", author=people.author
    )
    version = publish_policy(
        PolicyPageFactory(reference="SP-900", author=people.author), people
    )
    change = submit(
        PolicyPageFactory(
            reference="SP-902", title=f"{SECRET} change", author=people.author
        ),
        people.author,
    )
    redirect = Redirect.objects.create(old_path="/old", redirect_link="/new")
    return SimpleNamespace(
        root=Page.get_first_root_node(),
        policy_index=PolicyIndexPage.objects.get(),
        treatment_index=treatment.get_parent(),
        policy_draft=draft,
        revision=draft.latest_revision,
        treatment_draft=treatment,
        policy_in_force=PolicyPage.objects.get(pk=version.policy_id),
        version=version,
        change=change,
        page_in_review=change.page,
        workflow_state=change.workflow_state,
        task_state=change.workflow_state.current_task_state,
        task=Task.objects.first(),
        workflow=Workflow.objects.first(),
        specialty=Specialty.objects.first(),
        body=RatifyingBodyFactory(),
        scan=ScanRun.objects.create(is_green=True, url="https://portal.example.org/"),
        collection=Collection.get_first_root_node().add_child(name="A collection"),
        redirect=redirect,
        held=HeldFile.objects.create(key="held", name="a.txt", sha256="0", size=1),
        feedback=Feedback.objects.create(page_id=version.policy_id, answer="yes"),
        synonym=Synonym.objects.create(typed="a word", meant="knee"),
        site=Site.objects.get(),
        person=people.author2,
        people=vars(people),
        role=Group.objects.first(),
        **cookies(),
        **media(people.author),
    )


def cookies() -> dict[str, object]:
    """What provisioning leaves of the cookie declaration."""
    return {
        "cookie_group": CookieGroup.objects.first(),
        "cookie": Cookie.objects.first(),
        "wording": BannerWording.objects.first(),
        "cookie_notice": CookieNotice.objects.first(),
    }


def media(owner: object) -> dict[str, object]:
    """A picture and a document that somebody else uploaded and nobody published."""
    # Files of an earlier test stay; the address below names this one.
    default_storage.delete("documents/document.pdf")
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, "PNG")
    return {
        "image": PortalImage.objects.create(
            title=f"{SECRET} picture",
            description="A joint",
            file=ContentFile(file.getvalue(), name="joint.png"),
            uploaded_by_user=owner,
        ),
        "document": PortalDocument.objects.create(
            title=f"{SECRET} document",
            file=ContentFile(pdf(), name="document.pdf"),
            uploaded_by_user=owner,
        ),
    }


def one_of_everybody() -> dict[str, Client]:
    """Browsers by letter: each role alone, S the system administrator, N somebody
    without a role, V a visitor.
    """
    people = {
        letter: UserFactory(username=f"only-{letter}", roles=[name])
        for letter, name in LETTERS.items()
    }
    people["S"] = UserFactory(username="only-S", is_superuser=True, is_staff=True)
    people["N"] = UserFactory(username="only-N", is_staff=True)
    browsers = {letter: browser() for letter in [*people, "V"]}
    for letter, person in people.items():
        browsers[letter].force_login(person)
        stay_seen(browsers[letter])
    return browsers


def stay_seen(client: Client) -> None:
    """No request then writes the session, which whoever undoes a request would undo."""
    session = client.session
    session[SIGNED_IN_AT] = session[SEEN_AT] = time.time() + 60 * 60
    session.save()


def browser() -> Client:
    """One that gets the page of an error instead of the error."""
    return Client(raise_request_exception=False)
