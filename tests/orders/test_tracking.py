"""Tables of tracking numbers: read, tried, sent line by line, and the same table again changes nothing."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.orders import sending, tracking, words
from app.orders.errors import NoTable, TableTooLong
from app.orders.models import OrderStatus, PayMethod, Shipment, ShipmentLine
from app.outbox.models import Message
from app.shared.db import db
from tests.account.planted import whole_database
from tests.factories.world import Person, World
from tests.orders import scenes


def orders(lily: Person, make: World, count: int) -> list[str]:
    """So many that wait to be sent, of two pieces of one SKU."""
    sku_id = make.sku(stock=10 * count)
    return [scenes.place(lily, {sku_id: 2}, PayMethod.CASH) for _ in range(count)]


def table(numbers: list[str]) -> str:
    return "".join(f"{number},顺丰速运,SF{at:08}\n" for at, number in enumerate(numbers))


def parcels() -> int:
    return int(db.session.scalar(select(func.count()).select_from(Shipment)) or 0)


def states(outcomes: list[sending.Outcome]) -> list[str]:
    return [each.state for each in outcomes]


@pytest.mark.parametrize(
    "text",
    [
        "2026,顺丰速运,SF12345,3:1 7:2",
        "\ufeff订单号,快递公司,运单号,件数\r\n2026,顺丰速运,SF12345,3：1；7×2\r\n\r\n",
        "运单号\t行号\t订单号\t件数\t快递公司\nSF12345\t9\t'2026\t3:1,7:1 7:1\t顺丰速运",
        '"=""2026""";顺丰速运;SF12345;3*1、7x2',
        "tracking,order,carrier,pieces\nSF12345,2026,顺丰速运,3:1 7:2\n",
    ],
)
def test_a_table_is_read_however_it_was_written(text: str) -> None:
    (parcel,) = tracking.read(text)
    assert (parcel.number, parcel.carrier, parcel.tracking) == ("2026", "顺丰速运", "SF12345")
    assert (parcel.pieces, parcel.fault) == ({3: 1, 7: 2}, "")


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (",顺丰速运,SF12345", tracking.NO_NUMBER),
        ("2.02611E+19,顺丰速运,SF12345", tracking.ROUNDED),
        ("2026,,SF12345", tracking.NO_CARRIER),
        (f"2026,{'很' * 65},SF12345", tracking.NO_CARRIER),
        ("2026,顺丰速运,SF 12", tracking.NO_TRACKING),
        ("2026,顺丰速运", tracking.NO_TRACKING),
        ("2026,顺丰速运,SF12345,3", tracking.NO_PIECES),
        ("2026,顺丰速运,SF12345,3:0", tracking.NO_PIECES),
        ("2026,顺丰速运,SF12345,all", tracking.NO_PIECES),
    ],
)
def test_a_line_says_what_is_wrong_with_it(line: str, fault: str) -> None:
    assert [each.fault for each in tracking.read(line)] == [fault]


def test_what_is_no_table_is_refused() -> None:
    for text in ("", "\n \n", "订单号,快递公司,运单号\n", "2026,,,3:1\n"):
        with pytest.raises(NoTable):
            tracking.read(text)
    with pytest.raises(TableTooLong):
        tracking.read("1,2,3\n" * 501)
    with pytest.raises(TableTooLong):
        tracking.read("1" * 200_001)
    assert len(tracking.read("1,2,3\n" * 500)) == 500
    assert tracking.decode("订单号".encode("gb18030")) == tracking.decode("\ufeff订单号".encode()) == "订单号"
    with pytest.raises(NoTable):
        tracking.decode(b"\x81\x00\xff")


def test_a_table_is_sent_once(app: Flask, make: World, lily: Person) -> None:
    with app.app_context():
        numbers = orders(lily, make, 3)
        rows = tracking.read(table(numbers))
        before = whole_database(app)
        assert states(sending.try_all(rows)) == ["ready"] * 3
        assert whole_database(app) == before, "trying writes nothing"
        assert states(sending.send_all(rows, "staff:7")) == ["sent"] * 3
        assert [scenes.status_of(number) for number in numbers] == [OrderStatus.UNRECEIVED] * 3
        assert len(db.session.scalars(select(Message.id)).all()) == 3
        before = whole_database(app)
        assert states(sending.try_all(rows)) == ["known"] * 3
        assert states(sending.send_all(rows, "staff:7")) == ["known"] * 3
        assert whole_database(app) == before, "the same table again changes nothing"


def test_each_line_stands_for_itself(app: Flask, make: World, lily: Person) -> None:
    with app.app_context():
        good, cancelled, partly = orders(lily, make, 3)
        unpaid = scenes.place(lily, {make.sku(): 1})
        scenes.end(cancelled)
        sku_id = scenes.lines_of(partly)[0].sku_id
        text = f"""
{good},顺丰速运,SF00001
{cancelled},顺丰速运,SF00002
{unpaid},顺丰速运,SF00003
20260101000000000000,顺丰速运,SF00004
{partly},中通快递,ZT00001,{sku_id}:1
{partly},中通快递,ZT00001,{sku_id}:1
{partly},中通快递,ZT00001,{sku_id}:2
{partly},中通快递,ZT00002,{sku_id}:2
{partly},中通快递,ZT00002,999999999:1
{good},顺丰速运,SF00005
{partly},中通快递,ZT00003
"""
        problems = {
            3: words.NOT_SENT[OrderStatus.CANCELLED],
            4: words.NOT_SENT[OrderStatus.UNPAID],
            5: sending.NO_ORDER,
            8: sending.TWO_LINES,
            9: sending.NOT_IN_ORDER,
            10: sending.NOT_IN_ORDER,
            11: words.NOT_SENT[OrderStatus.UNRECEIVED],
        }
        rows = tracking.read(text)
        for outcomes, going in ((sending.try_all(rows), "ready"), (sending.send_all(rows, "staff:7"), "sent")):
            assert {each.parcel.line: each.problem for each in outcomes if each.problem} == problems
            assert [each.parcel.line for each in outcomes if each.state == going] == [2, 6, 12]
            assert [each.parcel.line for each in outcomes if each.state == "known"] == [7]
        assert [line.shipped for line in scenes.lines_of(partly)] == [2]
        counts = db.session.scalars(select(ShipmentLine.count).order_by(ShipmentLine.id)).all()
        assert list(counts) == [2, 1, 1]


def test_what_somebody_does_meanwhile_is_told(
    app: Flask, make: World, lily: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between looking and sending, one order is cancelled and another is sent with the same number."""
    with app.app_context():
        cancelled, sent = orders(lily, make, 2)
        rows = tracking.read(table([cancelled, sent]))
        look: Callable[..., Any] = sending._standing

        def then_others_act(numbers: set[str]) -> Any:
            found = look(numbers)
            scenes.end(cancelled)
            sending.ship_order(sent, "顺丰速运", "SF00000001", "staff:8")
            return found

        monkeypatch.setattr(sending, "_standing", then_others_act)
        first, second = sending.send_all(rows, "staff:7")
        assert (first.state, first.problem) == ("faulty", words.NOT_SENT[OrderStatus.CANCELLED])
        assert second.state == "known"


def test_two_staff_send_the_same_table_at_once(app: Flask, make: World, lily: Person) -> None:
    with app.app_context():
        numbers = orders(lily, make, 6)
    rows, start, found = tracking.read(table(numbers)), threading.Barrier(3), []

    def send(who: int) -> None:
        with app.app_context():
            start.wait(10)
            found.extend(sending.send_all(rows, f"staff:{who}"))

    hands = [threading.Thread(target=send, args=(who,)) for who in range(3)]
    for each in hands:
        each.start()
    for each in hands:
        each.join(60)
    assert sorted(states(found)) == ["known"] * 12 + ["sent"] * 6
    with app.app_context():
        assert parcels() == 6
        assert len(db.session.scalars(select(Message.id)).all()) == 6


def test_looking_costs_the_same_for_many(app: Flask, make: World, lily: Person, count_queries: Any) -> None:
    with app.app_context():
        numbers = orders(lily, make, 8)
    for some in (1, 8):
        with app.app_context(), count_queries() as counted:
            sending.try_all(tracking.read(table(numbers[:some])))
        assert len(counted.sql) == 3


def test_the_command_takes_a_file(app: Flask, make: World, lily: Person, tmp_path: Path) -> None:
    run = app.test_cli_runner().invoke
    with app.app_context():
        numbers = orders(lily, make, 2)
    file = tmp_path / "sent.csv"
    file.write_bytes(("订单号,快递公司,运单号\n" + table(numbers)).encode("gb18030"))
    told = run(args=["orders", "ship", str(file), "--dry-run"])
    assert (told.exit_code, told.output.splitlines()[-1]) == (0, "2 would be sent, 0 known already, 0 faulty")
    with app.app_context():
        assert parcels() == 0
    told = run(args=["orders", "ship", str(file)])
    assert (told.exit_code, told.output.splitlines()[-1]) == (0, "2 sent, 0 known already, 0 faulty")
    told = run(args=["orders", "ship", str(file)])
    assert (told.exit_code, told.output.splitlines()[-1]) == (0, "0 sent, 2 known already, 0 faulty")
    file.write_text("1,顺丰速运,SF12345\n")
    told = run(args=["orders", "ship", str(file)])
    assert (told.exit_code, "没有这个订单" in told.output) == (1, True)
    assert run(args=["orders", "ship", str(tmp_path / "gone.csv")]).exit_code == 1
    assert run(args=["orders", "ship", "one", "two"]).exit_code == 2
    assert run(args=["orders", "ship", "1", "2", "3", "--dry-run"]).exit_code == 2
