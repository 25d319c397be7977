"""Stock moved by hand: by a difference, or after a count of the shelf. Every move has its reason and its line.

Nothing is written over: a count is a difference too, to what the mall knew when the shelf was counted, so that what
was sold since stays sold.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.goods import stock
from app.goods.errors import BadReason, BadStock, NoSuchSKU, OutOfStock
from app.goods.models import SKU, StockMovement
from app.goods.repricing import MOST_STOCK
from app.shared.db import db
from app.shared.errors import marked
from app.shared.uow import unit_of_work

LONGEST_REASON = 80
CHUNK = 200  # SKUs of one transaction
REASONS: Mapping[str, str] = {  # what staff choose from, and add a word to
    "arrival": marked("到货"),
    "count": marked("盘点"),
    "damage": marked("报损"),
    "transfer": marked("调拨"),
    "return": marked("退货入库"),
    "correction": marked("更正"),
    "other": marked("其他"),
}


@dataclass(frozen=True)
class Count:
    """What somebody counted on the shelf; `seen` is the stock the mall showed then, `at` when it was."""

    sku_id: int
    counted: int
    seen: int | None = None
    at: datetime | None = None


def read_reason(kind: str, note: str) -> str:
    """`到货：第二批`; BadReason."""
    note = " ".join(note.split())
    if kind not in REASONS or (kind == "other" and not note):
        raise BadReason()
    return check_reason(f"{REASONS[kind]}：{note}" if note else REASONS[kind])


def check_reason(text: str) -> str:
    """A reason in words; BadReason."""
    text = " ".join(text.split())
    if not text or len(text) > LONGEST_REASON or not text.isprintable():
        raise BadReason()
    return text


def new_token() -> str:
    """What makes a form sent twice one move."""
    return secrets.token_hex(8)


@unit_of_work
def adjust_stock(sku_id: int, delta: int, *, reason: str, actor: str, once: str = "") -> int:
    """So many pieces more or less; the stock after it. Told twice with one token it moves once; OutOfStock below 0."""
    if abs(delta) > MOST_STOCK:
        raise BadStock(sku_id=sku_id)
    sku = _lock(sku_id)
    flow_key = f"adjust:{sku_id}:{once or new_token()}"[:64]
    if not delta or _is_done(flow_key):
        return sku.stock
    stock.move(sku, delta, 0, reason=check_reason(reason), flow_key=flow_key, actor=actor[:64])
    return sku.stock + delta


def count_stock(count: Count, *, reason: str, actor: str, once: str = "") -> int:
    """The shelf held `counted` when the mall said `seen`: the difference goes onto the stock as it is. Returns it.

    Without `seen` and `at` the shelf was counted just now, and the stock becomes the count.
    """
    return count_all([count], reason=reason, actor=actor, once=once)[count.sku_id]


def count_all(counts: Sequence[Count], *, reason: str, actor: str, once: str = "") -> dict[int, int]:
    """The same for a whole shelf, some hundred SKUs a transaction; SKU → difference. Told twice it moves once."""
    token, moved = once or new_token(), dict[int, int]()
    for start in range(0, len(counts), CHUNK):
        moved |= _count_some(counts[start : start + CHUNK], check_reason(reason), actor[:64], f"count:{token}")
    return moved


@unit_of_work
def _count_some(counts: Sequence[Count], reason: str, actor: str, flow: str) -> dict[int, int]:
    locked = {sku.id: sku for sku in stock.lock_skus(sorted(count.sku_id for count in counts))}
    keys = [f"{flow}:{sku_id}" for sku_id in locked]
    done = set(db.session.scalars(select(StockMovement.flow_key).where(StockMovement.flow_key.in_(keys))))
    moved: dict[int, int] = {}
    for count in counts:
        sku = locked.get(count.sku_id)
        if sku is None:
            raise NoSuchSKU(sku_id=count.sku_id)
        difference = 0 if f"{flow}:{sku.id}" in done else difference_of(count, sku.stock)
        if sku.stock + difference < 0:
            raise OutOfStock(sku_id=sku.id, name=sku.name, stock=sku.stock)
        moved[sku.id] = difference
    empty = [sku_id for sku_id, sku in locked.items() if sku.stock <= 0]
    stock.move_many(moved, empty, reason=reason, flow=flow, actor=actor)
    return moved


def difference_of(count: Count, stock_now: int) -> int:
    """What a count means for a stock; a verb asks it under the SKU's lock."""
    if not 0 <= count.counted <= MOST_STOCK:
        raise BadStock(sku_id=count.sku_id)
    if count.seen is not None:
        return count.counted - count.seen
    if count.at is not None:
        return count.counted - (stock_now - _moved_since(count.sku_id, count.at))
    return count.counted - stock_now


def _moved_since(sku_id: int, at: datetime) -> int:
    moved = select(func.coalesce(func.sum(StockMovement.stock_delta), 0))
    return int(db.session.scalar(moved.where(StockMovement.sku_id == sku_id, StockMovement.created_at > at)) or 0)


def _lock(sku_id: int) -> SKU:
    locked = stock.lock_skus([sku_id])
    if not locked:
        raise NoSuchSKU(sku_id=sku_id)
    return locked[0]


def _is_done(flow_key: str) -> bool:
    """Asked under the SKU's lock, so nobody is writing the same line just now."""
    return db.session.scalar(select(StockMovement.id).where(StockMovement.flow_key == flow_key)) is not None
