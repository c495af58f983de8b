import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_noop
from wagtail.admin.panels import FieldPanel

from policies.positions import Position
from portal.edits.forms import EditedModelForm
from portal.search.words import words_of

BEGINNING = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


class Kind(models.TextChoices):
    TREATMENT = "treatment", gettext_noop("Treatment")
    POLICY = "policy", gettext_noop("Policy")
    INFORMATION = "information", gettext_noop("Information")


class SearchEntryQuerySet(models.QuerySet["SearchEntry"]):
    """Entries and the moments at which readers may find them."""

    def speaking(self, code: str) -> "SearchEntryQuerySet":
        return self.filter(language=code)

    def current(self, at: datetime.datetime | None = None) -> "SearchEntryQuerySet":
        """What may be found at `at` (now unless told): asked, never switched on."""
        at = at or timezone.now()
        return self.filter(
            Q(valid_until=None) | Q(valid_until__gt=at), valid_from__lte=at
        )


class SearchEntry(models.Model):
    """One thing that readers find, for the time in which they may.

    A treatment or an information page has one entry; a policy has one for the version
    in force and one for each scheduled version, which begins with that version. The
    full text structures of either database hang on `name_words` and `all_words` (see
    `portal.search.structures`).
    """

    kind = models.CharField(max_length=12, choices=Kind)
    page = models.ForeignKey(
        "wagtailcore.Page", on_delete=models.CASCADE, related_name="+"
    )
    version = models.ForeignKey(
        "policies.PolicyVersion", on_delete=models.CASCADE, null=True, related_name="+"
    )
    live_revision = models.PositiveBigIntegerField(
        default=0, help_text="The revision of a page from which the entry was made."
    )
    specialty = models.ForeignKey(
        "pages.Specialty", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    language = models.CharField(
        max_length=12,
        default=settings.LANGUAGE_CODE,
        db_default=settings.LANGUAGE_CODE,
        help_text="Of the page; readers search in one language at a time.",
    )
    position = models.CharField(max_length=30, choices=Position, blank=True)
    is_ended = models.BooleanField(
        default=False, help_text="A withdrawn or superseded policy."
    )
    valid_from = models.DateTimeField(default=BEGINNING)
    valid_until = models.DateTimeField(null=True)
    reference_key = models.CharField(max_length=40, blank=True, db_index=True)
    name_length = models.PositiveSmallIntegerField(
        help_text="How many words its names have: one with few is about little else."
    )
    names = models.TextField(help_text="Its names in plain words, one in each line.")
    name_words = models.TextField(help_text="The words of its names, and their stems.")
    all_words = models.TextField(help_text="Those and the words of its text.")

    objects = SearchEntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "search entries"
        constraints = [
            models.UniqueConstraint(
                fields=["page", "valid_from"], name="one_search_entry_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None)
                | Q(valid_until__gt=models.F("valid_from")),
                name="search_entries_begin_before_they_end",
            ),
            models.CheckConstraint(
                condition=Q(kind="policy", version__isnull=False)
                | (~Q(kind="policy") & Q(version=None)),
                name="search_finds_policies_by_version",
            ),
            models.CheckConstraint(
                condition=Q(is_ended=False) | Q(position=""),
                name="ended_policies_have_no_position_in_search",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.page_id}"


class SearchTrigram(models.Model):
    """Three letters of a word that stands in a name: the way from a misspelling."""

    trigram = models.CharField(max_length=3)
    word = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["trigram", "word"], name="trigram_once_in_a_word"
            ),
        ]
        indexes = [models.Index(fields=["word"], name="search_known_words")]

    def __str__(self) -> str:
        return f"{self.trigram} in {self.word}"


class Synonym(models.Model):
    """Words that readers type for what the site calls by another name."""

    typed = models.CharField(
        max_length=80,
        help_text="What people type, such as “bingo wings”.",
    )
    key = models.CharField(max_length=80, unique=True, editable=False)
    meant = models.TextField(
        help_text="What the site calls it, one name in each line, such as “arm lift”."
    )

    base_form_class = EditedModelForm
    panels = [FieldPanel("typed"), FieldPanel("meant")]

    class Meta:
        ordering = ["typed"]

    def __str__(self) -> str:
        return self.typed

    def save(self, *args: object, **kwargs: object) -> None:
        self.key = " ".join(words_of(self.typed))
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def clean(self) -> None:
        super().clean()
        self.key = " ".join(words_of(self.typed))
        if not self.key:
            raise ValidationError({"typed": "Use at least one letter or figure."})
        if not any(map(words_of, self.meant.splitlines())):
            raise ValidationError({"meant": "Use at least one letter or figure."})
        if Synonym.objects.filter(key=self.key).exclude(pk=self.pk).exists():
            raise ValidationError({"typed": "This is listed already."})


class ZeroResult(models.Model):
    """Words that found nothing on a day, and how often. Nothing about who asked."""

    day = models.DateField()
    words = models.CharField(max_length=60)
    count = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-day", "-count", "words"]
        constraints = [
            models.UniqueConstraint(fields=["day", "words"], name="words_once_a_day"),
        ]

    def __str__(self) -> str:
        return self.words
