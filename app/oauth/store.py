"""States that came back: the session is a cookie, and a copy of a cookie must not make a state good twice."""

import hashlib
import logging

from app.oauth.policy import STATE_LIFE_S
from app.shared.redis import AWAY, KeySpec, redis

log = logging.getLogger(__name__)

SPENT = KeySpec("oauth_spent_{{{state}}}", kind="string", ttl_s=STATE_LIFE_S, note="digest of a state that came back")


def spend_state(state: str) -> bool:
    """True the first time. While Redis is away the session's own rule and the provider's code, good once, remain."""
    key = SPENT(state=hashlib.sha256(state.encode()).hexdigest()[:32])
    try:
        return bool(redis().set(key, "1", nx=True, ex=STATE_LIFE_S))
    except AWAY as problem:
        log.warning("spent states away: %s", type(problem).__name__)
        return True
