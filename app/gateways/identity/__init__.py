"""The identity door: what the mall needs of whoever knows our shoppers by another account."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from app.shared.errors import Busy, DomainError, NotPossible, marked


@dataclass(frozen=True)
class Departure:
    """Where the browser goes to say who it is, and the random state it must bring back."""

    url: str
    state: str


@dataclass(frozen=True)
class Identity:
    """Who came back: the provider's own name for a person (its open id); `nickname` is their own words, or ""."""

    open_id: str
    nickname: str = ""


class ProviderAway(Busy):
    """The provider did not answer, or not in its own language; nobody is signed in."""

    message = marked("%(title)s 暂时无法访问，请稍后再试，或用账号密码登录")


class ProviderRefused(NotPossible):
    """The provider understood and said no; `reason` is its word for it."""

    message = marked("%(title)s 没有确认您的身份，请重新登录")


class SignInCancelled(DomainError):
    """The person changed their mind at the provider's."""

    code, http_status, message = "5202", 409, marked("您取消了 %(title)s 登录")


class IdentityProvider(Protocol):
    """OAuth 2.0 with an authorization code; what comes back is an open id, not an account of ours."""

    title: str
    """What people call it."""

    def departure(self, return_url: str) -> Departure:
        """The authorize address for the browser, with a new random state; no request leaves the house."""

    def read_return(self, query: Mapping[str, str]) -> str:
        """The code in the address the browser came back by. Raises SignInCancelled, ProviderRefused."""

    def identify(self, code: str, return_url: str) -> Identity:
        """Who the code speaks of; a code is good once. Raises ProviderRefused, ProviderAway."""
