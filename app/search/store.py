"""What search keeps in Redis: SKUs to index again, what was asked, what was found wanting, and one's own searches."""

from collections.abc import Iterable
from datetime import date, timedelta

from app.shared import kept_pages
from app.shared.cache import forget
from app.shared.redis import KeySpec, redis

DAY_S = 86_400
HOT_DAYS = 7
KEPT_QUESTIONS = 5_000  # of one day
KEPT_RECENT = 10

HOT = "search.hot_words"  # in the cache of page parts
DIRTY = KeySpec("search:{{dirty}}", "set", DAY_S, "ids of SKUs that changed since the index last looked")
QUEUED = KeySpec("search:{{dirty}}:queued", "string", 30, "a job that will look is already queued")
ASKED = KeySpec("search:{{asked}}:{day}", "zset", (HOT_DAYS + 2) * DAY_S, "questions of a day that found something")
MISSED_ON = KeySpec("search:{{missed}}:{day}", "zset", (HOT_DAYS + 2) * DAY_S, "questions of a day that found nothing")
MISSED_SUM = KeySpec("search:{{missed}}:{day}:sum", "string", (HOT_DAYS + 2) * DAY_S, "how many questions, all told")
MISSED = KeySpec("search:{{missed}}", "hash", 7 * DAY_S, "questions that found nothing, until the sweep books them")
RECENT = KeySpec("search:{{recent:{owner}}}", "list", 90 * DAY_S, "one shopper's last searches, newest first")


def mark_dirty(sku_ids: Iterable[int]) -> bool:
    """Remember them; True when nobody has been asked to look yet."""
    pipe = redis().pipeline(transaction=False)
    ids = tuple(sku_ids)
    if ids:
        pipe.sadd(DIRTY(), *ids)
        pipe.expire(DIRTY(), DIRTY.ttl_s)
    pipe.set(QUEUED(), 1, nx=True, ex=QUEUED.ttl_s)
    return bool(pipe.execute()[-1])


def take_dirty(most: int) -> list[int]:
    """Some of them, no longer remembered; whoever marks one from now on asks anew."""
    redis().delete(QUEUED())
    return sorted(int(each) for each in redis().spop(DIRTY(), most))


def count_dirty() -> int:
    """How many wait for a job."""
    return int(redis().scard(DIRTY()))


def note_asked(question: str, day: date) -> None:
    """One more on this day; the day keeps its commonest questions."""
    key = ASKED(day=day.isoformat())
    pipe = redis().pipeline(transaction=False)
    pipe.zincrby(key, 1, question)
    pipe.zremrangebyrank(key, 0, -KEPT_QUESTIONS - 1)
    pipe.expire(key, ASKED.ttl_s)
    pipe.execute()


def asked_lately(today: date, most: int) -> list[tuple[str, float]]:
    """(question, how often) over the last days, the commonest first; yesterday counts less than today."""
    keys = {ASKED(day=(today - timedelta(days=age)).isoformat()): 1 / (1 + age / 2) for age in range(HOT_DAYS)}
    found = redis().zunion(keys, withscores=True)
    return sorted(((str(text), 1.0 * count) for text, count in found), key=lambda each: (-each[1], each[0]))[:most]


def note_missed(question: str, day: date) -> None:
    """One more in vain: for the log, and on this day, which keeps its commonest questions and the sum of all."""
    kept, total = MISSED_ON(day=day.isoformat()), MISSED_SUM(day=day.isoformat())
    pipe = redis().pipeline(transaction=False)
    pipe.hincrby(MISSED(), question, 1)
    pipe.expire(MISSED(), MISSED.ttl_s)
    pipe.zincrby(kept, 1, question)
    pipe.zremrangebyrank(kept, 0, -KEPT_QUESTIONS - 1)
    pipe.expire(kept, MISSED_ON.ttl_s)
    pipe.incr(total)
    pipe.expire(total, MISSED_SUM.ttl_s)
    pipe.execute()


def missed_on(day: date, most: int) -> tuple[int, list[tuple[str, int]]]:
    """How many questions of this day found nothing, and (question, how often), the commonest first."""
    total = redis().get(MISSED_SUM(day=day.isoformat()))
    found = redis().zrevrange(MISSED_ON(day=day.isoformat()), 0, most - 1, withscores=True)
    return int(total or 0), [(str(text), int(score)) for text, score in found]


def take_missed() -> dict[str, int]:
    """All of them, no longer kept here."""
    pipe = redis().pipeline(transaction=True)
    pipe.hgetall(MISSED())
    pipe.delete(MISSED())
    return {question: int(count) for question, count in pipe.execute()[0].items()}


def note_recent(owner: str, question: str) -> None:
    """To the front of one's own list, once."""
    key = RECENT(owner=owner)
    pipe = redis().pipeline(transaction=True)
    pipe.lrem(key, 0, question)
    pipe.lpush(key, question)
    pipe.ltrim(key, 0, KEPT_RECENT - 1)
    pipe.expire(key, RECENT.ttl_s)
    pipe.execute()


def recent(owner: str) -> list[str]:
    """Newest first."""
    return [str(each) for each in redis().lrange(RECENT(owner=owner), 0, -1)]


def forget_recent(owner: str) -> None:
    """All of them."""
    redis().delete(RECENT(owner=owner))


def forget_hot() -> None:
    """Staff changed what is offered: the line under the search box, and every kept page that shows it."""
    forget(HOT)
    kept_pages.drop(kept_pages.EVERYWHERE)
