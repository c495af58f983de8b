from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from policies.subscriptions.topics import Topic


class Follower(models.Model):
    """An address that asked for mail. Nothing else is known about the person.

    The row goes with the last thing that it follows.
    """

    email = models.EmailField(unique=True, help_text="In small letters.")
    confirmation_at = models.DateTimeField(
        null=True, help_text="When the latest confirmation mail left, or will leave."
    )
    unanswered = models.PositiveSmallIntegerField(
        default=0, help_text="Confirmation mails since the last confirmation."
    )
    refusals = models.PositiveSmallIntegerField(
        default=0, help_text="Mails in a row that the address refused for good."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(email=Lower("email")), name="follower_in_small_letters"
            ),
        ]

    def __str__(self) -> str:
        return f"Follower {self.pk}"

    @property
    def masked(self) -> str:
        """The address for a screen that somebody else may see."""
        name, _at, domain = self.email.partition("@")
        return f"{name[:1]}…@{domain}"


class Follow(models.Model):
    """A follower is told about one policy, one specialty, or every policy."""

    follower = models.ForeignKey(
        Follower, on_delete=models.CASCADE, related_name="follows"
    )
    policy = models.ForeignKey(
        "policies.PolicyPage", on_delete=models.CASCADE, null=True, related_name="+"
    )
    specialty = models.ForeignKey(
        "pages.Specialty", on_delete=models.CASCADE, null=True, related_name="+"
    )
    asked_at = models.DateTimeField(
        null=True, db_index=True, help_text="Until confirmed; then empty."
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(policy=None) | Q(specialty=None),
                name="follow_names_one_thing",
            ),
            models.UniqueConstraint(
                fields=["follower", "policy"],
                condition=Q(policy__isnull=False),
                name="policy_followed_once",
            ),
            models.UniqueConstraint(
                fields=["follower", "specialty"],
                condition=Q(specialty__isnull=False),
                name="specialty_followed_once",
            ),
            models.UniqueConstraint(
                fields=["follower"],
                condition=Q(policy=None, specialty=None),
                name="everything_followed_once",
            ),
        ]

    def __str__(self) -> str:
        return str(self.topic)

    @property
    def topic(self) -> Topic:
        return Topic(policy=self.policy, specialty=self.specialty)


class Occasion(models.TextChoices):
    IN_FORCE = "in_force", "A version took effect"
    ANNOUNCED = "announced", "A version was announced"
    TAKEN_BACK = "taken_back", "An announced version was taken back"


class Bulletin(models.Model):
    """What followers are told of a version, once; written with what it tells about.

    `reached` is the last follower for whom a delivery was made: the next batch begins
    after it.
    """

    version = models.ForeignKey(
        "policies.PolicyVersion", on_delete=models.PROTECT, related_name="+"
    )
    occasion = models.CharField(max_length=10, choices=Occasion)
    due_at = models.DateTimeField()
    reached = models.BigIntegerField(default=0)
    is_spread = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "occasion"], name="one_bulletin_per_occasion"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(is_spread=False), name="bulletins_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id}: {self.get_occasion_display()}"


class Delivery(models.Model):
    """A mail that has not left yet; the row goes with the mail."""

    bulletin = models.ForeignKey(Bulletin, on_delete=models.CASCADE, related_name="+")
    follower = models.ForeignKey(Follower, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(
                fields=["bulletin", "follower"], name="one_delivery_per_follower"
            ),
        ]

    def __str__(self) -> str:
        return f"Bulletin {self.bulletin_id} for follower {self.follower_id}"
