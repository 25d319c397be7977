"""What the outbox says to the job queue."""


class StillWaiting(Exception):
    """A message did not leave and its job should come back; tells the kind of failure, never a receiver."""
