"""A small QQ Connect: its four addresses, its formats and its errors, written from its documents."""

import hmac
import json
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from app.sandbox import consent, grants
from app.sandbox.desk import desk
from app.sandbox.grants import Grant, Person
from app.shared.errors import marked

TOKEN_LIFE_S = 7_776_000  # three months
SAID = {
    100000: "response_type is illegal",
    100001: "param client_id is wrong or lost",
    100002: "param client_secret is wrong or lost",
    100004: "param grant_type is wrong or lost",
    100005: "param code is wrong or lost",
    100006: "param refresh_token is wrong or lost",
    100007: "param access_token is wrong or lost",
    100008: "appid is not exist",
    100009: "client_secret is illegal",
    100010: "redirect uri is illegal",
    100013: "access_token is illegal",
    100014: "access token is expired",
    100015: "access token is revoked",
    100016: "access token check failed",
    100018: "get code failed",
    100019: "code to access token error",
    100020: "code is reused error",
    100030: "api is not granted by user",
    100031: "app has no right to this api",
}
# what the page offers to go wrong: step:how -> words
FAULTS = {
    "return:100030": marked("带着 code 和 msg 跳回（100030）"),
    "token:100009": marked("换令牌：client_secret 有误（100009）"),
    "token:100018": marked("换令牌：获取 code 失败（100018）"),
    "token:100019": marked("换令牌：code 无效（100019）"),
    "token:100020": marked("换令牌：code 已用过（100020）"),
    "token:garbage": marked("换令牌：回答无法识别"),
    "token:away": marked("换令牌：服务器 503"),
    "me:100013": marked("取 OpenID：令牌无效（100013）"),
    "me:100014": marked("取 OpenID：令牌过期（100014）"),
    "me:100016": marked("取 OpenID：验证失败，多一个逗号（100016）"),
    "me:other": marked("取 OpenID：别的应用的令牌"),
    "me:garbage": marked("取 OpenID：回答无法识别"),
    "me:away": marked("取 OpenID：服务器 503"),
    "profile:-22": marked("取昵称：openid 无效（ret -22）"),
    "profile:100030": marked("取昵称：用户未授权（ret 100030）"),
    "profile:garbage": marked("取昵称：回答无法识别"),
}


def add_to(bp: Blueprint) -> None:
    """QQ's addresses under /sandbox/qq/."""
    bp.add_url_rule("/qq/oauth2.0/authorize", "qq_authorize", authorize)
    bp.add_url_rule("/qq/oauth2.0/authorize", "qq_consent", consented, methods=["POST"])
    bp.add_url_rule("/qq/oauth2.0/token", "qq_token", token)
    bp.add_url_rule("/qq/oauth2.0/me", "qq_me", me)
    bp.add_url_rule("/qq/user/get_user_info", "qq_user_info", user_info)


def _illegal() -> int:
    """What is wrong with the authorize address; 0 when nothing is."""
    asked = request.args
    if asked.get("response_type") != "code" or not asked.get("state"):
        return 100000
    if not asked.get("client_id"):
        return 100001
    if asked["client_id"] != consent.terms("qq").get("client_id"):
        return 100008
    return 0 if consent.is_registered(asked.get("redirect_uri", "")) else 100010


def authorize() -> ResponseReturnValue:
    """The page where one picks a QQ; a wrong application never sends the browser anywhere."""
    if error := _illegal():
        return consent.page("sandbox/no_entry.html", 400, code=error, said=SAID[error])
    return consent.ask("QQ", FAULTS)


def consented() -> ResponseReturnValue:
    """Yes, or no, or yes with something going wrong."""
    if error := _illegal():
        return consent.page("sandbox/no_entry.html", 400, code=error, said=SAID[error])
    if "cancel" in request.form:
        return consent.go_back(usercancel="1")
    where, _, how = request.form.get("fault", "").partition(":")
    if where == "return" and how.isdigit():
        return consent.go_back(code=how, msg=SAID.get(int(how), ""))
    return consent.agree("qq", FAULTS)


def token() -> ResponseReturnValue:
    """Code, or refresh token, against tokens: a query string by default; errors are JSONP with status 200."""
    asked = request.args
    error = _wrong_application()
    if error:
        return _say_error(error)
    if asked.get("grant_type") == "refresh_token":
        found = grants.find(desk().ledger, "qq", refresh_token=asked.get("refresh_token", ""))
        return _say_error(100006) if found is None else _say_tokens(grants.give_tokens(desk().ledger, found))
    found = grants.find(desk().ledger, "qq", code=asked.get("code", ""))
    if found is None:
        return _say_error(100019 if asked.get("code") else 100005)
    how = found.fails("token")
    if answer := consent.broken(how):
        return answer
    error = int(how or 0) or _wrong_code(found)
    return _say_error(error) if error else _say_tokens(grants.give_tokens(desk().ledger, found))


def _wrong_application() -> int:
    asked, own = request.args, consent.terms("qq")
    if asked.get("grant_type") not in ("authorization_code", "refresh_token"):
        return 100004
    if not asked.get("client_id"):
        return 100001
    if not asked.get("client_secret"):
        return 100002
    if asked["client_id"] != own.get("client_id"):
        return 100008
    is_right = hmac.compare_digest(asked["client_secret"].encode(), str(own.get("client_secret")).encode())
    return 0 if is_right else 100009


def _wrong_code(grant: Grant) -> int:
    if grant.client_id != request.args["client_id"]:
        return 100019
    if grant.redirect_uri != request.args.get("redirect_uri"):
        return 100010
    if grant.used_at is not None or not grants.use_code(desk().ledger, grant):
        return 100020
    return 100018 if grant.is_old else 0


def _say_tokens(grant: Grant) -> Response:
    fields = {
        "access_token": grant.access_token,
        "expires_in": str(TOKEN_LIFE_S),
        "refresh_token": grant.refresh_token,
    }
    if request.args.get("need_openid") == "1":
        fields["openid"] = grant.person.open_id(grant.client_id)
    if request.args.get("fmt") == "json":
        return _json(fields)
    return Response(urlencode(fields), content_type="text/html;charset=utf-8")


def me() -> ResponseReturnValue:
    """The openid behind a token, as JSONP with the blanks and the line end of the real one."""
    grant = grants.find(desk().ledger, "qq", access_token=request.args.get("access_token", ""))
    if grant is None:
        return _say_error(100013 if request.args.get("access_token") else 100007)
    how = grant.fails("me")
    if answer := consent.broken(how):
        return answer
    if how.isdigit():
        return _say_error(int(how))
    client_id = "100999999" if how == "other" else grant.client_id
    fields = {"client_id": client_id, "openid": grant.person.open_id(client_id)}
    if request.args.get("unionid") == "1":
        fields["unionid"] = f"UID_{grant.person.open_id('')}"
    return _json(fields) if request.args.get("fmt") == "json" else _jsonp(json.dumps(fields, separators=(",", ":")))


def user_info() -> ResponseReturnValue:
    """Nickname and pictures; `ret` tells whether it worked."""
    asked = request.args
    grant = grants.find(desk().ledger, "qq", access_token=asked.get("access_token", ""))
    if grant is None:
        return _json({"ret": 100013, "msg": SAID[100013]})
    how = grant.fails("profile")
    if answer := consent.broken(how):
        return answer
    is_theirs = asked.get("openid") == grant.person.open_id(grant.client_id)
    if how == "-22" or not is_theirs or asked.get("oauth_consumer_key") != grant.client_id:
        return _json({"ret": -22, "msg": "openid is invalid"})
    if how.isdigit():
        return _json({"ret": int(how), "msg": SAID[int(how)]})
    return _json(_profile(grant.person))


def _profile(person: Person) -> dict[str, Any]:
    pictures = {"figureurl": 30, "figureurl_1": 50, "figureurl_2": 100, "figureurl_qq_1": 40}
    return {
        "ret": 0,
        "msg": "",
        "is_lost": 0,
        "nickname": person.nickname,
        "gender": person.gender,
        "gender_type": 2 if person.gender == "男" else 1,
        "province": "",
        "city": "",
        "year": "2000",
        "constellation": "",
        **{name: f"https://thirdqq.qlogo.cn/sandbox/{person.key}/{size}" for name, size in pictures.items()},
        "figureurl_qq_2": "",
        "is_yellow_vip": "0",
    }


def _say_error(error: int) -> Response:
    """JSON if asked for; else JSONP, and for 100016 with the comma that Tencent's own sample has."""
    fields = {"error": error, "error_description": SAID[error]}
    if request.args.get("fmt") == "json":
        return _json(fields)
    text = json.dumps(fields, separators=(",", ":"))
    return _jsonp(text[:-1] + ",}" if error == 100016 else text)


def _jsonp(text: str) -> Response:
    return Response(f"callback( {text} );\n", content_type="text/html;charset=utf-8")


def _json(fields: dict[str, Any]) -> Response:
    return Response(json.dumps(fields, ensure_ascii=False), content_type="text/html;charset=utf-8")
