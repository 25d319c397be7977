"""House tests 1 and 2: every route is guarded or in the public list; every write carries a form token."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from app.shared.extensions import csrf
from app.shared.staff_view import StaffOnly
from tests.factories.world import Person
from tests.pages import PageClient

# Public endpoints, sorted, each with the reason why nobody needs to be signed in.
PUBLIC = {
    "account.deps": "health, for a load balancer: two booleans",
    "account.up": "health: the process answers",
    "areas.areas": "names of divisions, the same for everybody",
    "carts.add": "a guest fills a cart: it is in the guest's own signed cookie",
    "carts.cart": "a guest looks at the own cart",
    "carts.change": "a guest changes the own cart",
    "carts.remove": "a guest takes out of the own cart",
    "carts.selection": "a guest ticks the own cart",
    "carts.simple": "the mini cart in the header of every page",
    "carts.visitor": "form token, name and pieces of whoever asks, for a page kept for everybody",
    "contents.favicon": "browsers ask every site for it",
    "contents.index": "the home page",
    "contents.language": "keeps a language in the visitor's own session",
    "contents.page": "words of the shop: about us, contact, returns, privacy",
    "contents.robots": "robots ask every site for it",
    "contents.sitemap": "robots ask for it: addresses of what everybody may see",
    "contents.sitemap_part": "robots ask for it: addresses of what everybody may see",
    "goods.detail": "the shop window",
    "goods.hot": "the shop window",
    "goods.visit": "counts a look at a category; no person in it",
    "oauth.bind": "the way in for somebody from elsewhere; guarded by a signed open id of this browser",
    "oauth.callback": "the way in: the browser comes back with the state it left with",
    "oauth.login": "the way in",
    "oauth.request_sms": "the way in, without scripts",
    "payment.notify": "Alipay's server: its right is its signature",
    "pictures.media": "pictures of goods and of reviews",
    "reviews.comments": "the shop window: what buyers say, under masked names",
    "search.brand": "the shop window",
    "search.listing": "the shop window",
    "search.no_listing": "an address with a page that is no number: always 404",
    "search.results": "the shop window",
    "search.suggest": "what people may mean while they type in the shop window",
    "static": "style sheets, scripts, icons",
    "users.agreement": "read before one joins",
    "users.confirm_email": "the button behind a letter's link: its right is its signature",
    "users.count_mobile": "is the number taken? limited per address",
    "users.count_username": "is the name taken? limited per address",
    "users.csrf_token": "the form token of the caller's own session",
    "users.find_password": "for who cannot get in; guarded by a picture code",
    "users.find_password_begin": "for who cannot get in; guarded by a picture code",
    "users.find_password_check": "for who cannot get in; guarded by a signed text and five tries a code",
    "users.find_password_code": "for who cannot get in; shows masked addresses, made up for unknown accounts",
    "users.find_password_done": "for who cannot get in: the last page says only that it is done",
    "users.find_password_new": "for who cannot get in; guarded by a signed text that works once",
    "users.find_password_send": "for who cannot get in; guarded by a signed text and limits",
    "users.find_password_set": "for who cannot get in; guarded by a signed text that works once",
    "users.login": "the way in",
    "users.login_picture": "the way in, without scripts: another picture code",
    "users.logout": "for a stranger nothing happens",
    "users.recent": "cards of what the asking browser looked at; a member's history only to the member",
    "users.register": "the way in",
    "users.request_sms": "the way in, without scripts",
    "users.verify_email": "where a letter's link leads: its right is its signature, and reading writes nothing",
    "verifications.image_code": "the way in",
    "verifications.mail_code": "the way in, for who cannot see a picture; limited per mailbox and address",
    "verifications.new_image_code": "the way in",
    "verifications.sms_code": "the way in; guarded by a picture code and limits",
}
# The one write without a form token; the sandbox stands for other people's servers.
WITHOUT_TOKEN = {"app.payment.routes.notify"}
BLUEPRINTS_WITHOUT_TOKEN = {"sandbox"}


def is_guarded(view: Callable[..., Any]) -> bool:
    """Marked by @private, or a page of the admin site behind a staff view."""
    if getattr(view, "is_private", False):
        return True
    return isinstance(getattr(view, "__self__", None), StaffOnly)


def unguarded(app: Flask) -> set[str]:
    """Endpoints open to strangers. Flask-Admin's and the sandbox's own static files are as public as ours."""
    found = set()
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if rule.endpoint == "admin.static" or rule.endpoint.startswith("sandbox."):
            continue
        wrapped = getattr(view, "view", None) or view
        if not is_guarded(wrapped) and not _is_admin_page(app, rule):
            found.add(rule.endpoint)
    return found


def _is_admin_page(app: Flask, rule: Rule) -> bool:
    """Flask-Admin wraps its views: ask the admin site which view owns the endpoint's blueprint."""
    owner = rule.endpoint.split(".")[0]
    views = [view for admin in app.extensions.get("admin", []) for view in admin._views]
    return any(view.endpoint == owner and isinstance(view, StaffOnly) for view in views)


def rules_of(app: Flask, methods: set[str]) -> list[tuple[Rule, str, str]]:
    """(rule, method, a path that fits it) for every rule that answers one of these methods."""
    found = []
    with app.test_request_context():
        adapter = app.url_map.bind("localhost")
        for rule in app.url_map.iter_rules():
            values = {**dict.fromkeys(rule.arguments, 1), **(rule.defaults or {})}
            for method in sorted((rule.methods or set()) & methods):
                found.append((rule, method, adapter.build(rule.endpoint, values, method=method)))
    return found


def test_every_route_is_guarded_or_in_the_public_list(mall: Flask) -> None:
    assert unguarded(mall) == set(PUBLIC)


def test_the_public_list_is_sorted_and_explained() -> None:
    assert list(PUBLIC) == sorted(PUBLIC)
    assert all(len(reason) > 8 for reason in PUBLIC.values())


def test_a_forgotten_guard_is_noticed() -> None:
    app = Flask("trespass")
    app.add_url_rule("/secret/", "secret", lambda: "all orders of everybody")
    assert unguarded(app) == {"static", "secret"}


def test_strangers_are_sent_to_sign_in_by_every_private_route(app: Flask, client: PageClient) -> None:
    asked = []
    for rule, method, path in rules_of(app, {"GET", "POST", "PUT", "DELETE"}):
        if getattr(app.view_functions[rule.endpoint], "is_private", False):
            status, answer = client.json(method, path)
            assert (status, answer["code"]) == (401, "4101"), (method, path, answer)
            asked.append(rule.endpoint)
    assert "orders.commit" in asked


@pytest.mark.parametrize(("who", "expected"), [("stranger", 401), ("shopper", 403), ("staff", 200)])
def test_the_admin_site_is_for_staff(app: Flask, lily: Person, tom: Person, who: str, expected: int) -> None:
    client = PageClient(app)
    if who != "stranger":
        person = lily if who == "shopper" else tom
        client.sign_in(person.username, person.password)
    asked = 0
    for rule, method, path in rules_of(app, {"GET"}):
        if not path.startswith("/admin/") or rule.endpoint.endswith("static"):
            continue
        status = client.browser.get(path, headers={"Accept": "application/json"}).status_code
        if expected == 200:
            # a read-only list refuses its write pages even to the owner: no such right, or back, or 404
            assert status in {200, 302, 403, 404}, (method, path, status)
        else:
            assert status == expected, (method, path, status)
        asked += 1
    assert asked >= 1


def test_only_the_notify_and_the_sandbox_do_without_a_token(mall: Flask) -> None:
    assert csrf._exempt_views == WITHOUT_TOKEN
    assert {blueprint.name for blueprint in csrf._exempt_blueprints} == BLUEPRINTS_WITHOUT_TOKEN
    assert mall.config["WTF_CSRF_CHECK_DEFAULT"]
    assert mall.config.get("WTF_CSRF_ENABLED", True)


def test_every_write_without_a_token_is_refused(app: Flask, lily_client: PageClient) -> None:
    asked = []
    for rule, method, path in rules_of(app, {"POST", "PUT", "DELETE", "PATCH"}):
        if rule.endpoint == "payment.notify" or rule.endpoint.startswith("sandbox."):
            continue
        status, answer = lily_client.json(method, path, {}, token=False)
        assert (status, answer["code"]) == (400, "4104"), (method, path, status, answer)
        asked.append(rule.endpoint)
    assert {"orders.commit", "users.logout", "carts.change"} <= set(asked)


def test_a_read_writes_nothing_by_name(mall: Flask) -> None:
    """An address that answers GET alone is never named after a write."""
    writing = ("add", "create", "delete", "remove", "commit", "cancel", "start", "logout")
    for rule in mall.url_map.iter_rules():
        is_shop = not rule.rule.startswith(("/admin/", "/sandbox/"))
        if is_shop and rule.endpoint.split(".")[-1] in writing:
            assert "GET" not in (rule.methods or set()), rule
