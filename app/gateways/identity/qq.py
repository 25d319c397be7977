"""QQ Connect on Authlib: OAuth 2.0 with spellings of its own (GET for tokens, query strings, JSONP, errors as 200)."""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from authlib.common.urls import add_params_to_uri
from requests import RequestException

from app.gateways.identity import Identity, SignInCancelled
from app.gateways.identity.oauth2 import Endpoints, PlainOAuth2, as_nickname

JSONP = re.compile(r"\s*callback\s*\(\s*(\{.*\})\s*\)\s*;?\s*", re.DOTALL)
TRAILING_COMMA = re.compile(r",\s*\}\s*$")


def read_reply(text: str) -> dict[str, Any]:
    """JSON, else JSONP (with the trailing comma of Tencent's own sample), else a query string; ValueError for none."""
    wrapped = JSONP.fullmatch(text)
    body = TRAILING_COMMA.sub("}", wrapped[1]) if wrapped else text
    try:
        found = json.loads(body)
    except ValueError:
        found = dict(parse_qsl(text.strip())) if re.match(r"\w+=", text.strip()) else None
    if not isinstance(found, dict):
        raise ValueError("neither JSON nor JSONP nor a query string")
    return found


def endpoints(url: str, app_id: str, app_secret: str) -> Endpoints:
    """QQ's four addresses under one (https://graph.qq.com)."""
    return Endpoints(
        title="QQ",
        client_id=app_id,
        client_secret=app_secret,
        authorize_url=f"{url}/oauth2.0/authorize",
        token_url=f"{url}/oauth2.0/token",
        user_url=f"{url}/oauth2.0/me",
        scope="get_user_info",
        bearer_in="uri",
    )


def _secret_in_query(client: Any, _method: str, uri: str, headers: Any, body: Any) -> tuple[str, Any, Any]:
    """The token endpoint is a GET: Authlib's own methods would put the secret where QQ does not look."""
    named = [("client_id", client.client_id), ("client_secret", client.client_secret)]
    return add_params_to_uri(uri, named), headers, body


def _as_json(reply: Any) -> Any:
    """Compliance hook: the token reply as Authlib expects it; without a token it is an error, whatever its status."""
    if reply.status_code >= 500:
        return reply
    fields = read_reply(reply.text)
    if not fields.get("access_token"):
        fields = {"error": str(fields.get("error", "no token"))}
    else:
        fields = {"access_token": str(fields["access_token"]), "token_type": "Bearer"}
    reply._content, reply.encoding = json.dumps(fields).encode(), "utf-8"
    return reply


class QQ(PlainOAuth2):
    """Named by openid, which is QQ's name for a person in one application."""

    token_call: Mapping[str, Any] = {"method": "GET"}
    client_proof: Any = staticmethod(_secret_in_query)

    def __init__(self, url: str, app_id: str, app_secret: str) -> None:
        super().__init__(endpoints(url, app_id, app_secret))
        self._profile_url = f"{url}/user/get_user_info"

    def read_return(self, query: Mapping[str, str]) -> str:
        """QQ writes an error's number into `code` and its sentence into `msg`."""
        if query.get("usercancel", "0") != "0":
            raise SignInCancelled(title=self.title)
        if "msg" in query:
            raise self._refusal(query.get("code", ""))
        return super().read_return(query)

    def _session(self, return_url: str) -> Any:
        session = super()._session(return_url)
        session.register_compliance_hook("access_token_response", _as_json)
        return session

    def _person(self, session: Any) -> Identity:
        reply = session.get(self._at.user_url, allow_redirects=False)
        if reply.status_code >= 500:
            reply.raise_for_status()
        fields = read_reply(reply.text)
        if "error" in fields:
            raise self._refusal(str(fields["error"]))
        if str(fields["client_id"]) != self._at.client_id:
            raise self._refusal("a token of another application")  # whoever holds it is not our visitor
        open_id = self._open_id(fields["openid"])
        return Identity(open_id, self._nickname(session, open_id))

    def _nickname(self, session: Any, open_id: str) -> str:
        """Only a greeting and a suggestion: a refusal (ret is not 0) costs nobody the sign-in."""
        asked = {"oauth_consumer_key": self._at.client_id, "openid": open_id}
        try:
            reply = session.get(self._profile_url, params=asked, allow_redirects=False)
            fields = read_reply(reply.text)
        except (RequestException, ValueError, RecursionError):
            return ""
        return as_nickname(fields.get("nickname")) if fields.get("ret") == 0 else ""
