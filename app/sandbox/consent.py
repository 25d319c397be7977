"""The page of a provider where a person says yes or no, and what a small QQ and a small Gitee have in common."""

from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

from flask import Response, current_app, redirect, request
from flask.typing import ResponseReturnValue

from app.sandbox import grants
from app.sandbox.desk import desk
from app.sandbox.grants import PEOPLE
from app.shared import language


def terms(provider: str) -> Mapping[str, str]:
    """The application that the provider knows: the shop's own settings; nothing when it does not offer the provider."""
    found: Mapping[str, str] = current_app.config["OAUTH_PROVIDERS"].get(provider, {})
    return found


def is_registered(redirect_uri: str) -> bool:
    """Under the domain the shop registered (no look-alike, no other port)."""
    given, own = urlsplit(redirect_uri), urlsplit(current_app.config["PUBLIC_URL"])
    return (given.scheme, given.netloc) == (own.scheme, own.netloc)


def page(name: str, status: int = 200, **values: object) -> ResponseReturnValue:
    """Without the mall's context processors: it is another site."""
    lang = "en" if language.current().startswith("en") else "zh-CN"
    return current_app.jinja_env.get_template(name).render(lang=lang, **values), status


def ask(title: str, faults: Mapping[str, str]) -> ResponseReturnValue:
    """Who are you, and may the shop know?"""
    return page("sandbox/consent.html", title=title, people=PEOPLE.values(), faults=faults, action=request.full_path)


def agree(provider: str, faults: Mapping[str, str]) -> ResponseReturnValue:
    """Back to the shop with a code for the chosen person; a fault of the return itself goes along instead."""
    asked, given = request.args, request.form
    fault = given.get("fault", "")
    fault = fault if fault in faults else ""
    person = given.get("person", "")
    if person not in PEOPLE:
        return page("sandbox/no_entry.html", 400, code="person", said="")
    code = grants.give_code(
        desk().ledger, provider, asked.get("client_id", ""), asked.get("redirect_uri", ""), person, fault
    )
    return go_back(code=code)


def go_back(**answer: str) -> ResponseReturnValue:
    """The browser returns to the shop; the state goes with it as it came."""
    target, state = request.args.get("redirect_uri", ""), request.args.get("state", "")
    query = urlencode({**answer, **({"state": state} if state else {})})
    return redirect(f"{target}{'&' if urlsplit(target).query else '?'}{query}")


def broken(how: str) -> Response | None:
    """A provider that is down, or answers something else altogether."""
    if how == "away":
        return Response("upstream connect error", 503, content_type="text/plain")
    if how == "garbage":
        return Response("<html><body>系统维护中</body></html>", 200, content_type="text/html;charset=utf-8")
    return None
