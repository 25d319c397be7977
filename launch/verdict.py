"""What the database says after `launch.chaos`, held against what the crowd was told. Plain SQL: no room is imported."""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

import config
from launch.crowd import Book
from launch.words import box

UNPAID, CANCELLED = 1, 6
GRACE = timedelta(seconds=60)


@dataclass
class Verdict:
    """Figures to look at, and sins, each of which must be zero."""

    figures: dict[str, str]
    sins: dict[str, int]
    faults: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not any(self.sins.values())

    def table(self) -> str:
        rows = [f"{name:34}{value:>12}" for name, value in self.figures.items()]
        rows += ["", *(f"{name:34}{count:>12}" for name, count in self.sins.items())]
        return "\n".join([box(rows), *self.faults[:8]])


class DatabaseBooks:
    """Reads of the mall's tables, each in a transaction of its own."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    def rows(self, sql: str, **values: Any) -> list[tuple[Any, ...]]:
        with self.engine.connect() as line:
            return [tuple(row) for row in line.execute(sa.text(sql), values)]

    def number(self, sql: str, **values: Any) -> int:
        return int(self.rows(sql, **values)[0][0] or 0)

    def shelf(self, count: int) -> list[int]:
        """So many SKUs on the shelf."""
        return [row[0] for row in self.rows("SELECT id FROM skus WHERE is_launched ORDER BY id LIMIT :n", n=count)]

    def wait_until_quiet(self, seconds: float) -> None:
        """Until no order is unpaid and no refund due, or so many seconds have passed: both end by themselves."""
        deadline = time.monotonic() + seconds
        quiet = (
            "SELECT (SELECT count(*) FROM orders WHERE status = 1) + (SELECT count(*) FROM refunds WHERE state = 'due')"
        )
        while self.number(quiet) and time.monotonic() < deadline:
            time.sleep(0.5)

    def judge(self, book: Book, skus: list[int]) -> Verdict:
        """The verdict on everything the crowd was told."""
        known = {row[0] for row in self.rows("SELECT number FROM orders")}
        waits = sorted(book.waited) or [0.0]
        figures = {
            "orders acknowledged": str(len(book.acknowledged)),
            "orders in the database": str(len(known)),
            "of them paid at the bank": str(len(book.paid)),
            "submits refused (sold out …)": str(book.refused),
            "submits never answered": str(book.given_up),
            "requests broken off or told 503": str(book.broken),
            "longest wait for an order": f"{waits[-1]:.1f} s",
        }
        sins = {
            "answers 500": len(book.faults),
            "lost": len(set(book.acknowledged) - known),
            "doubled": self._doubled(book),
            "not whole": self._torn(),
            "oversold": self._oversold(skus),
            "ledger drift": self._drift(),
            "paid, neither kept nor given back": self._money_lost(book),
            "unreleased after deadline + 60 s": self._unreleased(),
        }
        return Verdict(figures, sins, book.faults)

    def _doubled(self, book: Book) -> int:
        """One token, two orders: as told, or as written."""
        told = sum(len(numbers) > 1 for numbers in book.answers.values())
        twice = "SELECT count(*) FROM (SELECT 1 FROM orders GROUP BY user_id, submit_token HAVING count(*) > 1) AS t"
        return told + self.number(twice)

    def _torn(self) -> int:
        """Orders whose lines do not add up."""
        return self.number(
            "SELECT count(*) FROM orders o WHERE o.total_count <>"
            " (SELECT coalesce(sum(l.count), 0) FROM order_lines l WHERE l.order_id = o.id)"
        )

    def _oversold(self, skus: list[int]) -> int:
        """Pieces in standing orders, over what was brought in; and pieces below zero."""
        over = 0
        for sku_id in skus:
            brought = self.number(
                "SELECT sum(stock_delta) FROM stock_movements WHERE sku_id = :id AND order_number IS NULL", id=sku_id
            )
            held = self.number(
                "SELECT sum(l.count - l.refunded) FROM order_lines l JOIN orders o ON o.id = l.order_id"
                " WHERE l.sku_id = :id AND o.status <> 6",
                id=sku_id,
            )
            stock = self.number("SELECT stock FROM skus WHERE id = :id", id=sku_id)
            over += max(0, held - brought) + max(0, -stock) + abs(brought - held - stock)
        return over

    def _drift(self) -> int:
        return self.number(
            "SELECT count(*) FROM skus s WHERE s.stock <>"
            " (SELECT coalesce(sum(m.stock_delta), 0) FROM stock_movements m WHERE m.sku_id = s.id)"
        )

    def _money_lost(self, book: Book) -> int:
        """Orders that the bank was paid for: alive, or given back."""
        lost = 0
        for number in book.paid:
            [(status, came, back)] = self.rows(
                "SELECT o.status, (SELECT sum(amount) FROM receipts r WHERE r.order_id = o.id),"
                " (SELECT sum(amount) FROM refunds f WHERE f.order_id = o.id) FROM orders o WHERE o.number = :n",
                n=number,
            )
            lost += not came or (status in (UNPAID, CANCELLED)) != (came == (back or 0))
        return lost

    def _unreleased(self) -> int:
        """Unpaid orders that hold their stock longer than a minute over their time, or held it so long."""
        now = datetime.now(UTC).replace(tzinfo=None)
        waiting = [(row[0], now) for row in self.rows("SELECT pay_before FROM orders WHERE status = 1")]
        ended = self.rows(
            "SELECT o.pay_before, e.created_at FROM orders o JOIN order_events e ON e.order_id = o.id"
            " WHERE e.old_status = 1 AND e.new_status = 6 AND o.pay_before IS NOT NULL"
        )
        return sum(_moment(end) - _moment(deadline) > GRACE for deadline, end in [*waiting, *ended])


def _moment(value: Any) -> datetime:
    """MariaDB gives a datetime, SQLite its text."""
    return value if isinstance(value, datetime) else datetime.fromisoformat(str(value))


def read_books(url: str, instance: Path) -> DatabaseBooks:
    """The books of this mall: of the given database, else of the SQLite file in its folder."""
    return DatabaseBooks(sa.create_engine(config.database_url(url, instance), pool_pre_ping=True))
