"""The content generation: a row for each transaction that changed public content."""

from django.db import models, transaction

KEPT_ROWS = 100


class ContentChange(models.Model):
    """A transaction that touched what readers see; written by triggers alone.

    Newest key and number of rows together name the content that is committed: the
    number counts those that were written earlier and committed later.
    """

    id = models.BigAutoField(primary_key=True)

    def __str__(self) -> str:
        return str(self.pk)


def forget_changes() -> int:
    """Delete all rows but a new one, once they are many; how many went."""
    if ContentChange.objects.count() <= KEPT_ROWS:
        return 0
    with transaction.atomic():
        # The new row keeps a pair of key and number from coming back later.
        newest = ContentChange.objects.create()
        return ContentChange.objects.filter(pk__lt=newest.pk).delete()[0]
