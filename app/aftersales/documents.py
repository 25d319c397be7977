"""What the verbs of after-sales share: reading a document under its order's lock, its moves, its sums."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import delete, select

from app.aftersales import words
from app.aftersales.errors import GoodsHaveLeft, NothingAsked, NothingPaid, TooManyPieces
from app.aftersales.models import AfterSale, AfterSaleEvent, AfterSaleLine
from app.aftersales.states import State
from app.goods.stock import lock_skus, move
from app.orders.models import Order
from app.orders.refunded import LineState
from app.outbox.services import promise
from app.payment import ledger
from app.shared.db import db
from app.shared.errors import BadValue, NotFound
from app.shared.money import ZERO, show


@dataclass(frozen=True)
class Sums:
    """What a document is worth, in yuan; `amount` never exceeds what is left of the order's money."""

    goods: Decimal
    freight: Decimal
    amount: Decimal


def find(number: str) -> tuple[int, int]:
    """(document id, order id) of a number, read before any lock."""
    row = db.session.execute(select(AfterSale.id, AfterSale.order_id).where(AfterSale.number == number)).first()
    if row is None:
        raise NotFound()
    return row.id, row.order_id


def read(document_id: int) -> AfterSale:
    """The document, freshly read; the caller holds the order's lock, which guards all its documents."""
    query = select(AfterSale).where(AfterSale.id == document_id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def lines_of(document_id: int) -> list[AfterSaleLine]:
    """Its lines in the order of the order's."""
    query = select(AfterSaleLine).where(AfterSaleLine.after_sale_id == document_id)
    return list(db.session.scalars(query.order_by(AfterSaleLine.order_line_id)))


def add_line(document: AfterSale, line: LineState, count: int) -> None:
    """So many pieces of a line, at the price they were sold."""
    db.session.add(
        AfterSaleLine(
            after_sale_id=document.id, order_line_id=line.id, sku_id=line.sku_id, price=line.price, count=count
        )
    )


def reduce(document: AfterSale, counts: Mapping[int, int]) -> bool:
    """Fewer pieces than were asked for, in a document that nobody has decided yet; False when they are the same.

    BadValue for more pieces, or lines, than it speaks for; NothingAsked when none would be left.
    """
    lines = lines_of(document.id)
    asked = {line.order_line_id: line.count for line in lines}
    wanted = {line_id: counts.get(line_id, 0) for line_id in asked}
    if not counts.keys() <= asked.keys() or any(not 0 <= wanted[each] <= asked[each] for each in asked):
        raise BadValue()
    if not any(wanted.values()):
        raise NothingAsked()
    if document.state != State.ASKED or wanted == asked:
        return False
    for line in lines:
        line.count = wanted[line.order_line_id]
        if not line.count:
            db.session.expunge(line)
            db.session.execute(delete(AfterSaleLine).where(AfterSaleLine.id == line.id))
    db.session.flush()
    return True


def step(document: AfterSale, state: State, actor: str, reason: str) -> None:
    """Move and write it down."""
    old = document.state
    document.move_to(state)
    note(document, old, actor, reason)


def note(document: AfterSale, old: str | None, actor: str, reason: str) -> None:
    """One line of the document's diary."""
    event = AfterSaleEvent(
        after_sale_id=document.id, old_state=old, new_state=document.state, actor=actor[:64], reason=reason[:200]
    )
    db.session.add(event)


def claimed(order_id: int, states: frozenset[State]) -> dict[int, int]:
    """Pieces per order line that documents in these states speak for."""
    query = (
        select(AfterSaleLine.order_line_id, AfterSaleLine.count)
        .join(AfterSale, AfterSale.id == AfterSaleLine.after_sale_id)
        .where(AfterSale.order_id == order_id, AfterSale.state.in_([state.value for state in states]))
    )
    found: dict[int, int] = {}
    for line_id, count in db.session.execute(query):
        found[line_id] = found.get(line_id, 0) + count
    return found


def check_left(lines: Mapping[int, LineState], counts: Mapping[int, int], waiting: Mapping[int, int]) -> None:
    """Are so many pieces of each line still to give up, beside those that others wait for?"""
    for line_id, count in counts.items():
        left = lines[line_id].left - waiting.get(line_id, 0)
        if count > left:
            raise TooManyPieces(line_id=line_id, left=left)


def check_unsent(lines: Mapping[int, LineState], counts: Mapping[int, int]) -> None:
    """Are all these pieces still in the house?"""
    if any(count > lines[line_id].unsent for line_id, count in counts.items()):
        raise GoodsHaveLeft()


def sums(order: Order, lines: Mapping[int, LineState], counts: Mapping[int, int], promised: Decimal = ZERO) -> Sums:
    """Goods at the price sold; freight only when nothing was sent and nothing is left; capped by the order's money.

    `promised` is money that other approved documents still wait for. NothingPaid when nothing is left.
    """
    goods = sum((lines[line_id].price * count for line_id, count in counts.items()), ZERO)
    is_all = all(line.left == counts.get(line.id, 0) and not line.shipped for line in lines.values())
    freight = order.freight if is_all else ZERO
    amount = min(goods + freight, ledger.balance(order.id) - promised)
    if amount <= 0:
        raise NothingPaid()
    return Sums(goods, freight, amount)


def stock_back(order: Order, document_id: int, actor: str) -> None:
    """The pieces of a document are on the shelf again; its flow keys let that happen once."""
    counts = {line.sku_id: line.count for line in lines_of(document_id)}
    for sku in lock_skus(sorted(counts)):
        count = counts[sku.id]
        flow_key = f"aftersale:{document_id}:{sku.id}"
        move(sku, count, -count, reason=words.STOCK_BACK, flow_key=flow_key, actor=actor, order=order.number)


def tell(order: Order, document: AfterSale, reason: str = "") -> None:
    """The shopper hears of the state just reached, unless they have left the mall."""
    if not order.mobile:
        return
    facts = {"number": document.number, "amount": show(document.amount), "reason": reason}
    text = words.SMS[State(document.state)] % facts
    unique_key = f"aftersale:{document.number}:{document.state}"
    promise(unique_key=unique_key, kind="sms", to=order.mobile, text=f"【美多商城】{text}", user_id=order.user_id)
