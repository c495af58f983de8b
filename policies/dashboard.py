"""Panels of the admin's front page: what waits for you, what you have sent in."""

from itertools import islice
from typing import Any

from django.utils import timezone
from wagtail.admin.ui.components import Component

from policies.access import may_read_drafts
from policies.deciding_roles import may_see_grants, recent_grants
from policies.decisions import current_stage, reasons_not_to_decide
from policies.emergency import reasons_not_to_judge
from policies.models import ChangeRequest, ChangeStatus, PolicyVersion, Verdict
from policies.reports import unratified_emergencies

SHOWN = 20


class ChangesPanel(Component):
    """A list of changes under a heading; nothing at all for those it is not for."""

    template_name = "policies/admin/changes_panel.html"
    heading = ""
    empty = ""

    def changes_for(self, user: Any) -> list[ChangeRequest]:
        """What the panel of a subclass lists for this person."""
        return []

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        user = parent_context["request"].user
        changes = self.changes_for(user) if may_read_drafts(user) else []
        return {
            "heading": self.heading,
            "rows": [
                {
                    "change": change,
                    "stage": current_stage(change),
                    "sent_back": change.decisions.filter(verdict=Verdict.REJECT).last(),
                }
                for change in changes
            ],
            "is_shown": may_read_drafts(user),
            "empty": self.empty,
        }


def recent_changes() -> Any:
    return ChangeRequest.objects.select_related(
        "page", "submitted_by", "workflow_state__current_task_state__task"
    )


class WaitingForYouPanel(ChangesPanel):
    """Changes on which this person can decide now; nobody else's."""

    name = "policy_changes_waiting"
    order = 90
    heading = "Waiting for your decision"
    empty = "Nothing waits for your decision."

    def changes_for(self, user: Any) -> list[ChangeRequest]:
        open_changes = recent_changes().filter(status=ChangeStatus.IN_REVIEW)
        waiting = (
            change
            for change in open_changes.order_by("submitted_at")
            if not reasons_not_to_decide(change, user)
        )
        return list(islice(waiting, SHOWN))


class YourChangesPanel(ChangesPanel):
    """Where the person's own submissions stand, and why they came back."""

    name = "policy_changes_yours"
    order = 95
    heading = "Changes you submitted"
    empty = "You have not submitted a change yet."

    def changes_for(self, user: Any) -> list[ChangeRequest]:
        return list(recent_changes().filter(submitted_by=user)[:SHOWN])


class EmergenciesPanel(Component):
    """Emergency versions that this person can ratify or overturn, the oldest first."""

    name = "policy_emergencies"
    order = 80
    template_name = "policies/admin/emergencies_panel.html"
    heading = "Emergency publications to ratify"

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        user = parent_context["request"].user
        versions = self.versions_for(user) if may_read_drafts(user) else []
        return {
            "heading": self.heading,
            "versions": versions,
            "now": timezone.now(),
        }

    def versions_for(self, user: Any) -> list[PolicyVersion]:
        return [
            version
            for version in unratified_emergencies()[:SHOWN]
            if not reasons_not_to_judge(version, user)
        ]


class GrantsPanel(Component):
    """Who was given a role that decides, lately; for governance leads."""

    name = "policy_deciding_grants"
    order = 85
    template_name = "policies/admin/grants_panel.html"
    heading = "Given a role that decides, in the last 30 days"

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        user = parent_context["request"].user
        grants = list(recent_grants()) if may_see_grants(user) else []
        return {
            "heading": self.heading,
            "grants": grants[:SHOWN],
            "more": len(grants[SHOWN:]),
        }
