"""The only writer of stock and sales; every change is a row in the ledger."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Table, Update, bindparam, case, delete, func, insert, or_, select, update

from app.goods.errors import NoSuchSKU, NotOnSale, OutOfStock, SKUInUse
from app.goods.models import SKU, StockMovement
from app.goods.policy import moves_shown_state
from app.goods.signals import tell_changed, tell_restocked
from app.shared import clock, limits
from app.shared.db import db
from app.shared.prepared import Prepared
from app.shared.uow import in_unit_of_work

_SKUS: Table = SKU.__table__  # type: ignore[assignment]  # declared as the wider FromClause
_LEDGER: Table = StockMovement.__table__  # type: ignore[assignment]
# a sale leaves `version` and `updated_at` to the editors
_SOLD: Update = (
    update(_SKUS)
    .where(_SKUS.c.id == bindparam("sku"), _SKUS.c.is_launched, _SKUS.c.stock >= bindparam("taken"))
    .values(
        stock=_SKUS.c.stock - bindparam("taken"),
        sales=_SKUS.c.sales + bindparam("taken"),
        updated_at=_SKUS.c.updated_at,
    )
)
_SOLD_AT = _SOLD.where(_SKUS.c.price == bindparam("at"))
_SELL, _SELL_AT = Prepared(_SOLD), Prepared(_SOLD_AT)
_SELL_AS_SEEN = Prepared(_SOLD_AT.where(_SKUS.c.stock == bindparam("seen")))
_RECORD = Prepared(insert(_LEDGER), tuple(each.name for each in _LEDGER.c if not each.primary_key))


def lock_skus(sku_ids: list[int]) -> list[SKU]:
    """Lock rows in id order (no deadlock), freshly read (no stale identity map)."""
    assert in_unit_of_work(), "stock moves only inside a unit of work"
    query = select(SKU).where(SKU.id.in_(sku_ids)).order_by(SKU.id).with_for_update()
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def check_stock(locked: Iterable[SKU], counts: Mapping[int, int]) -> None:
    """Can these rows, already locked, give what is wanted? The error names the first that cannot."""
    found = {sku.id: sku for sku in locked}
    for sku_id in sorted(counts):
        sku = found.get(sku_id)
        if sku is None:
            raise NoSuchSKU(sku_id=sku_id)
        if not sku.is_launched:
            raise NotOnSale(sku_id=sku_id, name=sku.name)
        if sku.stock < counts[sku_id]:
            raise OutOfStock(sku_id=sku_id, name=sku.name, stock=sku.stock)


def reserve_stock(
    locked: list[SKU], counts: Mapping[int, int], *, order_number: str, actor: str, round_no: int = 1
) -> None:
    """Take what an order needs from rows already locked; the flow key is unique per order, SKU and round."""
    check_stock(locked, counts)
    for sku in locked:
        count = counts[sku.id]
        assert count > 0, "an order takes at least one"
        flow_key = f"reserve:{order_number}:{sku.id}:{round_no}"
        move(sku, -count, count, reason="下单", flow_key=flow_key, actor=actor, order=order_number)


def sell(sku_id: int, count: int, *, price: Decimal | None = None, seen: int | None = None) -> bool:
    """One conditional UPDATE: on the shelf, enough left, and still at `price` and at stock `seen` where given.

    False: nothing changed. The ledger rows of all lines follow in one go (`record_sales`).
    """
    assert in_unit_of_work(), "stock moves only inside a unit of work"
    assert count > 0, "an order takes at least one"
    values: dict[str, Any] = {"sku": sku_id, "taken": count}
    statement = _SELL
    if price is not None:
        statement, values["at"] = _SELL_AT, price
    if seen is not None:
        statement, values["seen"] = _SELL_AS_SEEN, seen
    return statement.run(**values) == 1


@dataclass(frozen=True)
class Sale:
    """What one order took."""

    order_number: str
    actor: str
    counts: Mapping[int, int]
    left: Mapping[int, int] | None = None  # stock after the sale, as far as it is known


def record_sales(sales: Iterable[Sale]) -> None:
    """The ledger of what was just sold, in one INSERT; the flow key is unique per order, SKU and round."""
    assert in_unit_of_work(), "stock moves only inside a unit of work"
    now, taken = clock.now(), list(sales)
    rows = [
        {
            "sku_id": sku_id,
            "stock_delta": -sale.counts[sku_id],
            "sales_delta": sale.counts[sku_id],
            "reason": "下单",
            "order_number": sale.order_number,
            "actor": sale.actor,
            "flow_key": f"reserve:{sale.order_number}:{sku_id}:1",
            "kind": "reserve",
            "created_at": now,
        }
        for sale in taken
        for sku_id in sorted(sale.counts)
    ]
    _RECORD.insert_all(rows)
    low = limits.setting("LOW_STOCK")
    sold = [(sku_id, None if sale.left is None else sale.left[sku_id]) for sale in taken for sku_id in sale.counts]
    shown = [sku_id for sku_id, left in sold if left is None or moves_shown_state(left, low)]
    tell_changed((sku_id for sku_id, _left in sold), on_page=shown)


def set_to_ledger(sku_id: int) -> bool:
    """Stock and sales become the sums of the ledger; False leaves a row alone whose sums are no stock (below 0)."""
    lock_skus([sku_id])
    sums = select(
        func.coalesce(func.sum(StockMovement.stock_delta), 0), func.coalesce(func.sum(StockMovement.sales_delta), 0)
    )
    left, sold = db.session.execute(sums.where(StockMovement.sku_id == sku_id)).one()
    if left < 0 or sold < 0:
        return False
    values = {"stock": int(left), "sales": int(sold), "updated_at": _SKUS.c.updated_at}
    db.session.connection().execute(update(_SKUS).where(_SKUS.c.id == sku_id).values(values))
    tell_changed([sku_id])
    return True


def follow_ledger(after_id: int) -> None:
    """Stock and sales move by the ledger rows beyond this id, brought in in bulk: never below zero (CHECK)."""
    assert in_unit_of_work(), "stock moves only inside a unit of work"
    new = select(
        _LEDGER.c.sku_id,
        func.sum(_LEDGER.c.stock_delta).label("pieces"),
        func.sum(_LEDGER.c.sales_delta).label("sold"),
    )
    sums = new.where(_LEDGER.c.id > after_id).group_by(_LEDGER.c.sku_id).subquery()
    values = {"stock": _SKUS.c.stock + sums.c.pieces, "sales": _SKUS.c.sales + sums.c.sold}
    moved = update(_SKUS).where(_SKUS.c.id == sums.c.sku_id).values({**values, "updated_at": _SKUS.c.updated_at})
    db.session.connection().execute(moved)


def release_stock(counts: Mapping[int, int], *, order_number: str, actor: str, reason: str, round_no: int = 1) -> None:
    """Give back what an order held, once a round."""
    for sku in lock_skus(sorted(counts)):
        count = counts[sku.id]
        flow_key = f"release:{order_number}:{sku.id}:{round_no}"
        move(sku, count, -count, reason=reason, flow_key=flow_key, actor=actor, order=order_number)


def add_skus(rows: Sequence[Mapping[str, Any]], *, actor: str) -> list[int]:
    """New SKUs that get their ids here, `stock` included, each with its opening line; the ids in order."""
    assert in_unit_of_work(), "stock moves only inside a unit of work"
    new = [SKU(**row) for row in rows]
    db.session.add_all(new)
    db.session.flush()
    _open([(sku.id, sku.stock, 0) for sku in new], actor)
    return [sku.id for sku in new]


def forget_unused(sku_id: int) -> None:
    """The ledger of a SKU that never had a piece, before the SKU goes; SKUInUse when it had one. The row is locked."""
    assert in_unit_of_work(), "stock moves only inside a unit of work"
    moved = or_(StockMovement.stock_delta != 0, StockMovement.sales_delta != 0)
    if db.session.scalar(select(func.count(StockMovement.id)).where(StockMovement.sku_id == sku_id, moved)):
        raise SKUInUse(sku_id=sku_id)
    db.session.execute(delete(StockMovement).where(StockMovement.sku_id == sku_id))


def insert_skus(rows: Sequence[Mapping[str, Any]], *, actor: str) -> None:
    """Bring new SKUs in, in bulk: rows as given (id, stock and sales included), each with its opening line."""
    assert in_unit_of_work(), "stock moves only inside a unit of work"
    if not rows:
        return
    db.session.execute(insert(SKU), rows)
    _open([(row["id"], row["stock"], row["sales"]) for row in rows], actor)


def _open(stocks: Sequence[tuple[int, int, int]], actor: str) -> None:
    """The first line of the ledger of each: (SKU, stock, sales)."""
    opening = [
        {
            "sku_id": sku_id,
            "stock_delta": count,
            "sales_delta": sold,
            "reason": "期初",
            "order_number": None,
            "actor": actor,
            "flow_key": f"opening:{sku_id}",
        }
        for sku_id, count, sold in stocks
    ]
    if opening:
        db.session.execute(insert(StockMovement), opening)
        tell_changed(sku_id for sku_id, _count, _sold in stocks)


def move_many(deltas: Mapping[int, int], empty: Iterable[int], *, reason: str, flow: str, actor: str) -> None:
    """So many pieces more or less of each, on rows already locked; `empty` are those that had none. Two statements.

    `flow` and the SKU make the flow key, so that nothing moves twice.
    """
    assert in_unit_of_work(), "stock moves only inside a unit of work"
    moved = {sku_id: delta for sku_id, delta in sorted(deltas.items()) if delta}
    if not moved:
        return
    after = _SKUS.c.stock + case(moved, value=_SKUS.c.id, else_=0)
    found = update(_SKUS).where(_SKUS.c.id.in_(moved)).values(stock=after, updated_at=_SKUS.c.updated_at)
    db.session.execute(found)
    base = {"reason": reason[:100], "actor": actor[:64], "created_at": clock.now()}
    rows = [
        {"sku_id": sku_id, "stock_delta": delta, "flow_key": f"{flow}:{sku_id}", **base}
        for sku_id, delta in moved.items()
    ]
    db.session.execute(insert(StockMovement), rows)
    tell_changed(moved)
    tell_restocked(sku_id for sku_id in empty if moved.get(sku_id, 0) > 0)


def move(
    sku: SKU, stock_delta: int, sales_delta: int, *, reason: str, flow_key: str, actor: str, order: str | None = None
) -> None:
    """One change by a Core UPDATE that leaves `version` to the editors, and its row in the ledger."""
    result = db.session.execute(
        update(SKU)
        .where(SKU.id == sku.id, SKU.stock + stock_delta >= 0)
        .values(stock=SKU.stock + stock_delta, sales=SKU.sales + sales_delta, updated_at=SKU.updated_at)
        .execution_options(synchronize_session=False)
    )
    if result.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE's result has it
        raise OutOfStock(sku_id=sku.id, name=sku.name, stock=sku.stock)
    db.session.add(
        StockMovement(
            sku_id=sku.id,
            stock_delta=stock_delta,
            sales_delta=sales_delta,
            reason=reason,
            order_number=order,
            actor=actor,
            flow_key=flow_key,
        )
    )
    tell_changed([sku.id])
    if sku.stock <= 0 < stock_delta:
        tell_restocked([sku.id])
