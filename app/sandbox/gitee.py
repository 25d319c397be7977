"""A small Gitee: plain OAuth 2.0 with JSON and honest HTTP statuses."""

import hmac

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from app.sandbox import consent, grants
from app.sandbox.desk import desk
from app.shared.errors import marked

TOKEN_LIFE_S = 86_400
FAULTS = {
    "token:refused": marked("换令牌：invalid_grant（401）"),
    "token:garbage": marked("换令牌：回答无法识别"),
    "token:away": marked("换令牌：服务器 503"),
    "user:refused": marked("取用户：令牌无效（401）"),
    "user:garbage": marked("取用户：回答无法识别"),
    "user:away": marked("取用户：服务器 503"),
}


def add_to(bp: Blueprint) -> None:
    """Gitee's addresses under /sandbox/gitee/."""
    bp.add_url_rule("/gitee/oauth/authorize", "gitee_authorize", authorize)
    bp.add_url_rule("/gitee/oauth/authorize", "gitee_consent", consented, methods=["POST"])
    bp.add_url_rule("/gitee/oauth/token", "gitee_token", token, methods=["POST"])
    bp.add_url_rule("/gitee/api/v5/user", "gitee_user", user)


def _illegal() -> str:
    asked = request.args
    if asked.get("client_id") != consent.terms("gitee").get("client_id"):
        return "invalid_client"
    if asked.get("response_type") != "code":
        return "unsupported_response_type"
    return "" if consent.is_registered(asked.get("redirect_uri", "")) else "invalid_redirect_uri"


def authorize() -> ResponseReturnValue:
    """The page where one picks an account."""
    if error := _illegal():
        return consent.page("sandbox/no_entry.html", 401, code=error, said="")
    return consent.ask("Gitee", FAULTS)


def consented() -> ResponseReturnValue:
    """Yes, or no."""
    if error := _illegal():
        return consent.page("sandbox/no_entry.html", 401, code=error, said="")
    if "cancel" in request.form:
        return consent.go_back(error="access_denied", error_description="用户或服务器拒绝了请求")
    return consent.agree("gitee", FAULTS)


def token() -> ResponseReturnValue:
    """Code against a token, by form POST."""
    given, own = request.form, consent.terms("gitee")
    secret = given.get("client_secret", "").encode()
    if given.get("client_id") != own.get("client_id") or not hmac.compare_digest(
        secret, str(own.get("client_secret")).encode()
    ):
        return _refuse("invalid_client")
    found = grants.find(desk().ledger, "gitee", code=given.get("code", ""))
    how = found.fails("token") if found else ""
    if answer := consent.broken(how):
        return answer
    if found is None or how or found.is_old or found.redirect_uri != given.get("redirect_uri"):
        return _refuse("invalid_grant")
    if given.get("grant_type") != "authorization_code" or not grants.use_code(desk().ledger, found):
        return _refuse("invalid_grant")
    fresh = grants.give_tokens(desk().ledger, found)
    return jsonify(
        access_token=fresh.access_token,
        token_type="bearer",  # noqa: S106  # the kind of token, not a token
        expires_in=TOKEN_LIFE_S,
        refresh_token=fresh.refresh_token,
        scope="user_info",
        created_at=int(fresh.created_at),
    )


def _refuse(error: str) -> tuple[Response, int]:
    return jsonify(error=error, error_description="授权方式无效，或者登录回调地址无效、过期或已被撤销"), 401


def user() -> ResponseReturnValue:
    """Who the token speaks of: by query or by header."""
    bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
    grant = grants.find(desk().ledger, "gitee", access_token=request.args.get("access_token", bearer))
    how = grant.fails("user") if grant else ""
    if answer := consent.broken(how):
        return answer
    if grant is None or how:
        return jsonify(message="401 Unauthorized: Access token does not exist"), 401
    person = grant.person
    return jsonify(id=person.number, login=person.key, name=person.nickname, avatar_url="", type="User")
