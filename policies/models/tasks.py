from typing import Any

from django.db import models
from wagtail.models import Task, TaskState

from policies.models.changes import ChangeRequest
from policies.stages import Stage
from portal.refusals import Refusal


class PolicyStageTask(Task):
    """A stage of approval. Who decides is a constant of the stage, not a setting."""

    stage = models.CharField(max_length=20, choices=Stage, unique=True)

    admin_form_fields = [*Task.admin_form_fields, "stage"]
    admin_form_readonly_on_edit_fields = [
        *Task.admin_form_readonly_on_edit_fields,
        "stage",
    ]

    class Meta:
        verbose_name = "policy approval stage"

    def start(self, workflow_state: Any, user: Any = None) -> TaskState:
        """Whichever stage comes first seals the draft; a later one finds it sealed."""
        from policies.notifications import tell_reviewers
        from policies.submission import open_change

        if not ChangeRequest.objects.filter(workflow_state=workflow_state).exists():
            open_change(workflow_state=workflow_state, submitted_by=user)
        task_state = super().start(workflow_state, user=user)
        tell_reviewers(task_state)
        return task_state

    def on_action(
        self, task_state: TaskState, user: Any, action_name: str, **kwargs: Any
    ) -> None:
        """Decisions come from the review screen, which shows the sealed text."""
        raise Refusal(
            "Decide on the review screen of this change, where you see the text that "
            "you decide on."
        )

    def locked_for_user(self, obj: Any, user: Any) -> bool:
        return True

    def user_can_unlock(self, obj: Any, user: Any) -> bool:
        return False

    @classmethod
    def get_description(cls) -> str:
        return "A stage of policy approval, fixed in code."
