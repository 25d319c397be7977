"""How stubborn the outbox is."""

MOST_TRIES = 10
FIRST_PAUSE_S = 60  # also the lease of a message that is being sent: a worker that dies holds it no longer
LONGEST_PAUSE_S = 3600
SWEEP_MOST = 200  # messages in one sweep


def pause_s(tries: int) -> int:
    """Seconds until the next try after so many."""
    return min(LONGEST_PAUSE_S, FIRST_PAUSE_S << max(0, tries - 1))
