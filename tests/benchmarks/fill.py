"""Many policies and treatments: `python -m tests.benchmarks.fill <number>`.

Copies of one policy of the sample content and of the treatment that it covers, behind
the back of approval; the rules of the database come back at the end.
"""

import sys

import django


def fill(number: int) -> None:
    from django.db import models, transaction

    from pages.models import TreatmentPage
    from policies.models import CoveredTreatment, PolicyVersion
    from portal.evidence import database_rules
    from portal.search.indexing import rebuild
    from tests.factories.bulk import copy_policies, copy_treatments

    missing = number - PolicyVersion.objects.in_force().count()
    if missing <= 0:
        return
    version = PolicyVersion.objects.in_force().get(policy__reference="CP-001")
    with transaction.atomic():
        treatments = copy_treatments(TreatmentPage.objects.get(slug=TREATMENT), missing)
        policies = copy_policies(version, missing)
        # Each copy covers a copy: no real treatment has thousands of policies.
        copies = CoveredTreatment.objects.filter(version__policy__in=policies)
        of_policy = dict(zip(policies, treatments, strict=True))
        for covered in copies.select_related("version"):
            # The model itself refuses: rows of the ledger are never changed.
            models.QuerySet(CoveredTreatment).filter(pk=covered.pk).update(
                treatment=of_policy[covered.version.policy_id]
            )
    with transaction.atomic():
        database_rules.install()
    for _progress in rebuild():
        pass


TREATMENT = "image-guided-joint-injections"

if __name__ == "__main__":
    django.setup()
    fill(int(sys.argv[1]))
