"""What the policies app tells others, without knowing them."""

from django.dispatch import Signal

# Sent at the end of a tick. A receiver does what has become due for it, and returns
# how often it did each thing.
ticked = Signal()
