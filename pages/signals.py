"""What the pages app tells others, without knowing them."""

from django.dispatch import Signal

# Sent after a draft was saved from an earlier revision.
# Arguments: revision (the new one), restored (the earlier one).
revision_restored = Signal()
