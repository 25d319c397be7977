"""Simple limits: so many times in a window, counted atomically in Redis; no limit while Redis is away."""

import hashlib
import logging

from flask import current_app

from app.shared.errors import TooOften
from app.shared.redis import AWAY, KeySpec, redis

log = logging.getLogger(__name__)

HITS = KeySpec("hits_{{{name}}}", kind="string", ttl_s=3600, note="tries; its life is the window")

# KEYS: counter. ARGV: most, window. Zero, or the seconds until the window ends
_HIT = """
local tries = redis.call('INCR', KEYS[1])
if tries == 1 then redis.call('EXPIRE', KEYS[1], ARGV[2]) end
if tries <= tonumber(ARGV[1]) then return 0 end
return math.max(1, redis.call('TTL', KEYS[1]))
"""


def hit(name: str, limit: int, window_s: int) -> int:
    """Count one try under a name; 0 when it is within the limit, else the seconds to wait."""
    try:
        return int(redis().eval(_HIT, 1, HITS(name=_short(name)), limit, window_s))
    except AWAY as problem:
        # a shop that nobody can enter because a counter is missing would be the worse shop
        log.warning("limits away: %s", type(problem).__name__)
        return 0


def check(name: str, limit: int, window_s: int) -> None:
    """The same as a rule: TooOften with `retry_after` seconds."""
    wait_s = hit(name, limit, window_s)
    if wait_s:
        raise TooOften(retry_after=wait_s)


def forget(name: str) -> None:
    """Start the count under this name anew."""
    try:
        redis().delete(HITS(name=_short(name)))
    except AWAY as problem:
        log.warning("limits away: %s", type(problem).__name__)


def setting(name: str) -> int:
    """A limit from the settings, for verbs that know nothing of the web."""
    return int(current_app.config[name])


def _short(name: str) -> str:
    """Names hold what people typed: the key gets a digest, of one length and without braces."""
    kind, _, rest = name.partition(":")
    return f"{kind}:{hashlib.sha256(rest.encode()).hexdigest()[:24]}"
