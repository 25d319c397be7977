"""Every private address, with the numbers of Lily's own things: a stranger, another shopper and staff without the
right read nothing of hers and change nothing. Made from the map of addresses, so that a new one cannot be forgotten."""

import dataclasses
import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from redis import Redis
from sqlalchemy import Column, Table
from werkzeug.routing import IntegerConverter, Map, Rule
from werkzeug.test import TestResponse

from app.gateways.payment import PaymentReturn
from app.shared.db import Base, db
from app.shared.passwords import hash_password
from tests.account.planted import FITTING, Planted, plant
from tests.factories.world import Person, World
from tests.house.test_guards import PUBLIC
from tests.pages import PageClient
from tests.security.asks import HERS, Ask, asks

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
PICTURE = "p/ab/" + "0f" * 16 + "-160x160-aabbcc"
# What even she is refused here: no order of hers is queued, the picture is no face, and she was just signed out.
NOT_FOR_HER = {"orders.waiting", "users.avatar", "users.end_devices", "account.leave"}
# Read by everybody, and why.
FOR_EVERYBODY = {
    "reviews.text": "what a buyer says of goods is said to all",
    "reviews.answer": "what the house answers to it",
    "users.avatar": "and the picture beside it",
    "users.nickname": "the name she chose to stand over reviews that she does not write anonymously",
    "pictures.stem": "a name by chance; whose file it is decides who reads it",
}


class Hers(Planted):
    """Every text of every row is a marker, unless one of a list; numbers that stand in addresses are markers too."""

    def __init__(self, person: Person, sku_id: int) -> None:
        super().__init__(person)
        self.sku_id = sku_id

    def value(self, table: Table, column: Column[Any]) -> Any:
        told = {"province_id": 130000, "city_id": 130100, "district_id": 130102, "sku_id": self.sku_id}
        if column.name == "dropped_at":
            return None
        if column.name in told:
            return told[column.name]
        return super().value(table, column)

    def _text(self, table: Table, column: Column[Any], name: str) -> str:
        if name == "pictures.stem":
            return PICTURE
        if name in FITTING or name in FOR_EVERYBODY:
            return FITTING.get(name, "k")
        if name in {"oauth_users.provider", "users.password_hash"}:
            return "qq"
        return super()._text(table, column, name) if column.name in {"raw", "to"} else self.of(name)


@dataclasses.dataclass
class Scene:
    """Lily's world, and a way to look at all of it."""

    app: Flask
    lily: Person
    hers: Hers
    sku_id: int
    store: Redis

    def rows(self) -> dict[str, list[dict[str, Any]]]:
        """Every row of every table."""
        with self.app.app_context(), db.engine.connect() as line:
            return {
                table.name: [dict(row._mapping) for row in line.execute(table.select())]
                for table in Base.metadata.sorted_tables
            }

    def keys(self) -> dict[str, Any]:
        """What Redis keeps of her."""
        found = {}
        for key in self.store.keys(f"*{{{self.lily.id}}}*"):
            readers = {"hash": self.store.hgetall, "set": self.store.smembers, "string": self.store.get}
            readers |= {"list": lambda k: self.store.lrange(k, 0, -1), "zset": lambda k: self.store.zrange(k, 0, -1)}
            found[key] = readers[self.store.type(key)](key)
        return found

    def number(self, column: str) -> str:
        return self.hers.of(column)

    def told(self, answer: TestResponse, path: str, ask: Ask) -> list[str]:
        """Columns of hers that can be read in an answer, but for what the asker said himself."""
        said = f"{path} {ask}"
        return [column for column in self.hers.left_in(answer.text) if self.hers.of(column) not in said]

    def arguments(self, rule: Rule) -> dict[str, Any]:
        """Her things in the address; a name that is not known here fails the test."""
        known: dict[str, Any] = {
            "address_id": 1,
            "sign_in_id": 1,
            "ad_id": 1,
            "brand_id": 1,
            "entry_id": 1,
            "import_id": 1,
            "role_id": 1,
            "spu_id": 1,
            "order_id": self.number("orders.number"),
            "number": self.number("after_sales.number"),
            "token": self.number("orders.submit_token"),
            "sku_id": self.sku_id,
            "provider": "qq",
            "page": 1,
            "export_type": "csv",
            "ending": "csv",
            "name": f"{PICTURE}-160.webp",
            "slug": "privacy",
            "about": "privacy",
            "chart_name": "sales",
        }
        if rule.endpoint.startswith("admin"):  # where things are numbered, hers is the first
            known.update({name: 1 for name, kind in rule._converters.items() if isinstance(kind, IntegerConverter)})
        missing = set(rule.arguments) - set(known) - set(rule.defaults or {})
        assert not missing, f"{rule}: say in tests/security/test_strangers.py what of Lily's {missing} can be"
        return {name: known[name] for name in rule.arguments if name not in (rule.defaults or {})}

    def asks(self) -> dict[tuple[str, str], Ask]:
        numbers = self.number("orders.number"), self.number("payment_attempts.out_trade_no")
        return asks(self.lily.id, self.lily.password, *numbers, self.sku_id, PICTURE)


@pytest.fixture
def scene(app: Flask, make: World, lily: Person) -> Iterator[Scene]:
    """Lily has one of everything there is."""
    sku_id = make.sku()
    hers = Hers(lily, sku_id)
    plant(app, lily, hers)
    with app.app_context(), db.engine.begin() as line:
        users = Base.metadata.tables["users"]
        line.execute(users.update().values(password_hash=hash_password(lily.password), has_password=True))
    store = Redis.from_url(app.config["REDIS_URL"], decode_responses=True)
    store.hset(f"carts_{{{lily.id}}}", str(sku_id), "1")
    store.sadd(f"selected_{{{lily.id}}}", str(sku_id))
    store.zadd(f"added_{{{lily.id}}}", {str(sku_id): 1})
    store.rpush(f"history_{{{lily.id}}}", str(sku_id))
    doors = app.extensions["meiduo_gateways"]
    app.extensions["meiduo_gateways"] = dataclasses.replace(doors, payment=Cashier())
    doors.images.save(f"{PICTURE}-160.webp", hers.of("a file").encode(), "image/webp")
    yield Scene(app, lily, hers, sku_id, store)
    app.extensions["meiduo_gateways"] = doors
    store.close()


class Cashier(SimpleNamespace):
    """Believes every return from the cashier: what is tried here is whose order it is."""

    def read_return(self, query: dict[str, str]) -> PaymentReturn:
        return PaymentReturn(query["out_trade_no"], "T1")


def private_rules(app: Flask) -> list[tuple[Rule, str]]:
    """(rule, method) of every address that is in no public list."""
    found = []
    for rule in app.url_map.iter_rules():
        open_to_all = rule.endpoint in PUBLIC or rule.endpoint in {"admin.static"}
        if open_to_all or rule.endpoint.startswith("sandbox."):
            continue
        found += [(rule, method) for method in METHODS if method in (rule.methods or set())]
    return found


def path_of(app: Flask, scene: Scene, rule: Rule, method: str) -> str:
    with app.test_request_context():
        return app.url_map.bind("localhost").build(rule.endpoint, scene.arguments(rule), method=method)


def send(client: PageClient, path: str, method: str, ask: Ask, accept: str = "application/json") -> TestResponse:
    """One request with everything that a page of ours would send along."""
    headers = {"Accept": accept, "X-CSRFToken": client.token()}
    if method == "GET":
        answer = client.browser.get(path, query_string=ask.query, headers=headers)
    elif accept == "application/json":
        body = json.dumps(ask.body)
        answer = client.browser.open(path, method=method, data=body, content_type=accept, headers=headers)
    else:
        answer = client.browser.open(path, method=method, data=ask.body, headers=headers)
    answer.get_data()
    answer.close()  # of a file
    return answer


def entering(app: Flask, person: Person | None) -> PageClient:
    client = PageClient(app)
    if person is not None:
        client.sign_in(person.mobile, person.password)
    return client


def order_of(scene: Scene) -> list[tuple[Rule, str, Ask]]:
    """Every private address outside the admin site, in the order of the list of asks."""
    listed = scene.asks()
    rules = [(rule, method) for rule, method in private_rules(scene.app) if not rule.rule.startswith("/admin/")]
    unknown = sorted({(rule.endpoint, method) for rule, method in rules} - set(listed))
    assert not unknown, f"say in tests/security/asks.py what is asked of {unknown}"
    places = list(listed)
    rules.sort(key=lambda pair: places.index((pair[0].endpoint, pair[1])))
    return [(rule, method, listed[rule.endpoint, method]) for rule, method in rules]


def of_the_asker(table: str, row: dict[str, Any], asker: Person) -> bool:
    """Is it a row of whoever asks?"""
    return row.get("user_id") == asker.id or (table == "users" and row["id"] == asker.id)


def test_a_stranger_reads_and_changes_nothing(app: Flask, scene: Scene) -> None:
    client, before, kept = entering(app, None), scene.rows(), scene.keys()
    asked = 0
    for rule, method in private_rules(app):
        ask = scene.asks().get((rule.endpoint, method), Ask(HERS, {"id": 1, "rowid": 1, "action": "delete"}))
        path = path_of(app, scene, rule, method)
        answer = send(client, path, method, ask)
        assert (answer.status_code, answer.get_json()["code"]) == (401, "4101"), (method, path, answer.text[:300])
        page = send(client, path, method, ask, "text/html")
        assert page.status_code in {302, 303}, (method, path, page.status_code)
        assert page.location.split("?")[0].endswith("/login/"), (method, path, page.location)
        assert not scene.told(answer, path, ask) + scene.told(page, path, ask), (method, path)
        asked += 1
    assert asked > 100
    assert (scene.rows(), scene.keys()) == (before, kept)


@pytest.mark.parametrize("who", ["another shopper", "staff"])
def test_another_person_reads_and_changes_nothing(app: Flask, scene: Scene, make: World, who: str) -> None:
    """Staff have the admin site; on a shopper's pages they are anybody."""
    asker = make.person("fredrick", "13800000002", is_staff=who == "staff")
    client = entering(app, asker)
    before, kept = scene.rows(), scene.keys()
    for rule, method, ask in order_of(scene):
        path = path_of(app, scene, rule, method)
        for accept in ("application/json", "text/html"):
            answer = send(client, path, method, ask, accept)
            seen = (method, path, accept, answer.status_code, answer.text[:300])
            refused = {403, 404}
            if rule.endpoint == "users.addresses" and accept != "text/html":
                refused = {200}  # the list as JSON opens no form
            if rule.endpoint == "pictures.seen" and who == "staff":
                continue  # staff decide on what people send back: they see its pictures
            if ask.whose == HERS:
                assert answer.status_code in refused, seen
            assert answer.status_code < 500 or rule.endpoint == "orders.waiting", seen
            assert not scene.told(answer, path, ask), (*seen, scene.told(answer, path, ask))
    after = scene.rows()
    for table, rows in before.items():
        hers = [row for row in rows if not of_the_asker(table, row, asker)]
        assert [row for row in hers if row not in after[table]] == [], f"{table}: a row of hers is changed or gone"
        made = [row for row in after[table] if row not in rows and not of_the_asker(table, row, asker)]
        told = json.dumps(made, default=str, ensure_ascii=False)
        assert not scene.hers.left_in(told), f"{table}: {told}"
        assert all(row.get("user_id") != scene.lily.id for row in made), f"{table}: {told}"
    assert scene.keys() == kept


@pytest.mark.parametrize("who", ["shopper", "staff without the right"])
def test_who_has_no_right_finds_no_door_in_the_admin_site(app: Flask, scene: Scene, make: World, who: str) -> None:
    """What each right opens is tried in tests/staff; here nobody has any. Staff see the site's empty first page."""
    asker = make.person("fredrick", "13800000002", is_staff=who != "shopper")
    client = entering(app, asker)
    before, kept = scene.rows(), scene.keys()
    body = {"id": 1, "rowid": 1, "action": "delete", "number": scene.number("orders.number"), "url": "/admin/"}
    ask, asked = Ask(HERS, body, body), set()
    for rule, method in private_rules(app):
        if not rule.rule.startswith("/admin/"):
            continue
        path = path_of(app, scene, rule, method)
        for accept in ("application/json", "text/html"):
            answer = send(client, path, method, ask, accept)
            expected = 200 if who != "shopper" and rule.endpoint == "admin.index" else 403
            assert answer.status_code == expected, (method, path, answer.status_code, answer.text[:300])
            assert not scene.told(answer, path, ask), (method, path)
        asked.add(rule.endpoint)
    assert {"admin.index", "admin_users.index_view", "admin_orders.ship", "admin_goods_io.one"} <= asked
    assert (scene.rows(), scene.keys()) == (before, kept)


def test_public_pages_tell_nothing_of_hers(app: Flask, scene: Scene, fred: Person) -> None:
    for client in (entering(app, None), entering(app, fred)):
        for rule in app.url_map.iter_rules():
            if rule.endpoint not in PUBLIC or rule.arguments - {"sku_id", "page", "name"} or "GET" not in rule.methods:
                continue
            path = path_of(app, scene, rule, "GET")
            for accept in ("application/json", "text/html"):
                ask = Ask(HERS, query={"user_id": scene.lily.id})
                answer = send(client, path, "GET", ask, accept)
                assert answer.status_code < 500, (path, answer.text[:300])
                assert not scene.told(answer, path, ask), (path, accept, scene.told(answer, path, ask))


def test_she_herself_reaches_every_one_of_them(app: Flask, scene: Scene) -> None:
    """The control: the numbers are real ones, and what strangers may not read would be seen."""
    client = entering(app, scene.lily)
    read = ""
    for rule, method, ask in order_of(scene):
        path = path_of(app, scene, rule, method)
        answer = send(client, path, method, ask)
        if rule.endpoint not in NOT_FOR_HER:
            seen = (method, path, answer.status_code, answer.text[:300])
            assert answer.status_code not in {401, 403, 404, 500}, seen
        read += answer.text
    for column in ("orders.receiver", "orders.address_text", "addresses.place", "invoices.title", "sign_ins.address"):
        assert scene.hers.of(column) in read, column


def test_a_new_address_without_a_line_is_noticed(app: Flask, scene: Scene) -> None:
    rule = Rule("/secret/<diary_id>/", endpoint="users.diary")
    Map([rule])
    with pytest.raises(AssertionError, match="diary_id"):
        scene.arguments(rule)
