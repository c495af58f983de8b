"""A small public site: a policy in force, a treatment it covers, and the rest."""

from types import SimpleNamespace

from pages.models import TreatmentPage
from policies.models import PolicyPage, PolicyVersion
from tests.factories.approval import approve_fully, publish_policy, submit
from tests.factories.pages import PolicyPageFactory, TreatmentPageFactory
from tests.kept_states import kept_fixture


@kept_fixture
def treatment(people: SimpleNamespace) -> TreatmentPage:
    """A live treatment page."""
    draft = TreatmentPageFactory(
        title="Knee injections",
        slug="knee-injections",
        other_names="steroid jab\ncortisone",
        author=people.author,
    )
    approve_fully(submit(draft, people.author), people)
    return TreatmentPage.objects.get(pk=draft.pk)


@kept_fixture
def version(people: SimpleNamespace, treatment: TreatmentPage) -> PolicyVersion:
    """A policy version in force that covers the treatment."""
    draft: PolicyPage = PolicyPageFactory(reference="SP-100")
    draft.treatments.set([treatment])
    draft.save_revision(user=people.author)
    return publish_policy(draft, people)
