"""The address book: whose it is, what is in it, which one is preselected."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask

from app.areas.models import Area
from app.shared.db import db
from app.shared.errors import NotFound
from app.users import addresses as book
from app.users import services
from app.users.addresses import AddressValues
from app.users.errors import TooManyAddresses
from app.users.models import Address, User
from tests.factories.world import Person, World
from tests.pages import PageClient

GOOD: dict[str, Any] = {
    "receiver": "王小明",
    "province_id": 130000,
    "city_id": 130100,
    "district_id": 130102,
    "place": "中山路 8 号",
    "mobile": "13912345678",
}
VALUES = AddressValues("王小明", 130000, 130100, 130102, "中山路 8 号", "13912345678")


def default_of(app: Flask, person: Person) -> int | None:
    with app.app_context():
        return db.session.get_one(User, person.id).default_address_id


@pytest.fixture
def fred_in(make: World, fred_client: PageClient) -> PageClient:
    """Fred, signed in, with no address yet."""
    make.areas()
    return fred_client


def create(client: PageClient, **changes: Any) -> tuple[int, Any]:
    return client.json("POST", "/addresses/create/", {**GOOD, **changes})


def test_the_first_becomes_the_default_and_is_told_in_full(fred_in: PageClient, fred: Person) -> None:
    status, answer = create(fred_in, tel="0311-6234567", email="Wang+shop@mail.example.com")
    assert status == 200
    assert answer["address"] == {
        **GOOD,
        "id": answer["address"]["id"],
        "title": "王小明",
        "province": "河北省",
        "city": "石家庄市",
        "district": "长安区",
        "tel": "0311-6234567",
        "email": "Wang+shop@mail.example.com",
        "is_default": True,
    }
    second = create(fred_in, title="公司")[1]["address"]
    assert (second["title"], second["is_default"]) == ("公司", False)
    _, listed = fred_in.json("GET", "/addresses/")
    assert [each["id"] for each in listed["addresses"]] == [answer["address"]["id"], second["id"]]
    assert (listed["default_address_id"], listed["limit"]) == (answer["address"]["id"], 20)


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"receiver": ""}, "4003", "receiver"),
        ({"place": None}, "4003", "place"),
        ({"province_id": None}, "4003", "province_id"),
        ({"province_id": "abc"}, "5006", "province_id"),
        ({"mobile": "1391234567"}, "5006", "mobile"),
        ({"tel": "2" * 200 + "x"}, "5006", "tel"),
        ({"email": "not a mail"}, "5006", "email"),
        ({"receiver": "王" * 21}, "5006", "receiver"),
        ({"place": "路" * 101}, "5006", "place"),
        ({"receiver": "王\u202e小明"}, "5006", "receiver"),
        ({"title": "家" * 21}, "5006", "title"),
    ],
)
def test_what_is_wrong_is_named(fred_in: PageClient, changes: dict[str, Any], code: str, field: str) -> None:
    status, answer = create(fred_in, **changes)
    assert (status, answer["code"]) == (400, code)
    assert list(answer["errors"]) == [field]
    assert fred_in.json("GET", "/addresses/")[1]["addresses"] == []


@pytest.mark.parametrize(
    "chain",
    [
        {"district_id": None},
        {"city_id": None, "district_id": None},
        {"city_id": 441900},
        {"province_id": 440000},
        {"province_id": 999999},
        {"province_id": 130100, "city_id": 130102, "district_id": None},
    ],
)
def test_adr_4_areas_must_belong_together(fred_in: PageClient, chain: dict[str, Any]) -> None:
    status, answer = create(fred_in, **chain)
    assert (status, answer["code"]) == (400, "5006")


def test_adr_4_a_city_without_districts_is_accepted(fred_in: PageClient) -> None:
    status, answer = create(fred_in, province_id=440000, city_id=441900, district_id=None)
    assert status == 200
    assert (answer["address"]["city"], answer["address"]["district"], answer["address"]["district_id"]) == (
        "东莞市",
        "",
        None,
    )


@pytest.mark.parametrize("deeper", [None, 1])
def test_adr_4_a_region_without_cities_is_accepted_and_nothing_below_it(
    fred_in: PageClient, make: World, deeper: int | None
) -> None:
    make.run(lambda: db.session.add(Area(id=710000, name="台湾省", parent_id=None, level=1)))
    status, answer = create(fred_in, province_id=710000, city_id=deeper and 130100, district_id=None)
    assert status == (400 if deeper else 200), answer
    if not deeper:
        assert answer["address"]["province"] == "台湾省"


def test_adr_4_a_level_without_choices_says_so_without_scripts(fred_in: PageClient, make: World) -> None:
    make.run(lambda: db.session.add(Area(id=710000, name="台湾省", parent_id=None, level=1)))
    typed = {"receiver": "王小明", "choose": "1"}
    page = fred_in.post("/addresses/create/", {**typed, "province_id": "710000"}).text
    assert page.count("无需选择</option>") == 2
    page = fred_in.post("/addresses/create/", {**typed, "province_id": "440000", "city_id": "441900"}).text
    assert page.count("无需选择</option>") == 1
    page = fred_in.post("/addresses/create/", {**typed, "province_id": "440000"}).text
    assert "无需选择</option>" not in page


def test_adr_3_without_default_and_optional_fields_page_and_json_stand(
    fred_in: PageClient, fred: Person, make: World
) -> None:
    def write() -> None:
        row = {"receiver": "王", "province_id": 130000, "city_id": 130100, "district_id": 130102, "place": "x"}
        db.session.add(Address(user_id=fred.id, title="家", mobile="13900000000", **row))

    make.run(write)
    _, told = fred_in.json("GET", "/addresses/")
    assert told["default_address_id"] is None
    assert (told["addresses"][0]["tel"], told["addresses"][0]["email"]) == ("", "")
    page = fred_in.get("/addresses/").text
    assert "None" not in page
    assert "默认地址" not in page


def test_adr_5_the_edit_form_opens_with_its_areas_chosen(fred_in: PageClient) -> None:
    told = create(fred_in)[1]["address"]
    assert (told["province_id"], told["city_id"], told["district_id"]) == (130000, 130100, 130102)
    page = fred_in.get(f"/addresses/?edit={told['id']}").text
    for code in (130000, 130100, 130102):
        assert f'<option selected value="{code}">' in page


def test_a_title_is_changed_alone(fred_in: PageClient) -> None:
    told = create(fred_in, title="公司")[1]["address"]
    path = f"/addresses/{told['id']}/title/"
    status, answer = fred_in.json("PUT", path, {"title": " 老家 "})
    assert (status, answer["address"]) == (200, {**told, "title": "老家"})
    for wrong in ("", "家" * 21, "a\u202eb", None):
        status, answer = fred_in.json("PUT", path, {"title": wrong})
        assert (status, list(answer["errors"])) == (400, ["title"])
    back = fred_in.post(f"{path}?_method=PUT", {"title": "奶奶家"})
    assert back.location == f"/addresses/#address-{told['id']}"
    assert "奶奶家" in fred_in.get("/addresses/").text
    assert fred_in.post(f"{path}?_method=PUT", {"title": ""}).status_code == 303
    assert "请输入地址标签" in fred_in.get("/addresses/").text


def test_adr_5_an_edit_keeps_the_title(fred_in: PageClient) -> None:
    address_id = create(fred_in, title="公司")[1]["address"]["id"]
    status, answer = fred_in.json("PUT", f"/addresses/{address_id}/", {**GOOD, "receiver": "李四"})
    assert status == 200
    assert (answer["address"]["receiver"], answer["address"]["title"]) == ("李四", "公司")


def test_adr_2_deleting_the_default_picks_the_newest_other_and_the_last_leaves_none(
    fred_in: PageClient, fred: Person
) -> None:
    one, two, three = (create(fred_in)[1]["address"]["id"] for _ in range(3))
    assert fred_in.json("DELETE", f"/addresses/{one}/")[0] == 200
    assert default_of(fred_in.app, fred) == three
    assert fred_in.json("PUT", f"/addresses/{two}/default/")[0] == 200
    assert default_of(fred_in.app, fred) == two
    assert fred_in.json("DELETE", f"/addresses/{three}/")[0] == 200
    assert default_of(fred_in.app, fred) == two
    assert fred_in.json("DELETE", f"/addresses/{two}/")[0] == 200
    assert default_of(fred_in.app, fred) is None
    assert fred_in.json("DELETE", f"/addresses/{two}/")[0] == 404
    assert fred_in.json("PUT", f"/addresses/{two}/default/")[0] == 404
    with fred_in.app.app_context():
        assert db.session.query(Address).count() == 3, "orders may still point at a deleted address"


def test_other_peoples_addresses_do_not_exist(fred_in: PageClient, lily: Person, fred: Person) -> None:
    with fred_in.app.app_context():
        hers = book.list_addresses(lily.id)[0]
        with pytest.raises(NotFound):
            book.get_address(fred.id, hers.id)
    for method, path in (("PUT", ""), ("DELETE", ""), ("PUT", "default/"), ("PUT", "title/")):
        status, answer = fred_in.json(
            method, f"/addresses/{hers.id}/{path}", {**GOOD, "title": "x"} if method == "PUT" else None
        )
        assert (status, answer["code"]) == (404, "5003")
    assert fred_in.get(f"/addresses/?edit={hers.id}", fails=True).status_code == 404
    with fred_in.app.app_context():
        assert book.list_addresses(lily.id) == [hers]
    assert default_of(fred_in.app, fred) is None


def test_a_stranger_is_asked_to_sign_in(client: PageClient) -> None:
    for method, path in (("GET", "/addresses/"), ("POST", "/addresses/create/"), ("DELETE", "/addresses/1/")):
        status, answer = client.json(method, path)
        assert (status, answer["code"]) == (401, "4101")


def test_adr_1_only_live_addresses_count(ctx: Flask, make: World, fred: Person) -> None:
    make.areas()
    ids = [services.add_address(fred.id, VALUES) for _ in range(20)]
    with pytest.raises(TooManyAddresses) as caught:
        services.add_address(fred.id, VALUES)
    assert (caught.value.code, caught.value.http_status, caught.value.facts) == ("5202", 409, {"limit": 20})
    services.remove_address(fred.id, ids[3])
    services.add_address(fred.id, VALUES)


def test_adr_1_the_limit_holds_when_many_add_at_once(app: Flask, make: World, fred: Person) -> None:
    make.areas()
    with app.app_context():
        for _ in range(18):
            services.add_address(fred.id, VALUES)
    gate, results = threading.Barrier(5), list[bool]()

    def add() -> None:
        with app.app_context():
            gate.wait(10)
            try:
                services.add_address(fred.id, VALUES)
                results.append(True)
            except TooManyAddresses:
                results.append(False)

    threads = [threading.Thread(target=add) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(results) == [False] * 3 + [True] * 2
    with app.app_context():
        assert len(book.list_addresses(fred.id)) == 20


def test_the_book_costs_one_query(
    ctx: Flask, make: World, fred: Person, count_queries: Callable[[], AbstractContextManager[Any]]
) -> None:
    make.areas()
    for total in (2, 10):
        while len(book.list_addresses(fred.id)) < total:
            services.add_address(fred.id, VALUES)
        with count_queries() as counted:
            cards = book.list_addresses(fred.id)
        assert (len(cards), len(counted.sql)) == (total, 1)


def test_texts_of_a_card(ctx: Flask, lily: Person) -> None:
    card = book.list_addresses(lily.id)[0]
    assert card.region == "河北省 石家庄市 长安区"
    assert card.full_text == "河北省 石家庄市 长安区 中山路 1 号"


def test_a_municipality_is_said_once() -> None:
    card = book.AddressCard(
        1, "家", "李", "139", "北京市", "北京市", "东城区", "某街", "", "", 110000, 110100, 110101, False
    )
    assert card.region == "北京市 东城区"


# --- pages, without JavaScript --------------------------------------------------------------------------------------

FORM = {name: str(value) for name, value in GOOD.items()}


def test_the_page_creates_edits_and_deletes(fred_in: PageClient, fred: Person) -> None:
    assert "还没有收货地址" in fred_in.get("/addresses/").text
    response = fred_in.post("/addresses/create/", {**FORM, "next": "/orders/settlement/"})
    assert (response.status_code, response.location) == (303, "/orders/settlement/")
    with fred_in.app.app_context():
        (card,) = book.list_addresses(fred.id)
    page = fred_in.get(f"/addresses/?edit={card.id}&next=/orders/settlement/").text
    assert 'value="中山路 8 号"' in page
    assert '<option selected value="130102">长安区</option>' in page
    assert 'value="/orders/settlement/"' in page
    edited = fred_in.post(f"/addresses/{card.id}/?_method=PUT", {**FORM, "receiver": "李四"})
    assert (edited.status_code, edited.location) == (303, "/addresses/")
    assert "李四" in fred_in.get("/addresses/").text
    assert fred_in.post(f"/addresses/{card.id}/default/?_method=PUT").status_code == 303
    assert fred_in.post(f"/addresses/{card.id}/?_method=DELETE").status_code == 303
    assert "还没有收货地址" in fred_in.get("/addresses/").text


def test_areas_are_picked_step_by_step(fred_in: PageClient) -> None:
    typed = {"receiver": "王小明", "place": "中山路 8 号", "choose": "1"}
    page = fred_in.post("/addresses/create/", {**typed, "province_id": "130000"}).text
    assert '<option selected value="130000">河北省</option>' in page
    assert '<option value="130100">石家庄市</option>' in page
    assert "长安区" not in page
    assert 'value="王小明"' in page
    assert "请输入手机号" not in page
    page = fred_in.post("/addresses/create/", {**typed, "province_id": "130000", "city_id": "130100"}).text
    assert '<option value="130102">长安区</option>' in page
    page = fred_in.post("/addresses/create/", {**typed, "province_id": "440000", "city_id": "130100"}).text
    assert '<option value="441900">东莞市</option>' in page
    assert "长安区" not in page, "the city belongs to another province: taken back"
    assert fred_in.json("GET", "/addresses/")[1]["addresses"] == []


def test_a_mistake_shows_the_form_again(fred_in: PageClient) -> None:
    response = fred_in.post("/addresses/create/", {**FORM, "mobile": "123", "next": "//evil.example"}, fails=True)
    assert response.status_code == 400
    assert "请输入正确的手机号" in response.text
    assert 'value="中山路 8 号"' in response.text
    assert '<option selected value="130102">长安区</option>' in response.text
    assert "evil.example" not in response.text
    response = fred_in.post("/addresses/create/", {**FORM, "district_id": ""}, fails=True)
    assert response.status_code == 400
    assert "请选择完整的省、市、区" in response.text


def test_what_people_type_is_only_ever_text(fred_in: PageClient) -> None:
    nasty = "</script><b>"
    fred_in.post("/addresses/create/", {**FORM, "receiver": nasty, "place": nasty})
    page = fred_in.get("/addresses/").text
    assert nasty not in page
    assert "&lt;/script&gt;&lt;b&gt;" in page
