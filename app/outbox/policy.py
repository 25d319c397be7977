"""How stubborn the outbox is."""

MOST_TRIES = 13
JOB_TRIES = 4  # the job's own: at once, and after 3, 6 and 12 seconds (the retries of SEND_MESSAGE)
LEASE_S = 60  # a message that is being sent: a worker that dies holds it no longer
FIRST_PAUSE_S = 60
LONGEST_PAUSE_S = 3600
SWEEP_MOST = 200  # messages in one sweep
RETRY_MOST = 1000  # messages that one verb begins anew
COUNTED_MOST = 1000  # beyond so many a count stops
STATES = ("waiting", "retrying", "failed", "sent")


def pause_s(tries: int) -> int:
    """Seconds after so many tries until it is due again; none while the job that sends it comes back by itself."""
    if tries < JOB_TRIES:
        return 0
    return min(LONGEST_PAUSE_S, FIRST_PAUSE_S << (tries - JOB_TRIES))


def state_of(is_sent: bool, tries: int) -> str:
    """One of STATES, in the order of a message's life."""
    if is_sent:
        return "sent"
    return "failed" if tries >= MOST_TRIES else "retrying" if tries else "waiting"
