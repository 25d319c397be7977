"""Staff change divisions: names, new ones, closed ones; what is in use stays; two staff at once."""

import pytest
from flask import Flask
from sqlalchemy import select

from app.areas import queries, services
from app.areas.errors import AreaInUse, AreaTaken, BadAreaName, BadCode, NoSuchArea, StaleArea, WrongArea
from app.areas.models import Area
from app.shared.db import db
from tests.concurrency.conftest import at_once
from tests.factories.world import Person, World
from tests.pages import PageClient


@pytest.fixture
def tree(ctx: Flask, make: World) -> Flask:
    """河北省 石家庄市 长安区, 广东省 东莞市."""
    make.areas()
    return ctx


def row(area_id: int) -> Area:
    db.session.rollback()
    return db.session.scalars(select(Area).where(Area.id == area_id).execution_options(populate_existing=True)).one()


def provinces(client: PageClient) -> list[str]:
    return [each["name"] for each in client.json("GET", "/areas/")[1]["province_list"]]


def below(client: PageClient, area_id: int) -> list[str]:
    return [each["name"] for each in client.json("GET", f"/areas/?area_id={area_id}")[1]["sub_data"]["subs"]]


def test_a_name_changes_and_the_pickers_follow_at_once(tree: Flask, client: PageClient) -> None:
    assert (provinces(client), below(client, 130000)) == (["河北省", "广东省"], ["石家庄市"])
    services.rename_area(130000, 1, " 冀 ")
    services.rename_area(130100, 1, "石门市")
    assert (provinces(client), below(client, 130000)) == (["冀", "广东省"], ["石门市"])
    assert row(130000).version == 2
    with pytest.raises(StaleArea):
        services.rename_area(130000, 1, "河北")
    with pytest.raises(AreaTaken):
        services.rename_area(130000, 2, "广东省")
    services.rename_area(130000, 2, "冀")
    for name in ("", "长" * 31, "a\x07b"):
        with pytest.raises(BadAreaName):
            services.rename_area(130000, 3, name)
    with pytest.raises(NoSuchArea):
        services.rename_area(999999, 1, "无")


def test_new_divisions_lie_where_they_belong(tree: Flask, client: PageClient) -> None:
    below(client, 130100)
    services.add_area(130104, "桥西区", 130100)
    assert below(client, 130100) == ["长安区", "桥西区"]
    assert row(130104).level == 3
    services.add_area(460000, "海南省", None)
    assert provinces(client)[-1] == "海南省"
    with pytest.raises(AreaTaken):
        services.add_area(130104, "别的", 130100)
    with pytest.raises(AreaTaken):
        services.add_area(130105, "桥西区", 130100)
    with pytest.raises(BadCode):
        services.add_area(130199, "第四级", 130104)
    with pytest.raises(BadCode):
        services.add_area(42, "短", None)
    with pytest.raises(NoSuchArea):
        services.add_area(130106, "无", 999999)


def test_what_is_in_use_is_not_deleted_and_the_numbers_are_said(tree: Flask, make: World, lily: Person) -> None:
    make.address(lily.id)
    with pytest.raises(AreaInUse) as problem:
        services.drop_area(130102, 1)
    assert problem.value.facts == {"children": 0, "addresses": 2}  # the fixture's and this one
    with pytest.raises(AreaInUse) as problem:
        services.drop_area(130100, 1)
    assert problem.value.facts["children"] == 1
    assert row(130102).name == "长安区"
    with pytest.raises(StaleArea):
        services.drop_area(441900, 7)
    services.drop_area(441900, 1)
    with pytest.raises(NoSuchArea):
        services.drop_area(441900, 1)


def test_the_foreign_key_stands_behind_the_count(
    tree: Flask, make: World, lily: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "uses_of", lambda _id: queries.Uses(0, 0))  # an address comes after the look
    with pytest.raises(AreaInUse):
        services.drop_area(130102, 1)
    assert row(130102).name == "长安区"


def test_a_closed_one_is_not_offered_and_not_taken(tree: Flask, client: PageClient) -> None:
    queries.check_chain(130000, 130100, 130102)
    services.set_open(130102, 1, False)
    assert below(client, 130100) == []
    with pytest.raises(WrongArea):
        queries.check_chain(130000, 130100, 130102)
    queries.check_chain(130000, 130100, None)
    services.set_open(130000, 1, False)
    assert provinces(client) == ["广东省"]
    with pytest.raises(WrongArea):
        queries.check_chain(130000, 130100, None)
    assert queries.path(130102)[0].name == "河北省", "addresses that name it are shown as ever"
    services.set_open(130000, 2, True)
    assert provinces(client) == ["河北省", "广东省"]


@pytest.mark.race
def test_of_many_who_rename_at_once_one_does(app: Flask, make: World) -> None:
    make.areas()

    def rename(number: int) -> str:
        with app.app_context():
            try:
                services.rename_area(441900, 1, f"名 {number}")
            except StaleArea:
                return "StaleArea"
            return "done"

    outcomes = at_once([lambda n=n: rename(n) for n in range(6)])
    assert sorted(outcomes) == ["StaleArea"] * 5 + ["done"]


def test_the_tree_is_one_statement_a_level(tree: Flask) -> None:
    assert [(card.name, card.below) for card in queries.cards(None)] == [("河北省", 1), ("广东省", 1)]
    assert [card.name for card in queries.cards(130100)] == ["长安区"]
    assert [card.name for card in queries.find_cards("安")] == ["长安区"]
    assert [card.name for card in queries.find_cards("441900")] == ["东莞市"]
    assert queries.find_cards("%") == []


@pytest.fixture
def desk(app: Flask, tom: Person) -> PageClient:
    client = PageClient(app)
    client.sign_in(tom.username, tom.password)
    return client


def test_the_desk_renames_adds_closes_and_drops(app: Flask, make: World, desk: PageClient, lily: Person) -> None:
    assert "河北省" in desk.get("/admin/areas/").text
    assert "长安区" in desk.get("/admin/areas/?below=130100").text
    assert "东莞市" in desk.get("/admin/areas/?q=东莞").text
    desk.post("/admin/areas/441900/rename/", {"version": "1", "name": "莞城"})
    page = desk.get("/admin/areas/441900/").text
    assert "莞城" in page
    assert "撤销" in page
    desk.post("/admin/areas/441900/rename/", {"version": "1", "name": "别的"})
    assert "刚被同事修改过" in desk.get("/admin/areas/441900/").text
    desk.post("/admin/areas/add/", {"parent": "441900", "code": "441901", "name": "南城"})
    assert "南城" in desk.get("/admin/areas/?below=441900").text
    desk.post("/admin/areas/441900/drop/", {"version": "2"})
    assert "下面还有 1 个下级地区" in desk.get("/admin/areas/441900/").text
    desk.post("/admin/areas/441901/open/", {"version": "1", "open": "0"})
    assert "停用" in desk.get("/admin/areas/441901/").text
    desk.post("/admin/areas/441901/drop/", {"version": "2"})
    assert desk.get("/admin/areas/441901/", fails=True).status_code == 404
    make.address(lily.id)
    assert "不能删除：0 个下级地区，2 个收货地址" in desk.get("/admin/areas/130102/").text
    assert desk.post("/admin/areas/add/", {"parent": "x", "code": "1", "name": "a"}, fails=True).status_code == 400
