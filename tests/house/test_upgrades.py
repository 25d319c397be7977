"""A mall that has sold keeps what it sold: rows of the first schema survive every revision, on either engine."""

from typing import Any

from alembic import command
from flask import Flask
from sqlalchemy import MetaData, Table, insert, select, text

from app.shared.db import db
from tests.house import test_migrations
from tests.house.test_migrations import alembic_config

scratch = test_migrations.scratch  # the fixture: an empty database of its own
MOMENT = "2026-11-22 10:00:00.000000"
ORDER = {
    "number": "20261122000000000001",
    "user_id": 1,
    "submit_token": "token-0001",
    "status": 3,
    "pay_method": 2,
    "total_count": 2,
    "receiver": "莉莉",
    "mobile": "13800000001",
    "address_text": "中山路 1 号",
}


def reflected(name: str) -> Table:
    """The table as the database holds it now: the models speak of a later one."""
    return Table(name, MetaData(), autoload_with=db.engine)


def write(connection: Any, name: str, /, **values: object) -> None:
    """A row, whatever its parents; moments and sums are filled in."""
    table = reflected(name)
    moments = {c.name for c in table.columns if c.name in {"created_at", "updated_at", "expires_at"}}
    sums = {c.name for c in table.columns if c.name in {"goods_amount", "freight", "total_amount", "price", "amount"}}
    row = {**{column: text(f"'{MOMENT}'") for column in moments}, **dict.fromkeys(sums, 1000), "id": 1, **values}
    connection.execute(insert(table).values(row))


def test_what_was_sold_survives_every_revision(scratch: Flask) -> None:
    settings = alembic_config(scratch)
    command.upgrade(settings, "0001")
    is_sqlite = db.engine.dialect.name == "sqlite"
    with db.engine.connect() as connection:
        if is_sqlite:
            connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF" if is_sqlite else "SET FOREIGN_KEY_CHECKS=0")
        if is_sqlite:
            connection.exec_driver_sql("BEGIN")
        write(connection, "orders", **ORDER)
        write(connection, "order_lines", order_id=1, sku_id=1, name="手机", spec_text="", image="", count=2)
        write(connection, "order_events", order_id=1, old_status=2, new_status=3, actor="staff:1", reason="x")
        write(connection, "payment_attempts", order_id=1, sequence=1, out_trade_no="1", state="paid")
        write(
            connection, "receipts", order_id=1, out_trade_no="1", trade_id="1", method="alipay", notice_id="1", raw=""
        )
        write(connection, "refunds", order_id=1, receipt_id=1, request_no="1", reason="x", state="done")
        connection.commit()
        connection.invalidate()  # the next one enforces its keys again
    command.upgrade(settings, "head")
    with db.engine.connect() as connection:
        for name in ("orders", "order_lines", "order_events", "payment_attempts", "receipts", "refunds"):
            assert connection.execute(select(reflected(name).c.id)).all() == [(1,)], name
        line = connection.execute(text("SELECT shipped, refunded FROM order_lines")).one()
        assert tuple(line) == (0, 0)
        assert connection.execute(text("SELECT kind FROM order_events")).scalar() == "move"
        # an order on its way before the upgrade is received by itself like the others
        moved = text("SELECT COUNT(*) FROM orders WHERE moved_at = updated_at")
        assert connection.execute(moved).scalar() == 1


def test_a_mall_with_addresses_goes_up_and_down(scratch: Flask) -> None:
    """SQLite makes a table anew for some changes, and must not drop one that rows point at."""
    settings = alembic_config(scratch)
    command.upgrade(settings, "0020")
    user = {"username": "lily", "username_key": "lily", "mobile": "13800000001", "password_hash": "x"}
    with db.engine.connect() as connection:
        write(connection, "areas", name="河北省", level=1)
        write(connection, "users", **user, email_verified=False, is_active=True, is_staff=False)
        place = {"title": "", "receiver": "莉莉", "place": "中山路 1 号", "mobile": "13800000001"}
        write(connection, "addresses", user_id=1, province_id=1, tel="", email="", is_deleted=False, **place)
        connection.commit()
    for revision in ("head", "0020", "head"):
        (command.downgrade if revision == "0020" else command.upgrade)(settings, revision)
        with db.engine.connect() as connection:
            assert connection.execute(select(reflected("addresses").c.province_id)).all() == [(1,)], revision
