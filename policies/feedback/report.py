"""The feedback report: who reads what, what is asked of it, and its two tables."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import Count, Q, QuerySet

from policies.feedback.models import Answer, Feedback
from policies.stages import GOVERNANCE_LEAD, POLICY_AUTHOR, TREATMENT_EDITOR
from portal.exports import Row, Table

CHUNK = 500
POLICIES, TREATMENTS = "policies", "treatments"
STATES = {"open": "To be dealt with", "done": "Dealt with"}


def readable_kinds(user: Any) -> set[str]:
    """Governance leads read all of it, who writes pages reads what is said of them."""
    if not user.is_active:
        return set()
    if user.is_superuser or user.has_role(GOVERNANCE_LEAD):
        return {POLICIES, TREATMENTS}
    roles = {POLICIES: POLICY_AUTHOR, TREATMENTS: TREATMENT_EDITOR}
    return {kind for kind, role in roles.items() if user.has_role(role)}


def readable_feedback(user: Any) -> QuerySet[Feedback]:
    kinds = readable_kinds(user)
    wanted = Q(pk=None)
    if POLICIES in kinds:
        wanted |= Q(version__isnull=False)
    if TREATMENTS in kinds:
        wanted |= Q(version=None)
    return Feedback.objects.filter(wanted)


class FeedbackFilterForm(forms.Form):
    """What the report is about; everything may stay empty."""

    about = forms.CharField(label="Page or reference", required=False, max_length=100)
    kind = forms.ChoiceField(
        label="Kind of page",
        required=False,
        choices=[("", "All"), (POLICIES, "Policies"), (TREATMENTS, "Treatments")],
    )
    answer = forms.ChoiceField(
        label="Answer", required=False, choices=[("", "All"), *Answer.choices]
    )
    state = forms.ChoiceField(
        label="State", required=False, choices=[("", "All"), *STATES.items()]
    )
    words = forms.ChoiceField(
        label="Words",
        required=False,
        choices=[("", "All"), ("with", "Only with words")],
    )
    since = forms.DateField(
        label="From", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label="To", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )


def entries(user: Any, wanted: dict[str, Any]) -> QuerySet[Feedback]:
    """The feedback that a valid form asks for and the person may read, newest first."""
    found = readable_feedback(user).order_by("-day", "-pk")
    if about := wanted.get("about"):
        found = found.filter(
            Q(page__title__icontains=about) | Q(version__reference__icontains=about)
        )
    if kind := wanted.get("kind"):
        found = found.filter(version__isnull=kind == TREATMENTS)
    if answer := wanted.get("answer"):
        found = found.filter(answer=answer)
    if state := wanted.get("state"):
        found = found.filter(dealt_with_on__isnull=state == "open")
    if wanted.get("words"):
        found = found.exclude(text="")
    if since := wanted.get("since"):
        found = found.filter(day__gte=since)
    if until := wanted.get("until"):
        found = found.filter(day__lte=until)
    return found


def with_names(found: QuerySet[Feedback]) -> QuerySet[Feedback]:
    """With the rows that a line of the report names, without their long texts."""
    return found.select_related("page", "version", "dealt_with_by").defer(
        "version__content"
    )


def counts(found: QuerySet[Feedback]) -> QuerySet[Any]:
    """Per page: how many of each answer, and how many wait; most waiting first."""
    return (
        found.order_by()
        .values("page", "page__title", "version__reference")
        .annotate(
            useful=Count("pk", filter=Q(answer=Answer.USEFUL)),
            not_useful=Count("pk", filter=Q(answer=Answer.NOT_USEFUL)),
            problems=Count("pk", filter=Q(answer=Answer.PROBLEM)),
            waiting=Count("pk", filter=Q(dealt_with_on=None) & ~Q(text="")),
        )
        .order_by("-waiting", "-problems", "-not_useful", "page__title")
    )


def name_of(row: Feedback) -> str:
    if row.version is None:
        return row.page.title
    return f"{row.version.reference} {row.page.title}"


def feedback_table(found: QuerySet[Feedback]) -> Table:
    columns = ["Day", "Page", "Version", "Answer", "Words", "Dealt with on", "By"]

    def rows() -> Iterator[Row]:
        for row in with_names(found).iterator(chunk_size=CHUNK):
            yield [
                row.day,
                name_of(row),
                row.version.label if row.version else "",
                row.get_answer_display(),
                row.text,
                row.dealt_with_on,
                row.dealt_with_by,
            ]

    return Table("Feedback", columns, rows)


def counts_table(found: QuerySet[Feedback]) -> Table:
    columns = ["Reference", "Page", "Useful", "Not useful", "Problems", "To deal with"]

    def rows() -> Iterator[Row]:
        for row in counts(found).iterator(chunk_size=CHUNK):
            yield [
                row["version__reference"],
                row["page__title"],
                row["useful"],
                row["not_useful"],
                row["problems"],
                row["waiting"],
            ]

    return Table("Feedback per page", columns, rows)


TABLES = {"feedback": feedback_table, "feedback-per-page": counts_table}
