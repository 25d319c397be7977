"""Divisions: the file, the pickers, and three levels that must belong together."""

from pathlib import Path

import pytest
from flask import Flask

from app.areas import queries, services
from app.areas.errors import BadAreaFile, NoSuchArea, WrongArea
from app.areas.models import Area
from app.areas.reading import SHIPPED, read_divisions
from app.shared.db import db
from app.shared.redis import redis
from tests.factories.world import World
from tests.pages import PageClient

HEAD = "code,name,parent_code,level\n"


def file_of(folder: Path, *lines: str) -> Path:
    path = folder / "areas.csv"
    path.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_shipped_file_is_complete_to_the_third_level() -> None:
    divisions = read_divisions(SHIPPED)
    parents = {each.parent_id for each in divisions}

    assert len(divisions) == 3846
    assert sum(each.level == 1 for each in divisions) == 34
    assert [each.name for each in divisions if each.level < 3 and each.id not in parents] == []
    assert {"台湾省", "香港特别行政区", "澳门特别行政区"} <= {each.name for each in divisions}


def test_load_twice_changes_nothing_and_mends_names(app: Flask) -> None:
    runner = app.test_cli_runner()

    first = runner.invoke(args=["areas", "load"])
    with app.app_context():
        services.load_areas([each for each in read_divisions(SHIPPED) if each.id == 110000][:1])
        before = {row.id: (row.name, row.parent_id, row.level) for row in db.session.query(Area)}
    second = runner.invoke(args=["areas", "load"])

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert first.output == second.output == "3846 areas loaded\n"
    with app.app_context():
        assert {row.id: (row.name, row.parent_id, row.level) for row in db.session.query(Area)} == before
        assert len(queries.provinces()) == 34


def test_load_renames_and_the_picker_sees_it_at_once(app: Flask, client: PageClient, tmp_path: Path) -> None:
    runner = app.test_cli_runner()
    runner.invoke(args=["areas", "load", str(file_of(tmp_path, "110000,旧名,,1"))])
    assert client.json("GET", "/areas/")[1]["province_list"] == [{"id": 110000, "name": "旧名"}]

    runner.invoke(args=["areas", "load", str(file_of(tmp_path, "110000,北京市,,1"))])

    assert client.json("GET", "/areas/")[1]["province_list"] == [{"id": 110000, "name": "北京市"}]


def test_city_without_districts_is_accepted(app: Flask, tmp_path: Path) -> None:
    path = file_of(tmp_path, "441900,东莞市,440000,2", "440000,广东省,,1")  # children may come first

    result = app.test_cli_runner().invoke(args=["areas", "load", str(path)])

    assert result.exit_code == 0
    with app.app_context():
        assert queries.children(441900) == []
        queries.check_chain(440000, 441900, None)


@pytest.mark.parametrize(
    "line", ["110100,北京市,990000,2", "110100,北京市,,2", "x,北京市,,1", "110000,北京市,,4", "110000,,,1"]
)
def test_wrong_file_writes_nothing(app: Flask, tmp_path: Path, line: str) -> None:
    path = file_of(tmp_path, "120000,天津市,,1", line)

    with pytest.raises(BadAreaFile):
        read_divisions(path)
    result = app.test_cli_runner().invoke(args=["areas", "load", str(path)])

    assert result.exit_code == 1
    assert "areas.csv" in result.output
    with app.app_context():
        assert queries.provinces() == []


def test_picker_lists(make: World, client: PageClient) -> None:
    make.areas()

    assert client.json("GET", "/areas/") == (
        200,
        {
            "code": "0",
            "errmsg": "OK",
            "province_list": [{"id": 130000, "name": "河北省"}, {"id": 440000, "name": "广东省"}],
        },
    )
    status, answer = client.json("GET", "/areas/?area_id=130000")
    assert (status, answer["sub_data"]) == (
        200,
        {"id": 130000, "name": "河北省", "subs": [{"id": 130100, "name": "石家庄市"}]},
    )


def test_picker_fragment(make: World, client: PageClient) -> None:
    make.areas()

    below = client.get("/areas/?area_id=130000", headers={"HX-Request": "true"}).text
    reset = client.get("/areas/?area_id=", headers={"HX-Request": "true"}).text

    assert '<option value="130100">石家庄市</option>' in below
    assert reset.count("<option") == 1


@pytest.mark.parametrize(
    ("area_id", "status", "code"),
    [("999999", 404, "5003"), ("x", 400, "5006"), ("-1", 400, "5006"), ("１", 400, "5006"), ("9" * 40, 400, "5006")],
)
def test_adr_6_unknown_and_unreadable_codes(client: PageClient, area_id: str, status: int, code: str) -> None:
    answer = client.json("GET", f"/areas/?area_id={area_id}")

    assert (answer[0], answer[1]["code"]) == (status, code)


def test_adr_6_cache_keeps_known_codes_only(make: World, client: PageClient, app: Flask, count_queries) -> None:
    make.areas()
    client.json("GET", "/areas/?area_id=130000")
    client.json("GET", "/areas/?area_id=999999")

    with count_queries() as counted:
        client.json("GET", "/areas/?area_id=130000")

    assert counted.sql == []
    with app.app_context():
        assert [key for key in redis().keys("cache:areas.*")] == ["cache:areas.division.130000"]


def test_path_and_names_take_one_statement(make: World, app: Flask, count_queries) -> None:
    make.areas()

    with count_queries() as counted, app.app_context():
        assert [each.name for each in queries.path(130102)] == ["河北省", "石家庄市", "长安区"]
        assert [each.name for each in queries.path(130000)] == ["河北省"]
        assert queries.names([130000, 441900, 1]) == {130000: "河北省", 441900: "东莞市"}
        assert queries.names([]) == {}

    assert len(counted.sql) == 3
    with app.app_context(), pytest.raises(NoSuchArea):
        queries.path(5)


@pytest.mark.parametrize(
    ("chain", "fits"),
    [
        ((130000, 130100, 130102), True),
        ((440000, 441900, None), True),
        ((130000, 130100, None), False),  # there are districts to choose from
        ((130000, None, None), False),
        ((440000, None, 441900), False),
        ((440000, 130100, 130102), False),
        ((130100, 130102, None), False),
        ((130000, 130100, 441900), False),
        ((990000, None, None), False),
    ],
)
def test_three_levels_belong_together(
    make: World, app: Flask, chain: tuple[int, int | None, int | None], fits: bool
) -> None:
    make.areas()

    with app.app_context():
        if fits:
            queries.check_chain(*chain)
        else:
            with pytest.raises(WrongArea):
                queries.check_chain(*chain)
