"""Verbs of after-sales: each locks the order's row first, so that all documents of one order pass one by one."""

from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.aftersales import deadline, deciding, documents, words
from app.aftersales.deciding import Asking
from app.aftersales.errors import NoReason, NotReturnable, TooLate
from app.aftersales.models import AfterSale
from app.aftersales.policy import NUMBER_TRIES
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
from app.shared.uow import unit_of_work, violates


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
    document = deciding.write(order, asking, number, f"user:{asking.user_id}", words.ASKED)
    pictures.use(asking.pictures, PictureKind.RETURN, document.id, asking.user_id)
    documents.tell(order, document)
    return number


def _find_by_token(order_id: int, token: str) -> str | None:
    query = select(AfterSale.number).where(AfterSale.order_id == order_id, AfterSale.submit_token == token)
    return db.session.scalar(query)


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


def approve(number: str, actor: str, *, by: int | None = None, counts: Mapping[int, int] | None = None) -> str:
    """Staff say yes: the pieces count as given up, and money goes back at once unless goods come back first.

    `by` is the account whose limits count, None for the command line; `counts` names fewer pieces than were asked for.
    """
    return _approve(*documents.find(number), actor, by, counts)


@unit_of_work
def _approve(document_id: int, order_id: int, actor: str, by: int | None, counts: Mapping[int, int] | None) -> str:
    order = orders.lock_order(order_id)
    document = documents.read(document_id)
    is_part = counts is not None and documents.reduce(document, counts)
    deciding.accept(order, document, actor, words.APPROVED_IN_PART if is_part else words.APPROVED, by)
    return document.state


def goods_back(number: str, actor: str) -> None:
    """What was sent back has arrived: it is on the shelf again, and the money goes back."""
    _goods_back(*documents.find(number), actor)


@unit_of_work
def _goods_back(document_id: int, order_id: int, actor: str) -> None:
    order = orders.lock_order(order_id)
    document = documents.read(document_id)
    documents.step(document, State.GOODS_BACK, actor, words.GOODS_BACK)
    documents.stock_back(order, document.id, actor)
    deciding.pay(order, document, actor)


def cancel_paid(order_number: str, actor: str, reason: str, *, by: int | None = None) -> str:
    """Staff end a paid order before anything was sent: all that is left of it is refunded. The document's number."""
    if not reason.strip():
        raise NoReason()
    number = f"S{new_number()}"
    _cancel_paid(order_number, number, actor, reason.strip()[:200], by)
    return number


@unit_of_work
def _cancel_paid(order_number: str, number: str, actor: str, reason: str, by: int | None) -> None:
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
    document = deciding.write(order, asking, number, actor, words.BY_STAFF)
    deciding.accept(order, document, actor, reason, by)


def open_case(asking: Asking, actor: str, *, decide: bool, by: int | None = None) -> str:
    """Staff write down what nobody asked for by form: some pieces of an order; its number, same token same document.

    With `decide` it is approved at once, in the same transaction: money goes back, or waits for the goods.
    """
    if not asking.words.strip():
        raise NoReason()
    return _open_case(asking, f"S{new_number()}", actor, decide, by)


@unit_of_work
def _open_case(asking: Asking, number: str, actor: str, decide: bool, by: int | None) -> str:
    order = orders.lock_numbered(asking.order_number)
    twin = _find_by_token(order.id, asking.submit_token)
    if twin is not None:
        return twin
    document = deciding.write(order, asking, number, actor, words.OPENED_BY_STAFF)
    if decide:
        deciding.accept(order, document, actor, words.APPROVED, by)
    else:
        documents.tell(order, document)
    return number


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
