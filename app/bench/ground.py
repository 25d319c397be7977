"""The ground of a load test: SKUs and ready shoppers of its own in the configured database."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select, text, update

from app.goods import stock
from app.goods.models import SKU, SPU, StockMovement
from app.orders.models import OrderLine
from app.shared import clock
from app.shared.db import db
from app.shared.uow import unit_of_work
from app.users import seeding
from app.users.models import Address
from app.users.seeding import Ready

PRICE = Decimal("10.00")
FIRST_ID = 900_000_000  # far from every other number in a row: a replayed statement knows a SKU by it
DURABILITY = "@@innodb_flush_log_at_trx_commit"


class NoGround(Exception):
    """The database lacks what a load test stands on; the text says what to load."""


@dataclass(frozen=True)
class Buyer:
    """A signed-in shopper with an address."""

    ready: Ready
    address_id: int


def make_buyers(number: int) -> list[Buyer]:
    """So many new shoppers."""
    place = seeding.find_place()
    if place is None:
        raise NoGround("no areas yet: run `flask areas load` first")
    batch, first = secrets.token_hex(3), secrets.randbelow(10**8)
    people = [(f"bench-{batch}-{n:05d}", f"199{(first + n) % 10**8:08d}") for n in range(number)]
    ready = seeding.make_shoppers(people, "nobody signs in by password", place)
    ids = [each.user_id for each in ready]
    rows = db.session.execute(select(Address.user_id, Address.id).where(Address.user_id.in_(ids)))
    addresses = {row.user_id: row.id for row in rows}
    db.session.rollback()
    return [Buyer(each, addresses[each.user_id]) for each in ready]


@unit_of_work
def make_skus(number: int, pieces: int) -> list[int]:
    """SKUs of ten yuan beside the first family there is."""
    family = db.session.execute(select(SPU.id, SPU.category3_id).order_by(SPU.id).limit(1)).first()
    if family is None:
        raise NoGround("no goods yet: run `flask goods load-demo` first")
    first = max(FIRST_ID, (db.session.scalar(select(func.max(SKU.id))) or 0) + 1)
    now = clock.now()
    rows = [
        {
            "id": first + n,
            "spu_id": family.id,
            "category_id": family.category3_id,
            "name": f"压力测试商品 {first + n}",
            "price": PRICE,
            "cost_price": PRICE,
            "market_price": PRICE,
            "stock": pieces,
            "sales": 0,
            "is_launched": True,
            "created_at": now,
            "updated_at": now,
        }
        for n in range(number)
    ]
    stock.insert_skus(rows, actor="bench")
    return [first + n for n in range(number)]


@unit_of_work
def take_off_shelf(sku_ids: Sequence[int]) -> None:
    """The shop shows them no longer; their orders and ledger stay, exact."""
    gone = update(SKU).where(SKU.id.in_(sku_ids)).values(is_launched=False, updated_at=SKU.updated_at)
    db.session.execute(gone.execution_options(synchronize_session=False))


def count_oversold(sku_ids: Sequence[int], pieces: int) -> int:
    """Pieces sold beyond what there was, and pieces on which stock and order lines disagree."""
    sold = _sums(OrderLine.sku_id, func.sum(OrderLine.count), sku_ids)
    rows = db.session.execute(select(SKU.id, SKU.stock).where(SKU.id.in_(sku_ids))).all()
    wrong = sum(
        max(0, sold.get(row.id, 0) - pieces) + abs(pieces - sold.get(row.id, 0) - int(row.stock)) for row in rows
    )
    return wrong + count_wrong(sku_ids)


def count_wrong(sku_ids: Sequence[int]) -> int:
    """Pieces on which stock, sales, ledger and order lines disagree; a lost or doubled update shows here."""
    sold = _sums(OrderLine.sku_id, func.sum(OrderLine.count), sku_ids)
    ledger = _sums(StockMovement.sku_id, func.sum(StockMovement.stock_delta), sku_ids)
    rows = db.session.execute(select(SKU.id, SKU.stock, SKU.sales).where(SKU.id.in_(sku_ids))).all()
    db.session.rollback()
    return sum(abs(sold.get(row.id, 0) - int(row.sales)) + abs(ledger.get(row.id, 0) - int(row.stock)) for row in rows)


def _sums(key: object, value: object, sku_ids: Sequence[int]) -> dict[int, int]:
    query = select(key, value).where(key.in_(sku_ids)).group_by(key)  # type: ignore[attr-defined, call-overload]
    return {sku_id: int(total) for sku_id, total in db.session.execute(query)}


def describe_database() -> dict[str, str]:
    """Which engine answers, and what its COMMIT promises."""
    dialect = db.engine.dialect.name
    with db.engine.connect() as line:
        if dialect == "sqlite":
            level = {0: "OFF", 1: "NORMAL", 2: "FULL"}.get(int(line.execute(text("PRAGMA synchronous")).scalar_one()))
            version = line.execute(text("SELECT sqlite_version()")).scalar_one()
            return {"engine": f"SQLite {version}", "commit": f"WAL, synchronous={level}"}
        version, flush = line.execute(text(f"SELECT VERSION(), {DURABILITY}")).one()
        promise = "durable" if int(flush) == 1 else "NOT durable"
        return {"engine": f"MariaDB {version}", "commit": f"innodb_flush_log_at_trx_commit={flush} ({promise})"}
