"""Distinct browsers of a Shanghai day by what they did: a set of digests in Redis that is counted and never listed.

A browser is the session of a person; robots and programs are left out. Signing in makes no second head of it.
"""

import datetime

from flask import session

from app.shared import clock
from app.shared.redis import AWAY, KeySpec, redis
from app.shared.tokens import digest
from app.shared.web import is_person

LOOKED, CARTED = "looked", "carted"  # at goods; and put some into the cart
STEPS = (LOOKED, CARTED)
LIFE_S = 3 * 86_400
HEADS = KeySpec("heads_{{{day}}}:{step}", kind="set", ttl_s=LIFE_S, note="digests of browsers of this Shanghai day")


def note(step: str) -> None:
    """Whoever asks did this today; who has no session yet and who is no person does not count."""
    who = str(session.get("csrf_token", ""))
    if not who or not is_person():
        return
    key = HEADS(step=step, day=clock.today().isoformat())
    try:
        pipe = redis().pipeline(transaction=False)
        pipe.sadd(key, digest("heads", who)[:16])
        pipe.expire(key, LIFE_S)
        pipe.execute()
    except AWAY:
        return


def counted(day: datetime.date) -> dict[str, int]:
    """Step -> distinct browsers of the day so far; Redis errors reach the caller."""
    pipe = redis().pipeline(transaction=False)
    for step in STEPS:
        pipe.scard(HEADS(step=step, day=day.isoformat()))
    return dict(zip(STEPS, map(int, pipe.execute()), strict=True))
