"""The stages of approval, who decides at each, and how many must agree.

Constants, not settings: the database rules state the same numbers.
"""

import datetime

from django.db import models

POLICY_AUTHOR = "Policy author"
TREATMENT_EDITOR = "Treatment editor"
CLINICAL_REVIEWER = "Clinical reviewer"
COMMISSIONING_APPROVER = "Commissioning approver"
EMERGENCY_PUBLISHER = "Emergency publisher"
GOVERNANCE_LEAD = "Governance lead"


class Stage(models.TextChoices):
    CLINICAL = "clinical", "Clinical review"
    COMMISSIONING = "commissioning", "Commissioning approval"


class ChangeClass(models.TextChoices):
    MAJOR = "major", "Major"
    MINOR = "minor", "Minor"


POLICY_STAGES = (Stage.CLINICAL, Stage.COMMISSIONING)
TREATMENT_STAGES = (Stage.CLINICAL,)

DECIDING_ROLE = {
    Stage.CLINICAL: CLINICAL_REVIEWER,
    Stage.COMMISSIONING: COMMISSIONING_APPROVER,
}

QUORUM = {
    (Stage.CLINICAL, ChangeClass.MAJOR): 1,
    (Stage.CLINICAL, ChangeClass.MINOR): 1,
    (Stage.COMMISSIONING, ChangeClass.MAJOR): 2,
    (Stage.COMMISSIONING, ChangeClass.MINOR): 1,
}

# Either of these roles may ratify or overturn an emergency publication.
EMERGENCY_JUDGES = (CLINICAL_REVIEWER, COMMISSIONING_APPROVER)
EMERGENCY_QUORUM = 2
EMERGENCY_RATIFICATION_TIME = datetime.timedelta(hours=72)
