"""What a settlement page showed, kept for its token, so that a change can be told line by line."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from app.carts import store as carts
from app.shared.redis import AWAY, KeySpec, patient, redis

LIFE_S = 2 * 3600
SHOWN = KeySpec("settled_{{{user_id}}}_{token}", kind="string", ttl_s=LIFE_S, note="JSON: lines and freight as shown")


@dataclass(frozen=True)
class Shown:
    """Price and count per SKU, and freight, as the shopper saw them."""

    lines: dict[int, tuple[Decimal, int]]
    freight: Decimal


def keep(user_id: int, token: str, shown: Shown) -> None:
    """Remember a page; Redis away means the page cannot be submitted anyway, so its errors pass through."""
    redis().set(SHOWN(user_id=user_id, token=token), write(shown), ex=LIFE_S)


def write(shown: Shown) -> str:
    """As JSON."""
    lines = {str(sku_id): [str(price), count] for sku_id, (price, count) in shown.lines.items()}
    return json.dumps({"lines": lines, "freight": str(shown.freight)})


def at_till(user_id: int, token: str) -> tuple[dict[int, int], Shown | None]:
    """What is ticked, and the page of that token: all that a commit needs of Redis beforehand, in ONE round trip."""
    counts, text = carts.ticked_with(user_id, SHOWN(user_id=user_id, token=token))
    return counts, read(text)


def find(user_id: int, token: str) -> Shown | None:
    """The page of that token, or None when it is unknown or forgotten: the total alone then decides."""
    try:
        text = redis().get(SHOWN(user_id=user_id, token=token))
    except AWAY:
        return None
    return read(text)


def read(text: str | None) -> Shown | None:
    """The other way; nothing stays nothing."""
    if text is None:
        return None
    kept = json.loads(text)
    lines = {int(sku_id): (Decimal(price), int(count)) for sku_id, (price, count) in kept["lines"].items()}
    return Shown(lines, Decimal(kept["freight"]))


# -- the queue of the guard `queue`: wishes in order of arrival, one writer, and an answer for each shopper who waits --

GROUP, WRITER = "writers", "writer"
LEASE_S, ANSWER_S = 10, 900
QUEUE = KeySpec("{{order_queue}}", kind="stream", ttl_s=None, note="no TTL: the writer deletes what it answered")
LEASE = KeySpec("{{order_queue}}_writer", kind="string", ttl_s=LEASE_S, note="who writes orders now")
ANSWER = KeySpec("answer_{{{user_id}}}_{token}", kind="list", ttl_s=ANSWER_S, note="JSON: what became of a queued wish")
_RENEW = """
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) and 1 or 0
"""


def push_wish(user_id: int, token: str, wish: str, seconds: float) -> str | None:
    """To the end of the queue, then wait for the answer, in ONE round trip; None when the time is up.

    An answer that an earlier submit of this token got is forgotten.
    """
    key = ANSWER(user_id=user_id, token=token)
    pipe = patient().pipeline(transaction=False)
    pipe.delete(key)
    pipe.xadd(QUEUE(), {"wish": wish})
    pipe.blmove(key, key, seconds, "LEFT", "LEFT")
    found: str | None = pipe.execute()[2]
    return found


def await_answer(user_id: int, token: str, seconds: float) -> str | None:
    """The answer as soon as it is there, for everybody who waits; None when the time is up."""
    key = ANSWER(user_id=user_id, token=token)
    found: str | None = redis().lindex(key, 0) if seconds <= 0 else patient().blmove(key, key, seconds, "LEFT", "LEFT")
    return found


def hold_lease(holder: str) -> bool:
    """Take or renew the lease of the one writer."""
    return bool(redis().eval(_RENEW, 1, LEASE(), holder, LEASE_S * 1000))


def drop_lease(holder: str) -> None:
    """A writer that leaves lets the next one in at once."""
    if redis().get(LEASE()) == holder:
        redis().delete(LEASE())


def read_wishes(most: int, block_ms: int, *, unfinished: bool) -> list[tuple[str, str]]:
    """(entry id, wish) of what came in, or of what an earlier writer took and never answered."""
    streams = {QUEUE(): "0" if unfinished else ">"}
    read = patient().xreadgroup(GROUP, WRITER, streams, count=most, block=None if unfinished else block_ms)
    entries = read[0][1] if read else []
    return [(entry, fields["wish"]) for entry, fields in entries if fields]


def open_queue() -> None:
    """Make the stream and its group, if they are not there (any more)."""
    groups = redis().xinfo_groups(QUEUE()) if redis().exists(QUEUE()) else []
    if not any(group["name"] == GROUP for group in groups):
        redis().xgroup_create(QUEUE(), GROUP, id="0", mkstream=True)


def publish(answers: list[tuple[str, int, str, str, Mapping[int, int]]]) -> None:
    """(entry id, user id, token, answer, what was bought): the carts, the answers, then the entries are gone.

    One round trip; whoever reads the answer finds the cart without what was bought.
    """
    if not answers:
        return
    pipe = redis().pipeline(transaction=False)
    for _, user_id, token, answer, bought in answers:
        carts.remove_and_tell(user_id, bought, ANSWER(user_id=user_id, token=token), answer, ANSWER_S, pipe)
    entries = [entry for entry, *_ in answers]
    pipe.xack(QUEUE(), GROUP, *entries)
    pipe.xdel(QUEUE(), *entries)
    pipe.execute()
