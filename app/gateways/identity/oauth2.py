"""Any provider of plain OAuth 2.0, on Authlib: JSON token, JSON user information with an id; set up by settings."""

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session

from app.gateways.identity import Departure, Identity, ProviderAway, ProviderRefused, SignInCancelled

log = logging.getLogger(__name__)

TIMEOUT_S = (3.05, 5.0)  # to connect, to answer
AGENT = "meiduo-mall"
OPEN_ID = re.compile(r"[!-~]{1,64}")
NICKNAME_LONGEST = 40


@dataclass(frozen=True)
class Endpoints:
    """What a provider gave us and where it listens; `bearer_in` is header or uri."""

    title: str
    client_id: str
    authorize_url: str
    token_url: str
    user_url: str
    client_secret: str = field(repr=False)
    scope: str = ""
    id_field: str = "id"
    name_field: str = "name"
    bearer_in: str = "header"


class PlainOAuth2:
    """One per process; every sign-in opens a session of its own, so no token outlives it."""

    token_call: Mapping[str, Any] = {}
    client_proof: Any = "client_secret_post"

    def __init__(self, endpoints: Endpoints) -> None:
        self._at = endpoints
        self.title = endpoints.title

    def departure(self, return_url: str) -> Departure:
        """Authlib's own random state: 30 letters and digits."""
        with self._session(return_url) as session:
            url, state = session.create_authorization_url(self._at.authorize_url)
        return Departure(str(url), str(state))

    def read_return(self, query: Mapping[str, str]) -> str:
        """RFC 6749, 4.1.2: a code, or an error's name."""
        if query.get("error") == "access_denied":
            raise SignInCancelled(title=self.title)
        if query.get("error") or not query.get("code"):
            raise self._refusal(query.get("error") or "no code")
        return query["code"]

    def identify(self, code: str, return_url: str) -> Identity:
        """Code against token, token against user information."""
        with self._asking(), self._session(return_url) as session:
            session.fetch_token(
                self._at.token_url, grant_type="authorization_code", code=code, allow_redirects=False, **self.token_call
            )
            return self._person(session)

    def _person(self, session: Any) -> Identity:
        reply = session.get(self._at.user_url, allow_redirects=False)
        reply.raise_for_status()
        fields = reply.json()
        return Identity(self._open_id(fields[self._at.id_field]), as_nickname(fields.get(self._at.name_field)))

    def _open_id(self, given: object) -> str:
        """Text or number, as it will be kept and compared; ValueError for anything else."""
        text = str(given) if isinstance(given, str | int) and not isinstance(given, bool) else ""
        if not OPEN_ID.fullmatch(text):
            raise ValueError("no open id")
        return text

    def _session(self, return_url: str) -> Any:
        at = self._at
        session = OAuth2Session(
            client_id=at.client_id,
            client_secret=at.client_secret,
            scope=at.scope or None,
            redirect_uri=return_url,
            token_endpoint_auth_method=self.client_proof,
            token_placement=at.bearer_in,
            default_timeout=TIMEOUT_S,
        )
        session.headers["User-Agent"] = AGENT
        return session

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """Silence and gibberish are ProviderAway, a no is ProviderRefused; no cause: its text may hold secrets."""
        try:
            yield
        except AuthlibBaseError as problem:
            raise self._refusal(str(problem.error)) from None
        except (requests.RequestException, ValueError, TypeError, KeyError, AttributeError, RecursionError) as problem:
            log.warning("%s did not answer as expected: %s", self.title, type(problem).__name__)
            raise ProviderAway(title=self.title) from None

    def _refusal(self, reason: str) -> ProviderRefused:
        log.warning("%s refused: %.60r", self.title, reason)
        return ProviderRefused(title=self.title, reason=reason[:60])


def as_nickname(given: object) -> str:
    """People's own words on one line, cut; never trusted further than to be shown."""
    text = given if isinstance(given, str) else ""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:NICKNAME_LONGEST]
