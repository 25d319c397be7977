"""Stock by hand: by a difference, after a count, from a terminal; what buyers do meanwhile is never lost."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.goods import adjusting, queries, stock
from app.goods.adjusting import Count
from app.goods.bulk_models import BulkEdit
from app.goods.errors import BadReason, BadStock, NoSuchSKU, OutOfStock
from app.goods.models import StockMovement
from app.goods.signals import restocked
from app.shared import clock
from app.shared.db import db
from app.shared.uow import unit_of_work
from tests.factories.world import World
from tests.goods.shelf import values_of

TOM = "staff:1"


def adjust(sku_id: int, delta: int, once: str = "") -> int:
    return adjusting.adjust_stock(sku_id, delta, reason="到货", actor=TOM, once=once)


def count(sku_id: int, counted: int, once: str = "", **known: Any) -> int:
    return adjusting.count_stock(Count(sku_id, counted, **known), reason="盘点", actor=TOM, once=once)


def sell(sku_id: int, number: str, pieces: int = 1) -> None:
    @unit_of_work
    def order() -> None:
        locked = stock.lock_skus([sku_id])
        stock.reserve_stock(locked, {sku_id: pieces}, order_number=number, actor="user:1")

    order()


def test_a_difference_moves_stock_and_leaves_a_line(make: World, ctx: Flask) -> None:
    sku = make.sku(stock=10)

    assert adjust(sku, 5) == 15
    assert adjust(sku, -15) == 0
    assert adjust(sku, 0) == 0
    with pytest.raises(OutOfStock):
        adjust(sku, -1)

    lines = select(StockMovement.stock_delta, StockMovement.reason, StockMovement.actor, StockMovement.kind)
    found = [tuple(row) for row in db.session.execute(lines.order_by(StockMovement.id))][1:]
    assert found == [(5, "到货", TOM, "adjust"), (-15, "到货", TOM, "adjust")]
    assert values_of(make, sku, "stock", "version") == (0, 1)


def test_what_cannot_be_adjusted(make: World, ctx: Flask) -> None:
    sku = make.sku()
    with pytest.raises(NoSuchSKU):
        adjust(999, 1)
    with pytest.raises(BadStock):
        adjust(sku, 10_000_000)
    for text in ("", "  ", "x" * 81, "a\x00b"):
        with pytest.raises(BadReason):
            adjusting.adjust_stock(sku, 1, reason=text, actor=TOM)
    assert values_of(make, sku, "stock") == (10,)


def test_reasons_are_chosen_and_explained() -> None:
    assert adjusting.read_reason("damage", " 雨淋  了 ") == "报损：雨淋 了"
    assert adjusting.read_reason("count", "") == "盘点"
    for kind, note in (("other", ""), ("theft", "x"), ("count", "x" * 90)):
        with pytest.raises(BadReason):
            adjusting.read_reason(kind, note)


@pytest.mark.race
def test_a_form_sent_eight_times_moves_once(make: World, app: Flask) -> None:
    sku = make.sku(stock=10)
    together = threading.Barrier(8)

    def send(_number: int) -> int:
        with app.app_context():
            together.wait(30)
            return adjust(sku, 5, once="one-form")

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(send, range(8))) == {15}
    assert values_of(make, sku, "stock") == (15,)


def test_what_was_empty_and_is_not_is_good_news(make: World, ctx: Flask) -> None:
    sku = make.sku(stock=0)
    heard: list[tuple[int, ...]] = []

    def hear(_sender: object, sku_ids: tuple[int, ...]) -> None:
        heard.append(sku_ids)

    with restocked.connected_to(hear):
        adjust(sku, 2)
        adjust(sku, 2)
    assert heard == [(sku,)]


def test_a_count_is_a_difference_to_what_was_seen(make: World, ctx: Flask) -> None:
    sku = make.sku(stock=12)
    sell(sku, "T1", 2)  # after the shelf was counted, before the count was written

    assert count(sku, 11, seen=12) == -1

    assert values_of(make, sku, "stock", "sales") == (9, 2)
    assert count(sku, 9) == 0
    assert count(sku, 4) == -5
    assert values_of(make, sku, "stock") == (4,)
    with pytest.raises(BadStock):
        count(sku, -1)
    with pytest.raises(OutOfStock):
        count(sku, 0, seen=5)
    assert queries.stock_drifts() == []


def test_a_count_of_an_hour_ago_knows_the_stock_of_then(make: World, ctx: Flask) -> None:
    sku = make.sku(stock=12)
    ago = clock.now() - timedelta(hours=2)
    make.run(lambda: db.session.execute(update(StockMovement).values(created_at=ago)))
    sell(sku, "T1", 3)

    assert count(sku, 10, at=clock.now() - timedelta(hours=1)) == -2

    assert values_of(make, sku, "stock") == (7,)


@pytest.mark.race
def test_no_sale_is_lost_while_the_shelf_is_counted(make: World, app: Flask) -> None:
    """Twelve buyers and a count of `one less than the mall says`, all at the same moment."""
    sku = make.sku(stock=20)
    together = threading.Barrier(13)

    def buy(number: int) -> None:
        with app.app_context():
            together.wait(30)
            sell(sku, f"T{number}")

    with ThreadPoolExecutor(13) as pool:
        buying = [pool.submit(buy, number) for number in range(12)]
        with app.app_context():
            together.wait(30)
            assert count(sku, 19, seen=20) == -1
        for each in buying:
            each.result(60)

    assert values_of(make, sku, "stock", "sales") == (7, 12)
    with app.app_context():
        assert queries.stock_drifts() == []


@pytest.mark.race
def test_a_count_of_just_now_keeps_the_ledger_whole_among_buyers(make: World, app: Flask) -> None:
    sku = make.sku(stock=20)
    together = threading.Barrier(9)

    def buy(number: int) -> None:
        with app.app_context():
            together.wait(30)
            sell(sku, f"T{number}")

    with ThreadPoolExecutor(9) as pool:
        buying = [pool.submit(buy, number) for number in range(8)]
        with app.app_context():
            together.wait(30)
            moved = count(sku, 30)
        for each in buying:
            each.result(60)

    left, sold = values_of(make, sku, "stock", "sales")
    assert (left, sold) == (20 + moved - 8, 8)
    assert 10 <= moved <= 18
    with app.app_context():
        assert queries.stock_drifts() == []


def run(app: Flask, *words: object) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["goods", *map(str, words)])
    return result.exit_code, result.output


def test_adjust_by_command(make: World, app: Flask) -> None:
    sku = make.sku(stock=10)
    assert run(app, "adjust-stock", sku, "-3", "--reason", "报损") == (0, f"SKU {sku}: -3, stock 7\n")
    assert run(app, "adjust-stock", sku, "+5", "--reason", "到货") == (0, f"SKU {sku}: +5, stock 12\n")
    assert run(app, "adjust-stock", sku, "-30", "--reason", "报损")[0] == 1
    assert run(app, "adjust-stock", sku, "1")[0] == 2
    assert values_of(make, sku, "stock") == (12,)
    with app.app_context():
        actors = db.session.scalars(select(StockMovement.actor).where(StockMovement.kind == "adjust"))
        assert all(actor.startswith("cli:") for actor in actors)


@pytest.fixture
def file_of(tmp_path: Path) -> Callable[[str], Path]:
    """A file with this text."""

    def write(text: str) -> Path:
        path = tmp_path / "table.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_count_by_command_once_a_file(make: World, app: Flask, file_of: Callable[[str], Path]) -> None:
    one, two = make.sku(stock=10, name="一号"), make.sku(stock=10, name="二号")
    file = file_of(f"sku,counted,seen\n{one},8,10\n{two},10,\n")

    assert run(app, "count-stock", file, "--dry-run") == (0, f"SKU {one} 一号: -2\n1 would change, 1 as counted\n")
    assert values_of(make, one, "stock") == (10,)
    assert run(app, "count-stock", file) == (0, f"SKU {one} 一号: -2\n1 changed, 1 as counted\n")
    assert run(app, "count-stock", file)[1].endswith("0 changed, 2 as counted\n"), "the same file again"
    assert values_of(make, one, "stock") == (8,)


@pytest.mark.parametrize(
    "text",
    [
        "sku,counted\n999,5\n",
        "1,-5\n",
        "1,x\n",
        "1,5\n1,6\n",
        "sku,counted,counted_at\n1,5,gestern\n",
        "sku,counted\n1\n",
    ],
)
def test_a_faulty_count_changes_nothing(make: World, app: Flask, file_of: Callable[[str], Path], text: str) -> None:
    sku = make.sku(stock=10)
    code, told = run(app, "count-stock", file_of(text.replace("1,", f"{sku},")))
    assert (code, "line " in told) == (1, True)
    assert values_of(make, sku, "stock") == (10,)


def test_reprice_by_command_and_back(make: World, app: Flask, file_of: Callable[[str], Path]) -> None:
    one, two = make.sku(name="一号"), make.sku(name="二号")
    file = file_of(f"SKU编号,价格,库存增减\n{one},88.00,\n{two},,-4\n")

    code, told = run(app, "reprice", file, "--dry-run")
    assert (code, told) == (
        0,
        f"SKU {one} 一号: 100.00 -> 88.00, stock +0\n"
        f"SKU {two} 二号: 100.00 -> 100.00, stock -4\n2 would change, 0 faulty\n",
    )
    assert [str(each) for each in values_of(make, one, "price", "version")] == ["100.00", "1"]
    with app.app_context():
        assert db.session.scalars(select(BulkEdit)).all() == [], "a dry run leaves no draft"
    code, told = run(app, "reprice", file, "--reason", "双十一")
    assert code == 0
    number = told.split("bulk edit ")[1].split(":")[0]
    assert told.endswith(f"bulk edit {number}: 2 changed, 0 left\n")
    assert [str(each) for each in values_of(make, one, "price", "stock")] == ["88.00", "10"]
    assert values_of(make, two, "stock") == (6,)
    assert run(app, "undo-reprice", number) == (0, f"bulk edit {number}: 2 taken back, 0 changed since and left\n")
    assert run(app, "undo-reprice", number)[0] == 1
    assert values_of(make, two, "stock") == (10,)


@pytest.mark.parametrize("line", ["999,5", "1,abc", "1,0", "1,5000", "1,,-100", "1,5,1.5", "x,5", "1,5,,1"])
def test_a_faulty_reprice_changes_nothing(make: World, app: Flask, file_of: Callable[[str], Path], line: str) -> None:
    sku = make.sku()
    wanted = line.replace("1,", f"{sku},", 1) if line.startswith("1,") else line
    text = f"sku,price,stock_delta\n{wanted}\n"
    code, _told = run(app, "reprice", file_of(text))
    assert code == (0 if line == "1,5,,1" else 1)
    if code:
        assert [str(each) for each in values_of(make, sku, "price", "stock", "version")] == ["100.00", "10", "1"]
