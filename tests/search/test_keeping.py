"""The index follows the shop: news, jobs, sweeps, rebuilds."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.gateways.doors import gateways
from app.gateways.search import EngineAway, WriterBusy
from app.goods import services as goods
from app.goods import stock
from app.goods.models import SKU, Brand, StockMovement
from app.search import finding, keeping, store, tasks
from app.search.cli import catch_up
from app.search.models import SearchMiss, Synonyms
from app.shared import clock
from app.shared.db import db
from app.shared.uow import unit_of_work
from tests.factories.world import World


def found(text: str) -> list[int]:
    return list(finding.find(text, gateways().search).ids)


def version_of(sku_id: int) -> int:
    version = db.session.scalar(select(SKU.version).where(SKU.id == sku_id)) or 0
    db.session.close()
    return version


@pytest.fixture
def two(ctx: Flask, make: World, reindex: Callable[[], int]) -> tuple[int, int]:
    """Two SKUs in the index; nobody waits to be indexed."""
    ids = make.sku(name="小米手环 8 红色"), make.sku(name="华为手表 蓝色")
    assert reindex() == 2
    store.take_dirty(100)
    return ids


def test_before_the_first_build_there_is_no_index(ctx: Flask) -> None:
    with pytest.raises(EngineAway):
        found("手环")


def test_an_edit_a_withdrawal_and_a_launch_arrive_by_the_job(two: tuple[int, int]) -> None:
    band, watch = two
    goods.edit_sku(band, version_of(band), name="小米运动手表 9")
    goods.withdraw(watch)
    assert found("手环") == [band], "the job has not run yet"
    tasks.reindex_changed()
    assert (found("手环"), found("运动手表"), found("华为")) == ([], [band], [])
    goods.launch(watch)
    tasks.reindex_changed()
    assert found("华为") == [watch]
    assert store.count_dirty() == 0


def test_every_change_of_stock_is_told(two: tuple[int, int]) -> None:
    band, _watch = two

    @unit_of_work
    def sell_one() -> None:
        assert stock.sell(band, 1)
        stock.record_sales([stock.Sale("o1", "user:1", {band: 1})])

    for change in (
        sell_one,
        lambda: goods.set_stock(band, 3, reason="盘点", actor="staff:1"),
        lambda: goods.edit_sku(band, version_of(band), price=Decimal("9.00")),
        lambda: goods.repair_stock(band),
    ):
        change()
        assert store.take_dirty(100) == [band]


def test_sold_out_goods_step_back(ctx: Flask, make: World, reindex: Callable[[], int]) -> None:
    first, second = make.sku(name="小米手环 红色"), make.sku(name="小米手环 蓝色")
    reindex()
    assert found("小米手环") == [second, first]
    goods.set_stock(second, 0, reason="盘点", actor="staff:1")
    tasks.reindex_changed()
    assert found("小米手环") == [first, second]


def test_one_job_is_queued_however_many_changes(two: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    queued: list[float] = []
    monkeypatch.setattr(type(keeping.REINDEX), "enqueue_in", lambda _self, seconds, *_ids: queued.append(seconds))
    for sku_id in two * 3:
        goods.set_stock(sku_id, 5, reason="盘点", actor="staff:1")
        goods.set_stock(sku_id, 6, reason="盘点", actor="staff:1")
    assert len(queued) == 1
    tasks.reindex_changed()
    goods.set_stock(two[0], 7, reason="盘点", actor="staff:1")
    assert len(queued) == 2, "after the job looked, the next change asks anew"


def test_the_sweep_finds_what_the_news_lost(two: tuple[int, int], make: World) -> None:
    _band, watch = two
    new = make.sku(name="小米台灯")

    @unit_of_work
    def behind_everybodys_back() -> None:
        db.session.execute(update(SKU).where(SKU.id == watch).values(name="荣耀手表", updated_at=clock.now()))

    behind_everybodys_back()
    assert found("台灯") == []
    assert catch_up() == 2
    assert (found("台灯"), found("荣耀"), found("华为")) == ([new], [watch], [])
    assert catch_up() == 0


def test_the_sweep_finds_ledger_lines_that_were_committed_late(two: tuple[int, int], make: World) -> None:
    """A line with a smaller id may become visible after a look that saw a greater one."""
    band, _watch = two
    catch_up()
    catch_up()

    @unit_of_work
    def move(line: int, flow_key: str) -> None:
        values = {"stock_delta": -1, "sales_delta": 1, "reason": "下单", "actor": "user:1"}
        db.session.add(StockMovement(id=line, sku_id=band, flow_key=flow_key, **values))

    newest = keeping.queries.last_movement()
    move(newest + 10, "later")
    catch_up()
    move(newest + 5, "late")
    mark = keeping.read_mark(gateways().search)
    assert band in keeping.queries.changed_since(mark.settled, clock.now() + timedelta(days=1))


def test_a_brand_that_is_renamed_takes_its_goods_along(two: tuple[int, int]) -> None:
    @unit_of_work
    def rename() -> None:
        db.session.execute(update(Brand).values(name="山水牌", updated_at=clock.now() + timedelta(seconds=1)))

    assert found("山水牌") == []
    rename()
    assert catch_up() == 2
    assert sorted(found("山水牌")) == sorted(two)


def test_the_sweep_builds_a_missing_index(ctx: Flask, make: World) -> None:
    sku_id = make.sku(name="小米手环")
    assert catch_up() == 1
    assert found("手环") == [sku_id]


def test_what_changes_during_a_rebuild_is_caught_up(ctx: Flask, make: World) -> None:
    first = make.sku(name="小米手环")
    for number in range(99):
        make.sku(name=f"毛巾 {number}")

    def meanwhile(_done: int) -> None:
        goods.edit_sku(first, version_of(first), name="小米音箱")

    assert keeping.rebuild(gateways().search, meanwhile) == 100
    catch_up()
    assert (found("手环"), found("音箱")) == ([], [first])


def test_a_job_that_fails_forgets_nothing(two: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    band, _watch = two
    goods.edit_sku(band, version_of(band), name="小米运动手表 9")

    def broken(*_args: object) -> int:
        raise EngineAway()

    with monkeypatch.context() as patch:
        patch.setattr(keeping, "update", broken)
        with pytest.raises(EngineAway):
            tasks.reindex_changed()
    tasks.reindex_changed()
    assert found("运动手表") == [band]


def test_beside_another_writer_a_job_comes_back_without_noise(
    two: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rebuild holds the lock for half a minute: that is no failure, and no stack trace in the log."""
    band, _watch = two
    queued: list[float] = []
    monkeypatch.setattr(type(keeping.REINDEX), "enqueue_in", lambda _self, seconds, *_ids: queued.append(seconds))
    goods.edit_sku(band, version_of(band), name="小米运动手表 9")

    def busy(*_args: object) -> int:
        raise WriterBusy()

    with monkeypatch.context() as patch:
        patch.setattr(keeping, "update", busy)
        tasks.reindex_changed()
        assert queued[-1] == tasks.BUSY_S
        patch.setattr(keeping, "take_synonyms", busy)
        tasks.take_synonyms()
        assert queued == [keeping.WAIT_S, tasks.BUSY_S, tasks.BUSY_S]
    tasks.reindex_changed()
    assert found("运动手表") == [band]


def test_staff_teach_a_synonym_without_a_rebuild(two: tuple[int, int]) -> None:
    band, _watch = two
    assert found("腕带宝") == []

    @unit_of_work
    def teach() -> None:
        db.session.add(Synonyms(words="手环，腕带宝"))

    teach()
    tasks.take_synonyms()
    assert found("腕带宝") == [band]


def test_questions_in_vain_are_booked_once(ctx: Flask, reindex: Callable[[], int]) -> None:
    from app.search import asking

    reindex()
    for text in ("挖掘机", "挖掘機", "13800138000", "me@example.com", "！！"):
        asking.note_query(text, 0)
    catch_up()
    catch_up()
    rows = db.session.execute(select(SearchMiss.question, SearchMiss.count)).all()
    assert [tuple(row) for row in rows] == [("挖掘机", 2)], "no numbers, no addresses, each once"


def test_status_tells_how_far_behind(app: Flask, make: World, reindex: Callable[[], int]) -> None:
    runner = app.test_cli_runner()
    missing = runner.invoke(args=["search", "status"])
    assert (missing.exit_code, "no search index" in missing.output) == (1, True)
    make.sku(name="小米手环")
    rebuilt = runner.invoke(args=["search", "rebuild"])
    assert "1 SKUs in the search index" in rebuilt.output
    make.sku(name="小米音箱")
    status = runner.invoke(args=["search", "status"])
    assert "1 of 2 SKUs" in status.output
    assert "behind      1 SKUs" in status.output
    assert "the search index is there" in runner.invoke(args=["search", "rebuild", "--if-missing"]).output
    assert "1 entries written" in runner.invoke(args=["search", "sweep"]).output
