"""The three amounts of a SKU: what they may be, and the one writer of what they were."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import insert

from app.goods.bulk_models import PriceChange
from app.goods.errors import BadPrice
from app.goods.models import SKU
from app.shared import acting, clock
from app.shared.db import db
from app.shared.errors import marked
from app.shared.money import CENT, MOST, ZERO
from app.shared.uow import in_unit_of_work

AMOUNTS = ("price", "market_price", "cost_price")
SYSTEM = "system"


@dataclass(frozen=True)
class Amounts:
    """Price, market price and cost together, for they bound each other."""

    price: Decimal
    market_price: Decimal
    cost_price: Decimal

    def fault(self) -> str | None:
        """The first thing that cannot be, as a message id."""
        if not CENT <= self.price <= MOST:
            return marked("价格应大于 0，且不超过 99999999.99")
        if not ZERO <= self.cost_price <= MOST:
            return marked("进价应在 0 到 99999999.99 之间")
        if self.market_price > MOST:
            return marked("市场价不能超过 99999999.99")
        if self.market_price < self.price:
            return marked("价格不能高于市场价")
        return None

    def warning(self) -> str | None:
        """What is allowed and yet looks wrong."""
        return marked("价格低于进价") if self.price < self.cost_price else None


def amounts_of(row: Any) -> Amounts:
    """Of a SKU, or of a row that holds its columns."""
    return Amounts(row.price, row.market_price, row.cost_price)


def who(actor: str = "") -> str:
    """Who changes a price: as said, else the act of staff in hand, else the mall itself."""
    act = acting.current()
    return actor or (act.who if act else SYSTEM)


def set_amounts(sku: SKU, values: Mapping[str, Decimal], *, actor: str = "", reason: str = "") -> None:
    """Write amounts onto a row of the session, with their line in the history; BadPrice, and nothing is written.

    Amounts that do not change are no change: the rules are not asked of what has long been so.
    """
    old = amounts_of(sku)
    new = Amounts(**{name: values.get(name, getattr(old, name)) for name in AMOUNTS})
    if new == old:
        return
    fault = new.fault()
    if fault is not None:
        raise BadPrice(fault, sku_id=sku.id)
    sku.price, sku.market_price, sku.cost_price = new.price, new.market_price, new.cost_price
    db.session.add(PriceChange(**_line(sku.id, old, new), actor=who(actor)[:64], reason=reason[:100]))  # one flush


def record(
    changes: Iterable[tuple[int, Amounts, Amounts]], *, actor: str = "", reason: str = "", bulk_id: int | None = None
) -> None:
    """Lines of the history, in one INSERT: (SKU, before, after), for who writes amounts by statements of his own."""
    assert in_unit_of_work(), "prices change only inside a unit of work"
    now, name = clock.now(), who(actor)[:64]
    rows = [
        {
            **_line(sku_id, old, new),
            "actor": name,
            "reason": reason[:100],
            "bulk_id": bulk_id,
            "created_at": now,
        }
        for sku_id, old, new in changes
        if old != new
    ]
    if rows:
        db.session.execute(insert(PriceChange), rows)


def _line(sku_id: int, old: Amounts, new: Amounts) -> dict[str, Any]:
    return {
        "sku_id": sku_id,
        **{f"old_{each}": getattr(old, each) for each in AMOUNTS},
        **{f"new_{each}": getattr(new, each) for each in AMOUNTS},
    }
