"""Pages by key: walked forwards and backwards they are the sorted list, whatever is tied or empty."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from app.goods.models import SKU
from app.orders.models import Order
from app.shared import staff_rows
from app.shared.db import db
from app.shared.errors import BadValue
from app.shared.keyset import read_cursor, write_cursor
from app.shared.staff_lists import Amounts, Choice, Col, Days, Flag, Numbers, Words
from app.shared.staff_rows import Asked
from app.users.models import User
from tests.factories.world import Person, World

COLUMNS = (
    Col("price", "price", SKU.price, kind="money", sorts=True),
    Col("removed_at", "removed", SKU.removed_at, kind="when", sorts=True),
    Col("stock", "stock", SKU.stock, kind="number", sorts=True),
    Col("shown", "shown", SKU.is_launched, kind="flag", sorts=True),
)
FILTERS = (
    Amounts("price", "price", SKU.price),
    Flag("on", "on", SKU.is_launched),
    Numbers("stock", "stock", SKU.stock),
    Days("removed", "removed", SKU.removed_at),
    Choice("kind", "kind", SKU.stock, (("1", "one"), ("2", "two"))),
    Words("name", "name", clause=lambda text: SKU.name == text if text != "?" else None),
)


def ask(**args: str) -> Asked:
    return Asked(select(SKU), SKU.id, COLUMNS, (), FILTERS, ("id", "desc"), args)


def walked(sort: str, way: str, **more: str) -> list[int]:
    """Every id, page after page, or from the end back."""
    found: list[int] = []
    cursor = ""
    if way == "back":
        page = ask(sort=sort, **more).page()
        while page.older:
            page = ask(sort=sort, **more, after=page.older).page()
        found, cursor = [row.id for row in page.rows], page.newer
        while cursor:
            page = ask(sort=sort, **more, before=cursor).page()
            found, cursor = [row.id for row in page.rows] + found, page.newer
        return found
    while True:
        page = ask(sort=sort, **more, **({"after": cursor} if cursor else {})).page()
        found += [row.id for row in page.rows]
        cursor = page.older
        if not cursor:
            return found


ROWS = st.lists(
    st.tuples(st.integers(1, 4), st.sampled_from([None, 1, 2, 3]), st.integers(0, 2)), min_size=1, max_size=14
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS)
def test_pages_are_the_sorted_list(
    app: Flask, make: World, monkeypatch: pytest.MonkeyPatch, rows: list[tuple[int, int | None, int]]
) -> None:
    monkeypatch.setattr(staff_rows, "PAGE", 3)
    first = make.sku(price="1.00", stock=0)
    with app.app_context():
        like = db.session.get_one(SKU, first)
        fixed = {name: getattr(like, name) for name in ("spu_id", "category_id", "cost_price", "market_price")}
        db.session.rollback()
        made = [
            {
                **fixed,
                "name": "x",
                "price": Decimal(price),
                "stock": stock,
                "removed_at": _day(day),
                "is_launched": stock > 0,
            }
            for price, day, stock in rows
        ]
        db.session.execute(insert(SKU), made)
        db.session.commit()
        columns = {"price": SKU.price, "removed_at": SKU.removed_at, "stock": SKU.stock, "shown": SKU.is_launched}
        for key, column in columns.items():
            known = db.session.execute(select(SKU.id, column)).all()
            rising = sorted(
                known, key=lambda row: (row[1] is not None, row[1] or 0 if row[1] is None else row[1], row[0])
            )
            ids = [row[0] for row in rising]
            for way in ("on", "back"):
                assert walked(key, way) == ids, (key, way)
                assert walked(f"-{key}", way) == ids[::-1], (key, way)


def test_a_filter_that_leads_an_index_is_said_as_a_range_behind_a_place() -> None:
    """`state = 5` makes MariaDB walk from the end of its index to the place. Without such an index nothing changes."""
    columns = (
        Col("created_at", "created", Order.created_at, sorts=True),
        Col("total_count", "count", Order.total_count, sorts=True),
    )
    filters = (Numbers("status", "status", Order.status), Numbers("pay", "pay", Order.pay_method))

    def sql(*place: Any, **args: str) -> str:
        asked = Asked(select(Order), Order.id, columns, (), filters, ("created_at", "desc"), args)
        return " ".join(str(asked.rows(place or None)).split()).partition(" WHERE ")[2]

    now = datetime(2026, 1, 2, tzinfo=UTC)
    assert sql(status="5").startswith("orders.status = ")
    behind = sql(now, 7, status="5", pay="1")
    assert behind.startswith("orders.status >= :status_1 AND orders.status <= :status_1 AND orders.pay_method = ")
    assert "ORDER BY orders.status DESC, orders.created_at DESC, orders.id DESC" in behind
    assert sql(3, 7, status="5", sort="total_count").startswith("orders.status = ")


def test_a_flag_is_said_as_a_range_too(app: Flask, tom: Person) -> None:
    columns, filters = (Col("created_at", "joined", User.created_at, sorts=True),), (Flag("on", "on", User.is_active),)
    with app.app_context():
        asked = Asked(select(User), User.id, columns, (), filters, ("created_at", "desc"), {"on": "1"})
        assert "users.is_active >= " in str(asked.rows((datetime(2100, 1, 2, tzinfo=UTC), 7)))
        found = db.session.execute(asked.rows((datetime(2100, 1, 2, tzinfo=UTC), 7))).all()
        assert [row.id for row in found] == [tom.id]


def test_filtered_pages_are_the_filtered_list(app: Flask, make: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staff_rows, "PAGE", 2)
    ids = [make.sku(stock=n % 2) for n in range(9)]
    with app.app_context():
        some = [sku_id for place, sku_id in enumerate(ids) if place % 2 == 1]
        assert walked("", "on", stock="1") == walked("", "back", stock="1") == some[::-1]
        assert [row.id for row in ask(stock="1").all()] == some[::-1]
        assert ask(stock="1").beside(SKU.id == some[1], SKU.id) == (some[2], some[0])


def _day(day: int | None) -> datetime | None:
    return None if day is None else datetime(2026, 1, day, tzinfo=UTC)


@pytest.mark.parametrize("value", [None, 3, "a~中", Decimal("3.10"), datetime(2026, 1, 2, 3, tzinfo=UTC)])
def test_a_cursor_comes_back(value: Any) -> None:
    assert read_cursor(write_cursor(value, 7)) == (value, 7)


@pytest.mark.parametrize(
    "text", ["x", "", "W10", "e30", "WyIiLFtdLDFd", "WyJ0IiwieCIsMV0", "A" * 700, "WyIiLDEsIjEiXQ"]
)
def test_a_broken_cursor_is_a_bad_value(text: str) -> None:
    with pytest.raises(BadValue):
        read_cursor(text)


def test_a_cursor_of_another_sort_is_a_bad_value_or_finds_nothing(app: Flask, make: World) -> None:
    make.sku()
    with app.app_context():
        for value in ("x", datetime(2026, 1, 1, tzinfo=UTC)):
            try:
                ask(sort="price", after=write_cursor(value, 1)).page()
            except BadValue:
                continue


@pytest.mark.parametrize(
    ("args", "names"),
    [
        ({"price_from": "1"}, set()),
        ({"price_from": "abc"}, {"price_from"}),
        ({"price_to": "-1"}, {"price_to"}),
        ({"on": "2"}, {"on"}),
        ({"stock": "１"}, {"stock"}),
        ({"stock": "9" * 30}, {"stock"}),
        ({"removed_from": "2026-02-30"}, {"removed_from"}),
        ({"removed_to": "0001-01-01"}, {"removed_to"}),
        ({"kind": "3"}, {"kind"}),
        ({"name": "?"}, {"name"}),
        ({"name": "x" * 101}, {"name"}),
        ({"sort": "name"}, {"sort"}),
        ({"sort": "--price"}, {"sort"}),
    ],
)
def test_what_is_not_understood_is_named_and_finds_nothing(
    app: Flask, make: World, args: dict[str, str], names: set[str]
) -> None:
    make.sku(price="5.00")
    with app.app_context():
        asked = ask(**args)
        assert asked.faults == names
        assert bool(asked.page().rows) == (not names)


def test_a_list_counts_no_further_than_it_says(app: Flask, make: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staff_rows, "COUNTED", 2)
    for _ in range(4):
        make.sku()
    with app.app_context():
        page = ask().page()
        assert (page.count, page.is_capped, len(page.rows)) == (2, True, 4)


def test_an_export_goes_through_all_pages(app: Flask, make: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staff_rows, "COUNTED", 2)
    ids = [make.sku(price="3.00") for _ in range(5)]
    with app.app_context():
        assert [row.id for row in ask(sort="price").all()] == ids
        assert [row.id for row in ask().all(most=3)] == ids[:1:-1]
