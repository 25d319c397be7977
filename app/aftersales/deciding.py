"""What the verbs that open, approve and pay documents share; all of it joins a unit that holds the order's lock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from app.aftersales import documents, limits, words
from app.aftersales.errors import GoodsHaveLeft, NothingAsked, NotReturnable
from app.aftersales.models import AfterSale
from app.aftersales.policy import ASK_DAYS
from app.aftersales.states import Kind, State
from app.orders import refunded
from app.orders.models import Order, OrderStatus
from app.payment import ledger
from app.shared.db import db
from app.shared.errors import NotFound
from app.shared.money import ZERO

WAITING = frozenset({State.ASKED})
OWED = frozenset({State.APPROVED, State.GOODS_BACK})  # approved, its refund not yet written
SENT = (OrderStatus.UNRECEIVED, OrderStatus.UNREVIEWED, OrderStatus.FINISHED)


@dataclass(frozen=True)
class Asking:
    """What a shopper submits: pieces per order line id; the same token again is the same document."""

    user_id: int
    order_number: str
    kind: Kind
    counts: Mapping[int, int]
    reason: str
    words: str
    submit_token: str
    days: int = ASK_DAYS  # after receipt
    pictures: Sequence[str] = ()  # stems of pictures that wait for this document


def write(order: Order, asking: Asking, number: str, actor: str, reason: str) -> AfterSale:
    """Check what is asked against what is there, and write the document."""
    counts = {line_id: count for line_id, count in asking.counts.items() if count > 0}
    lines = refunded.line_states(order.id)
    if not counts:
        raise NothingAsked()
    if not counts.keys() <= lines.keys():
        raise NotFound()
    is_unsent = _is_unsent(order, asking.kind)
    documents.check_left(lines, counts, documents.claimed(order.id, WAITING))
    if is_unsent:
        documents.check_unsent(lines, counts)
    worth = documents.sums(order, lines, counts, promised(order.id))
    document = AfterSale(
        number=number,
        order_id=order.id,
        user_id=order.user_id,
        submit_token=asking.submit_token,
        kind=asking.kind.value,
        state=State.ASKED.value,
        is_unsent=is_unsent,
        reason=asking.reason,
        words=asking.words,
        goods_amount=worth.goods,
        freight=worth.freight,
        amount=worth.amount,
    )
    db.session.add(document)
    db.session.flush()
    for line_id, count in sorted(counts.items()):
        documents.add_line(document, lines[line_id], count)
    documents.note(document, None, actor, reason)
    db.session.flush()
    return document


def _is_unsent(order: Order, kind: Kind) -> bool:
    """Before the order has left only money can be asked for, afterwards both."""
    if order.status == OrderStatus.UNSENT and kind is Kind.REFUND:
        return True
    if order.status not in SENT:
        raise NotReturnable(status=order.status)
    return False


def promised(order_id: int, but: int = 0) -> Decimal:
    """Money of approved documents whose goods are still on their way back."""
    query = select(AfterSale.amount).where(
        AfterSale.order_id == order_id, AfterSale.state.in_([state.value for state in OWED]), AfterSale.id != but
    )
    return sum(db.session.scalars(query), ZERO)


def accept(order: Order, document: AfterSale, actor: str, reason: str, by: int | None) -> None:
    """Approve a document of a locked order, within the limits of `by`. Joins the caller's unit."""
    documents.step(document, State.APPROVED, actor, reason)
    counts = {line.order_line_id: line.count for line in documents.lines_of(document.id)}
    lines = refunded.line_states(order.id)
    documents.check_left(lines, counts, {})
    if document.is_unsent:
        if order.status != OrderStatus.UNSENT:
            raise GoodsHaveLeft()
        documents.check_unsent(lines, counts)
    worth = documents.sums(order, lines, counts, promised(order.id, but=document.id))
    document.goods_amount, document.freight, document.amount = worth.goods, worth.freight, worth.amount
    limits.spend(by, worth.amount)
    refunded.give_up(order.id, counts)
    if document.kind == Kind.RETURN:
        documents.tell(order, document)
        return
    if document.is_unsent:
        documents.stock_back(order, document.id, actor)
    pay(order, document, actor)
    if document.is_unsent:
        refunded.after_giving_up(order, actor, words.ORDER_ENDED)


def pay(order: Order, document: AfterSale, actor: str) -> None:
    """Write down the refund with its number; the provider is asked after the commit."""
    db.session.flush()
    ledger.owe(order, document.amount, words.REASONS[document.reason], after_sale_id=document.id)
    documents.step(document, State.PAYING, actor, words.PAYING)
    documents.tell(order, document)
