"""What editors and the command line change, while buyers buy."""

import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from app.goods import detail, queries, services, stock, visits
from app.goods.errors import BadStock, NoSuchCategory, NoSuchSKU, StaleEdit
from app.goods.models import SKU, CategoryVisit, StockMovement
from app.shared import clock
from app.shared.db import db
from app.shared.uow import unit_of_work
from tests.factories.world import World
from tests.goods.shelf import change_skus, values_of
from tests.pages import PageClient

BUYERS = 24


def test_edit_changes_what_is_given_and_counts_the_version(make: World, ctx: Flask) -> None:
    sku_id = make.sku(price="100.00", name="旧名")

    version = services.edit_sku(sku_id, 1, name="新名", price=Decimal("88.00"))
    again = services.change_caption(sku_id, version, "新说明")

    assert (version, again) == (2, 3)
    assert values_of(make, sku_id, "name", "caption", "price") == ("新名", "新说明", Decimal("88.00"))


def test_second_editor_is_told(make: World, ctx: Flask) -> None:
    sku_id = make.sku()
    services.change_caption(sku_id, 1, "第一个人")

    with pytest.raises(StaleEdit):
        services.change_caption(sku_id, 1, "第二个人")
    with pytest.raises(NoSuchSKU):
        services.change_caption(99999, 1, "没有")

    assert values_of(make, sku_id, "caption", "version") == ("第一个人", 2)


def test_two_editors_at_the_same_instant(make: World, app: Flask) -> None:
    sku_id = make.sku()
    together = threading.Barrier(8)

    def edit(number: int) -> bool:
        with app.app_context():
            together.wait(10)
            try:
                services.change_caption(sku_id, 1, f"编辑 {number}")
            except StaleEdit:
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        saved = list(pool.map(edit, range(8)))

    assert sum(saved) == 1
    assert values_of(make, sku_id, "caption", "version") == (f"编辑 {saved.index(True)}", 2)


@pytest.mark.race
def test_staff_save_a_caption_while_24_buyers_buy(make: World, app: Flask) -> None:
    sku_id = make.sku(stock=BUYERS)
    together = threading.Barrier(BUYERS + 1)

    def buy(number: int) -> None:
        @unit_of_work
        def order() -> None:
            stock.reserve_stock(stock.lock_skus([sku_id]), {sku_id: 1}, order_number=f"T{number}", actor="user:1")

        with app.app_context():
            together.wait(30)
            order()

    with ThreadPoolExecutor(BUYERS) as pool:
        buying = [pool.submit(buy, number) for number in range(BUYERS)]
        with app.app_context():
            seen = detail.get_sku(sku_id).version
            together.wait(30)
            saved = services.change_caption(sku_id, seen, "编辑与买家互不打扰")
        for each in buying:
            each.result(60)

    assert (seen, saved) == (1, 2)
    fields = values_of(make, sku_id, "caption", "version", "stock", "sales")
    assert fields == ("编辑与买家互不打扰", 2, 0, BUYERS)
    with app.app_context():
        assert queries.stock_drifts() == []


def test_launch_and_withdraw_are_safe_to_repeat(make: World, ctx: Flask) -> None:
    sku_id = make.sku()

    services.withdraw(sku_id)
    services.withdraw(sku_id)
    assert values_of(make, sku_id, "is_launched", "version") == (False, 2)

    services.launch(sku_id)
    services.launch(sku_id)
    assert values_of(make, sku_id, "is_launched", "version", "stock") == (True, 3, 10)
    with pytest.raises(NoSuchSKU):
        services.launch(99999)


def test_set_stock_writes_the_difference(make: World, ctx: Flask) -> None:
    sku_id = make.sku(stock=10)

    assert services.set_stock(sku_id, 4, reason="盘点", actor="staff:1") == -6
    assert services.set_stock(sku_id, 4, reason="盘点", actor="staff:1") == 0
    assert services.set_stock(sku_id, 9, reason="到货", actor="staff:1") == 5

    assert values_of(make, sku_id, "stock", "version") == (9, 1)
    lines = db.session.execute(
        select(StockMovement.stock_delta, StockMovement.reason, StockMovement.actor).order_by(StockMovement.id)
    )
    assert [tuple(line) for line in lines][1:] == [(-6, "盘点", "staff:1"), (5, "到货", "staff:1")]
    with pytest.raises(BadStock):
        services.set_stock(sku_id, -1, reason="盘点", actor="staff:1")
    with pytest.raises(NoSuchSKU):
        services.set_stock(99999, 1, reason="盘点", actor="staff:1")


def test_set_stock_by_command(make: World, app: Flask) -> None:
    sku_id = make.sku(stock=10)
    runner = app.test_cli_runner()

    done = runner.invoke(args=["goods", "set-stock", str(sku_id), "7", "--reason", "盘点"])
    unknown = runner.invoke(args=["goods", "set-stock", "99999", "7", "--reason", "盘点"])
    unexplained = runner.invoke(args=["goods", "set-stock", str(sku_id), "7"])
    negative = runner.invoke(args=["goods", "set-stock", "--reason", "盘点", "--", str(sku_id), "-7"])

    assert (done.exit_code, done.output) == (0, f"SKU {sku_id}: stock 7 (-3)\n")
    assert (unknown.exit_code, unexplained.exit_code, negative.exit_code) == (1, 2, 1)
    assert "商品不存在" in unknown.output
    assert values_of(make, sku_id, "stock") == (7,)


def test_audit_names_what_drifted(make: World, app: Flask) -> None:
    sound, drifted = make.sku(), make.sku(name="漂移的手机")
    runner = app.test_cli_runner()
    before = runner.invoke(args=["goods", "audit-stock"])
    change_skus(make, stock={drifted: 3})

    after = runner.invoke(args=["goods", "audit-stock"])

    assert (before.exit_code, before.output) == (0, "2 SKUs agree with the ledger\n")
    assert after.exit_code == 1
    assert f"SKU {drifted} 漂移的手机: stock 3, ledger 10" in after.output
    assert f"SKU {sound} " not in after.output


def test_audit_repairs_what_drifted_from_the_ledger(make: World, app: Flask) -> None:
    drifted = make.sku()
    runner = app.test_cli_runner()
    change_skus(make, stock={drifted: 3}, sales={drifted: 2})

    repaired = runner.invoke(args=["goods", "audit-stock", "--repair"])
    after = runner.invoke(args=["goods", "audit-stock"])

    assert (repaired.exit_code, "1 repaired" in repaired.output) == (0, True)
    assert (after.exit_code, after.output) == (0, "1 SKUs agree with the ledger\n")
    with app.app_context():
        assert tuple(db.session.execute(select(SKU.stock, SKU.sales, SKU.version)).one()) == (10, 0, 1)


@pytest.mark.race
def test_no_visit_is_lost(make: World, app: Flask) -> None:
    leaf = make.categories()[2]
    together = threading.Barrier(8)

    def look(_number: int) -> None:
        with app.app_context():
            together.wait(30)
            for _ in range(5):
                visits.count(leaf, clock.today())

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(look, range(8)))

    with app.app_context():
        assert visits.keep() == 1
        assert db.session.execute(select(CategoryVisit.category_id, CategoryVisit.count)).all() == [(leaf, 40)]
        with pytest.raises(NoSuchCategory):
            visits.count(999, clock.today())


def test_staff_see_the_skus_and_nobody_else_does(make: World, app: Flask, client: PageClient, lily, tom) -> None:
    make.sku(name="后台能查到的手机")
    make.sku(name="另一件")

    assert client.get("/admin/skus/", fails=True).status_code == 303
    client.sign_in(lily.username, lily.password)
    assert client.get("/admin/skus/", fails=True).status_code == 403
    staff = PageClient(app)
    staff.sign_in(tom.username, tom.password)
    found = staff.get("/admin/skus/?q=后台").text

    assert "后台能查到的手机" in found
    assert "另一件" not in found
    assert "/admin/skus/edit/" not in found
    assert staff.get("/admin/skus/new/", fails=True).status_code in (302, 404)
