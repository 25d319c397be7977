"""Verbs of after-sales: each locks the order's row first, so that all documents of one order pass one by one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.aftersales import deadline, documents, words
from app.aftersales.errors import GoodsHaveLeft, NoReason, NothingAsked, NotReturnable, TooLate
from app.aftersales.models import AfterSale
from app.aftersales.policy import ASK_DAYS, NUMBER_TRIES
from app.aftersales.states import Kind, State
from app.orders import refunded
from app.orders import services as orders
from app.orders.models import Order, OrderStatus
from app.orders.numbers import new_number
from app.payment import ledger
from app.payment.models import Refund
from app.pictures import services as pictures
from app.pictures.policy import Kind as PictureKind
from app.shared.db import db
from app.shared.errors import Busy, NotFound
from app.shared.money import ZERO
from app.shared.uow import unit_of_work, violates

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


def ask(asking: Asking) -> str:
    """The new document's number."""
    for _ in range(NUMBER_TRIES):
        try:
            return _ask(asking, f"S{new_number()}")
        except IntegrityError as problem:
            if not violates(problem, "uq_after_sales_number", "after_sales.number"):
                raise
    raise Busy()


@unit_of_work
def _ask(asking: Asking, number: str) -> str:
    order = orders.lock_own_order(asking.order_number, asking.user_id)
    twin = _find_by_token(order.id, asking.submit_token)
    if twin is not None:
        return twin
    if deadline.is_over(order.id, asking.days):
        raise TooLate(days=asking.days)
    document = _write(order, asking, number, f"user:{asking.user_id}", words.ASKED)
    pictures.use(asking.pictures, PictureKind.RETURN, document.id, asking.user_id)
    documents.tell(order, document)
    return number


def _find_by_token(order_id: int, token: str) -> str | None:
    query = select(AfterSale.number).where(AfterSale.order_id == order_id, AfterSale.submit_token == token)
    return db.session.scalar(query)


def _write(order: Order, asking: Asking, number: str, actor: str, reason: str) -> AfterSale:
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
    worth = documents.sums(order, lines, counts, _promised(order.id))
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


def _promised(order_id: int, but: int = 0) -> Decimal:
    """Money of approved documents whose goods are still on their way back."""
    query = select(AfterSale.amount).where(
        AfterSale.order_id == order_id, AfterSale.state.in_([state.value for state in OWED]), AfterSale.id != but
    )
    return sum(db.session.scalars(query), ZERO)


def cancel_own(user_id: int, number: str) -> None:
    """The shopper takes a question back, while it is one."""
    document_id, order_id = documents.find(number)
    _cancel(user_id, document_id, order_id)


@unit_of_work
def _cancel(user_id: int, document_id: int, order_id: int) -> None:
    orders.lock_order(order_id)
    document = documents.read(document_id)
    if document.user_id != user_id:
        raise NotFound()
    documents.step(document, State.CANCELLED, f"user:{user_id}", words.CANCELLED)


def refuse(number: str, actor: str, reason: str) -> None:
    """Staff say no, and why."""
    if not reason.strip():
        raise NoReason()
    _refuse(*documents.find(number), actor, reason.strip()[:200])


@unit_of_work
def _refuse(document_id: int, order_id: int, actor: str, reason: str) -> None:
    order = orders.lock_order(order_id)
    document = documents.read(document_id)
    documents.step(document, State.REFUSED, actor, reason)
    documents.tell(order, document, reason)


def approve(number: str, actor: str) -> str:
    """Staff say yes: the pieces count as given up, and money goes back at once unless goods come back first."""
    return _approve(*documents.find(number), actor)


@unit_of_work
def _approve(document_id: int, order_id: int, actor: str) -> str:
    order = orders.lock_order(order_id)
    document = documents.read(document_id)
    _accept(order, document, actor, words.APPROVED)
    return document.state


def _accept(order: Order, document: AfterSale, actor: str, reason: str) -> None:
    """Approve a document of a locked order. Joins the caller's unit."""
    documents.step(document, State.APPROVED, actor, reason)
    counts = {line.order_line_id: line.count for line in documents.lines_of(document.id)}
    lines = refunded.line_states(order.id)
    documents.check_left(lines, counts, {})
    if document.is_unsent:
        if order.status != OrderStatus.UNSENT:
            raise GoodsHaveLeft()
        documents.check_unsent(lines, counts)
    worth = documents.sums(order, lines, counts, _promised(order.id, but=document.id))
    document.goods_amount, document.freight, document.amount = worth.goods, worth.freight, worth.amount
    refunded.give_up(order.id, counts)
    if document.kind == Kind.RETURN:
        documents.tell(order, document)
        return
    if document.is_unsent:
        documents.stock_back(order, document.id, actor)
    _pay(order, document, actor)
    if document.is_unsent:
        refunded.after_giving_up(order, actor, words.ORDER_ENDED)


def goods_back(number: str, actor: str) -> None:
    """What was sent back has arrived: it is on the shelf again, and the money goes back."""
    _goods_back(*documents.find(number), actor)


@unit_of_work
def _goods_back(document_id: int, order_id: int, actor: str) -> None:
    order = orders.lock_order(order_id)
    document = documents.read(document_id)
    documents.step(document, State.GOODS_BACK, actor, words.GOODS_BACK)
    documents.stock_back(order, document.id, actor)
    _pay(order, document, actor)


def _pay(order: Order, document: AfterSale, actor: str) -> None:
    """Write down the refund with its number; the provider is asked after the commit."""
    db.session.flush()
    ledger.owe(order, document.amount, words.REASONS[document.reason], after_sale_id=document.id)
    documents.step(document, State.PAYING, actor, words.PAYING)
    documents.tell(order, document)


def cancel_paid(order_number: str, actor: str, reason: str) -> str:
    """Staff end a paid order before anything was sent: all that is left of it is refunded. The document's number."""
    if not reason.strip():
        raise NoReason()
    number = f"S{new_number()}"
    _cancel_paid(order_number, number, actor, reason.strip()[:200])
    return number


@unit_of_work
def _cancel_paid(order_number: str, number: str, actor: str, reason: str) -> None:
    row = db.session.execute(select(Order.id, Order.user_id).where(Order.number == order_number)).first()
    if row is None:
        raise NotFound()
    order = orders.lock_order(row.id)
    if order.status != OrderStatus.UNSENT or not refunded.is_untouched(order.id):
        raise NotReturnable(status=order.status)
    for document_id in _open_questions(order.id):
        documents.step(documents.read(document_id), State.REFUSED, actor, words.BY_STAFF)
    counts = {line.id: line.left for line in refunded.line_states(order.id).values()}
    asking = Asking(row.user_id, order_number, Kind.REFUND, counts, "other", reason, number)
    document = _write(order, asking, number, actor, words.BY_STAFF)
    _accept(order, document, actor, reason)


def _open_questions(order_id: int) -> list[int]:
    query = select(AfterSale.id).where(AfterSale.order_id == order_id, AfterSale.state == State.ASKED.value)
    return list(db.session.scalars(query.order_by(AfterSale.id)))


def note_refund_done(after_sale_id: int) -> None:
    """A refund of this document has gone back; when it was the last, the document is paid. Joins payment's unit."""
    waiting = select(func.count()).select_from(Refund)
    waiting = waiting.where(Refund.after_sale_id == after_sale_id, Refund.state == ledger.DUE)
    if db.session.scalar(waiting):
        return
    document = documents.read(after_sale_id)
    documents.step(document, State.PAID, "system", words.PAID)
    documents.tell(orders.lock_order(document.order_id), document)
