"""What this browser's session knows of a way to a provider and back: the states it left with, and who came back."""

import hmac
from dataclasses import asdict, dataclass

from flask import session
from flask_login import current_user

from app.oauth import store
from app.oauth.errors import BindingExpired, WrongState
from app.oauth.policy import (
    BINDING_LIFE_S,
    BINDING_MOST_S,
    MOST_STATES,
    NEXT_LONGEST,
    REMEMBER_WHERE_S,
    STATE_LIFE_S,
)
from app.oauth.services import OpenID
from app.shared import clock, tokens
from app.shared.web import safe_next

STATES, BINDING = "oauth_states", "oauth_binding"
PURPOSE = "oauth-binding"  # the token's own salt


@dataclass(frozen=True)
class Errand:
    """Why the browser went: back to `next`; `user_id` is the account to link, 0 for a sign-in."""

    provider: str
    next: str
    user_id: int


@dataclass(frozen=True)
class Binding:
    """Somebody the provider knows and we do not, yet."""

    provider: str
    open_id: str
    nickname: str
    next: str
    since: int

    @property
    def who(self) -> OpenID:
        """For the verbs."""
        return OpenID(self.provider, self.open_id)


def depart(provider: str, state: str, next_page: str, user_id: int = 0) -> None:
    """Keep the state that must come back, for ten minutes."""
    target = safe_next(next_page) if len(next_page) <= NEXT_LONGEST else "/"
    session[STATES] = [*_states()[1 - MOST_STATES :], [state, provider, target, user_id, _now()]]


def take_errand(provider: str, state: str) -> Errand:
    """What the state was for, once (SEC-10): of this browser and provider, lately; to link, of the same shopper."""
    kept = _states()
    found = [entry for entry in kept if hmac.compare_digest(str(entry[0]).encode(), state.encode())]
    session[STATES] = [entry for entry in kept if entry not in found]
    if not found or found[0][1] != provider or not store.spend_state(state):
        raise WrongState()
    errand = Errand(provider, str(found[0][2]), int(found[0][3]))
    if errand.user_id and errand.user_id != getattr(current_user, "id", 0):
        raise WrongState()
    return errand


def _states() -> list[list[str | int]]:
    """Those that are still good, oldest first."""
    kept = session.get(STATES)
    entries = [entry for entry in kept if isinstance(entry, list) and len(entry) == 5] if kept else []
    return [entry for entry in entries if int(entry[4]) > _now() - STATE_LIFE_S]


def keep_binding(binding: Binding) -> str:
    """Sign who came back, for 300 s; the session keeps it too, so that a token is good in its own browser only."""
    if _now() - binding.since < BINDING_MOST_S:
        session[BINDING] = tokens.sign(PURPOSE, asdict(binding))
    return str(session.get(BINDING, ""))


def read_binding(token: str | None = None) -> Binding:
    """The signed open id of a form, or that of the session. BindingExpired knows where its holder wanted to go."""
    own = _unsigned(str(session.get(BINDING, "")), REMEMBER_WHERE_S)
    fresh = _unsigned(str(session.get(BINDING, "")) if token is None else token, BINDING_LIFE_S)
    if own is None:
        raise BindingExpired(provider="", next="/")
    if fresh is None or (fresh.provider, fresh.open_id) != (own.provider, own.open_id):
        raise BindingExpired(provider=own.provider, next=own.next)
    return fresh


def forget_binding() -> None:
    """It has done its work."""
    session.pop(BINDING, None)


def _unsigned(token: str, max_age_s: int) -> Binding | None:
    value = tokens.unsign(PURPOSE, token, max_age_s)
    try:
        return Binding(**value) if isinstance(value, dict) else None
    except TypeError:  # of another release
        return None


def _now() -> int:
    return int(clock.now().timestamp())
