"""Many policies and treatments: `python -m tests.benchmarks.fill <number>`.

Copies of one policy of the sample content and of the treatment that it covers, behind
the back of approval; the rules of the database come back at the end.
"""

import sys

import django


def fill(number: int) -> None:
    from django.db import transaction

    from pages.models import TreatmentPage
    from policies.models import PolicyVersion
    from portal.evidence import database_rules
    from portal.search.indexing import rebuild
    from tests.factories.bulk import copy_policies, copy_treatments

    missing = number - PolicyVersion.objects.in_force().count()
    if missing <= 0:
        return
    version = PolicyVersion.objects.in_force().get(policy__reference="CP-001")
    with transaction.atomic():
        copy_treatments(TreatmentPage.objects.get(slug=TREATMENT), missing)
        copy_policies(version, missing)
    with transaction.atomic():
        database_rules.install()
    for _progress in rebuild():
        pass


TREATMENT = "image-guided-joint-injections"

if __name__ == "__main__":
    django.setup()
    fill(int(sys.argv[1]))
