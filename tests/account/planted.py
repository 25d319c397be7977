"""One row in every table, with a marker in every text that could belong to a person."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

from flask import Flask
from sqlalchemy import Column, String, Table, text

from app.shared import clock
from app.shared.db import Base, Money, When, db
from tests.factories.world import Person

# Rooms whose tables speak of goods and pages, not of people. One of their tables that points at an account is planted.
ROOMS_OF_THE_SHOP = {
    "areas": "the divisions of the country",
    "contents": "the home page, advertising, addresses of pages",
    "dashboard": "figures of a day, without who they are of",
    "goods": "the catalogue; its ledger and imports name staff and buyers by number only",
    "staff": "roles by name; the log of staff keeps masks and keyed hashes (tests/staff/test_audit.py)",
    "system": "turns of the machine's own errands",
    "search": "words and synonyms; questions are counted without who asked",
}
# Texts that stay, and why. A new text column is planted until it is named here.
STAYS = {
    "after_sale_events.actor": "user:7, staff:2: a number without a name",
    "after_sale_events.new_state": "one of a list",
    "after_sale_events.old_state": "one of a list",
    "after_sales.kind": "one of a list",
    "after_sales.number": "the document's number",
    "after_sales.reason": "one of a list",
    "after_sales.state": "one of a list",
    "after_sales.submit_token": "random",
    "invoices.kind": "one of a list",
    "invoices.number": "the issued invoice's number, a tax record",
    "invoices.state": "one of a list",
    "mismatches.about": "one of a list",
    "mismatches.decided_by": "staff:2: a number without a name",
    "mismatches.here": "an amount or a state",
    "mismatches.kind": "one of a list",
    "mismatches.reason": "why staff let a difference stand, needed for the books",
    "mismatches.state": "one of a list",
    "mismatches.subject": "our or the provider's number of a payment",
    "mismatches.there": "an amount or a state",
    "order_events.actor": "user:7, staff:2: a number without a name",
    "order_events.kind": "one of a list",
    "order_lines.image": "a picture of goods",
    "order_lines.name": "the goods",
    "order_lines.spec_text": "the goods",
    "orders.number": "the order's number",
    "orders.submit_token": "random",
    "payment_attempts.out_trade_no": "the order's number",
    "payment_attempts.state": "one of a list",
    "pictures.colour": "a colour",
    "pictures.kind": "one of a list",
    "pictures.stem": "random; the row goes with its files",
    "receipts.method": "one of a list",
    "receipts.notice_id": "the provider's number of a message",
    "receipts.out_trade_no": "the order's number",
    "receipts.trade_id": "the provider's number of a payment, needed for the books",
    "reconciliations.actor": "staff:2: a number without a name",
    "reconciliations.state": "one of a list",
    "refund_notices.notice_id": "the provider's number of a message",
    "refund_notices.request_no": "our number of a refund",
    "refund_notices.trade_id": "the provider's number of a payment, needed for the books",
    "refunds.reason": "a sentence of the house",
    "refunds.reference": "number of a transfer or slip, needed for the books",
    "refunds.request_no": "our number of a refund",
    "refunds.state": "one of a list",
    "review_words.effect": "one of a list",
    "review_words.word": "a word of the shop's own list",
    "reviews.answer": "the shop's own words",
    "reviews.reason": "the shop's own words",
    "reviews.state": "one of a list",
    "reviews.text": "speaks of goods; nobody's name stands over it",
    "shipments.actor": "staff:2: a number without a name",
    "shipments.carrier": "one of a list",
    "shipments.tracking_number": "the carrier's number of a parcel",
}
# What the checks of the tables want, and states in which everything has ended.
FITTING: dict[str, Any] = {
    "after_sales.kind": "refund",
    "after_sales.reason": "other",
    "after_sales.state": "paid",
    "after_sale_events.new_state": "paid",
    "after_sale_events.old_state": "paying",
    "invoices.kind": "personal",
    "invoices.state": "issued",
    "order_events.kind": "move",
    "mismatches.about": "order",
    "mismatches.state": "repaired",
    "orders.pay_method": 2,
    "orders.status": 5,
    "order_lines.shipped": 1,
    "order_lines.refunded": 0,
    "payment_attempts.state": "paid",
    "pictures.kind": "review",
    "receipts.method": "alipay",
    "reconciliations.state": "done",
    "refunds.state": "done",
    "review_words.effect": "wait",
    "reviews.score": 5,
    "reviews.state": "shown",
    "users.is_active": True,
    "users.is_staff": False,
    "users.deleted_at": None,
}


def of_the_shop() -> set[str]:
    """Names of the tables in which nobody can stand."""
    found = set()
    for mapper in Base.registry.mappers:
        table = mapper.local_table
        points_at = {key.column.table.name for column in table.columns for key in column.foreign_keys}
        room = mapper.class_.__module__.split(".")[1]
        if (
            room in ROOMS_OF_THE_SHOP
            and "users" not in points_at
            and not {"user_id", "owner"} & set(table.columns.keys())
        ):
            found.add(str(table.name))
    return found


class Planted:
    """The markers by column, and what of them a text still holds."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.markers: dict[str, str] = {}

    def of(self, column: str) -> str:
        """A marker of its own for every column, short enough for the shortest."""
        return self.markers.setdefault(column, f"Mk{len(self.markers) + 1:03}q")

    def left_in(self, told: str) -> list[str]:
        """Columns whose marker can be read in it."""
        return sorted(column for column, marker in self.markers.items() if marker in told)

    def value(self, table: Table, column: Column[Any]) -> Any:
        name = f"{table.name}.{column.name}"
        if name in FITTING:
            return FITTING[name]
        points_at = {key.column.table.name for key in column.foreign_keys}
        if "users" in points_at or column.name == "user_id":  # some point at an account without a foreign key
            return self.person.id
        if points_at:
            return 1
        if isinstance(column.type, String):
            return self._text(table, column, name)
        if isinstance(column.type, Money):
            return Decimal("1.00")
        if isinstance(column.type, When):
            return clock.now()
        kind = column.type.python_type
        return {bool: False, date: clock.today(), int: 1}.get(kind, 1)

    def _text(self, table: Table, column: Column[Any], name: str) -> str:
        if name in STAYS:
            return "k"
        if column.name == "raw":
            return json.dumps({"trade_no": "1", "buyer_logon_id": self.of(name), "bills": [{"buyer_x": self.of(name)}]})
        if name == "outbox_messages.to":
            self.markers[name] = self.person.mobile
            return self.person.mobile
        return self.of(name)


def plant(app: Flask, person: Person, planted: Planted | None = None) -> Planted:
    """Every table gets the person's row; keys are not enforced meanwhile."""
    planted, skipped = planted or Planted(person), of_the_shop()
    with app.app_context(), db.engine.connect() as line:
        is_sqlite = line.dialect.name == "sqlite"
        _enforce(line, is_sqlite, enforced=False)
        for table in Base.metadata.sorted_tables:
            if table.name in skipped:
                continue
            values = {column.name: planted.value(table, column) for column in table.columns if not column.computed}
            if table.name == "users":
                values.update(id=person.id, mobile=person.mobile)
                line.execute(table.delete().where(table.c.id == person.id))
                planted.markers["users.mobile"] = person.mobile
            elif "id" in values:
                values["id"] = 1
                line.execute(table.delete().where(table.c.id == 1))
            line.execute(table.insert().values(values))
        line.commit()
        _enforce(line, is_sqlite, enforced=True)
    return planted


def _enforce(line: Any, is_sqlite: bool, *, enforced: bool) -> None:
    if is_sqlite:
        line.exec_driver_sql("ROLLBACK")
        line.exec_driver_sql(f"PRAGMA foreign_keys={'ON' if enforced else 'OFF'}")
        line.exec_driver_sql("BEGIN" if enforced else "BEGIN IMMEDIATE")
    else:
        line.execute(text(f"SET FOREIGN_KEY_CHECKS={int(enforced)}"))
        if enforced:
            line.commit()


def whole_database(app: Flask) -> str:
    """Every value of every row, as text."""
    with app.app_context(), db.engine.connect() as line:
        rows = [
            str(dict(row._mapping)) for table in Base.metadata.sorted_tables for row in line.execute(table.select())
        ]
    return "\n".join(rows)


def text_columns() -> set[str]:
    """Every text column of every table that may be about people."""
    skipped = of_the_shop()
    tables = (table for table in Base.metadata.sorted_tables if table.name not in skipped)
    return {f"{t.name}.{c.name}" for t in tables for c in t.columns if isinstance(c.type, String)}
