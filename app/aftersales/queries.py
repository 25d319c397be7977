"""Reads of after-sales: the owner is in every query of a shopper, lines and events in one statement each."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, Row, Select, func, select

from app.aftersales import deadline, words
from app.aftersales.documents import claimed
from app.aftersales.models import AfterSale, AfterSaleEvent, AfterSaleLine
from app.aftersales.policy import COUNTED, PAGE_SIZE
from app.aftersales.states import OPEN, Kind, State
from app.orders.models import Order, OrderLine, OrderStatus
from app.orders.refunded import line_states
from app.orders.words import actor
from app.payment import ledger
from app.payment.models import Receipt, Refund
from app.pictures.policy import Kind as PictureKind
from app.pictures.queries import hanging
from app.shared import clock
from app.shared.db import db
from app.shared.errors import NotFound
from app.shared.money import ZERO
from app.shared.paging import Page


@dataclass(frozen=True)
class AskLine:
    """A line of an order and how many pieces of it can be asked for now."""

    line_id: int
    sku_id: int
    name: str
    spec_text: str
    image: str
    price: Decimal
    count: int
    left: int


@dataclass(frozen=True)
class AskPage:
    """What can be asked of one order; without kinds or lines nothing can."""

    order_id: str
    kinds: list[Kind]
    lines: list[AskLine]
    freight: Decimal
    left_amount: Decimal
    until: datetime | None  # empty before receipt
    is_late: bool

    @property
    def can_ask(self) -> bool:
        return bool(
            self.kinds and not self.is_late and self.left_amount > ZERO and any(line.left for line in self.lines)
        )


@dataclass(frozen=True)
class DocumentLine:
    """Pieces of one line that a document speaks for; amounts in yuan."""

    line_id: int
    sku_id: int
    name: str
    spec_text: str
    image: str
    price: Decimal
    count: int
    amount: Decimal


@dataclass(frozen=True)
class EventView:
    """What happened to a document; `text` is a message id or what staff wrote."""

    at: datetime
    text: str
    state_text: str
    actor: str
    by: str  # who that is, in a word: a message id


@dataclass(frozen=True)
class RefundView:
    """A refund of a document as it stands."""

    request_no: str
    amount: Decimal
    done_at: datetime | None
    is_by_hand: bool  # cash: staff give it back and mark it


@dataclass(frozen=True)
class Document:
    """A document for pages and JSON; texts are message ids."""

    number: str
    order_id: str
    kind: str
    kind_text: str
    state: str
    state_text: str
    reason: str
    reason_text: str
    words: str
    goods_amount: Decimal
    freight: Decimal
    amount: Decimal
    created_at: datetime
    lines: list[DocumentLine] = field(default_factory=list)
    events: list[EventView] = field(default_factory=list)
    refunds: list[RefundView] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)  # stems that only the owner and staff may see

    @property
    def can_cancel(self) -> bool:
        return self.state == State.ASKED

    @property
    def is_waiting_for_goods(self) -> bool:
        return self.state == State.APPROVED and self.kind == Kind.RETURN


def ask_page(user_id: int, order_number: str, days: int) -> AskPage:
    """What can be asked of an own order now."""
    return _ask_page(days, Order.number == order_number, Order.user_id == user_id)


def staff_ask_page(order_number: str) -> AskPage:
    """What staff can give back of anybody's order: they are never too late."""
    return replace(_ask_page(0, Order.number == order_number), until=None, is_late=False)


def _ask_page(days: int, *which: ColumnElement[bool]) -> AskPage:
    order = db.session.scalar(select(Order).where(*which))
    if order is None:
        raise NotFound()
    waiting = claimed(order.id, frozenset({State.ASKED}))
    kinds = _kinds(order.status)
    lines = []
    for line in line_states(order.id).values():
        most = line.unsent if order.status == OrderStatus.UNSENT else line.left
        left = max(0, min(most, line.left - waiting.get(line.id, 0)))
        lines.append(AskLine(line.id, line.sku_id, line.name, line.spec_text, line.image, line.price, line.count, left))
    until = deadline.last_moment(order.id, days)
    is_late = until is not None and until < clock.now()
    return AskPage(order.number, kinds, lines, order.freight, ledger.balance(order.id), until, is_late)


def _kinds(status: int) -> list[Kind]:
    if status == OrderStatus.UNSENT:
        return [Kind.REFUND]
    if status in (OrderStatus.UNRECEIVED, OrderStatus.UNREVIEWED, OrderStatus.FINISHED):
        return [Kind.RETURN, Kind.REFUND]
    return []


def page_own(user_id: int, number: int) -> Page[Document]:
    """Own documents, newest first. NotFound beyond the last page."""
    mine = AfterSale.user_id == user_id
    total = db.session.scalar(select(func.count()).select_from(AfterSale).where(mine)) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    if not 1 <= number <= pages:
        raise NotFound()
    query = _documents().where(mine).order_by(AfterSale.id.desc())
    rows = db.session.execute(query.limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)).all() if total else []
    lines = _lines([row.AfterSale.id for row in rows])
    return Page([_view(row, lines) for row in rows], number, PAGE_SIZE, total)


def get_own(user_id: int, number: str) -> Document:
    """One own document with lines, refunds and events."""
    return _whole(AfterSale.user_id == user_id, AfterSale.number == number)


def get_any(number: str) -> Document:
    """One document for staff."""
    return _whole(AfterSale.number == number)


def number_of(document_id: int) -> str:
    """The number of a document."""
    number = db.session.scalar(select(AfterSale.number).where(AfterSale.id == document_id))
    if number is None:
        raise NotFound()
    return number


def counts_by_state() -> dict[str, int]:
    """Open state -> documents in it, counted no further than a thousand."""
    found = {}
    for state in OPEN:
        some = select(AfterSale.id).where(AfterSale.state == state.value).limit(COUNTED).subquery()
        found[state.value] = db.session.scalar(select(func.count()).select_from(some)) or 0
    return found


def open_documents(state: str | None = None) -> list[Document]:
    """What staff have to decide or wait for, or whatever is in one state, oldest first; no more than a thousand."""
    waiting = [State.ASKED.value, State.APPROVED.value, State.PAYING.value] if state is None else [state]
    asked = _documents().where(AfterSale.state.in_(waiting)).order_by(AfterSale.id).limit(COUNTED)
    return [_view(row, {}) for row in db.session.execute(asked).all()]


def _documents() -> Select[AfterSale, str]:
    return select(AfterSale, Order.number).join(Order, Order.id == AfterSale.order_id)


def _whole(*conditions: ColumnElement[bool]) -> Document:
    row = db.session.execute(_documents().where(*conditions)).first()
    if row is None:
        raise NotFound()
    document_id = row.AfterSale.id
    events = select(AfterSaleEvent).where(AfterSaleEvent.after_sale_id == document_id).order_by(AfterSaleEvent.id)
    refunds = (
        select(Refund.request_no, Refund.amount, Refund.done_at, Receipt.method == ledger.CASH)
        .join(Receipt, Receipt.id == Refund.receipt_id)
        .where(Refund.after_sale_id == document_id)
        .order_by(Refund.id)
    )
    return _view(
        row,
        _lines([document_id]),
        [
            EventView(
                event.created_at, event.reason, words.STATE[State(event.new_state)], event.actor, actor(event.actor)
            )
            for event in db.session.scalars(events)
        ],
        [
            RefundView(number, amount, done_at, bool(by_hand))
            for number, amount, done_at, by_hand in db.session.execute(refunds)
        ],
        hanging(PictureKind.RETURN, [document_id]).get(document_id),
    )


def _lines(ids: list[int]) -> dict[int, list[DocumentLine]]:
    if not ids:
        return {}
    query = (
        select(AfterSaleLine, OrderLine.name, OrderLine.spec_text, OrderLine.image)
        .join(OrderLine, OrderLine.id == AfterSaleLine.order_line_id)
        .where(AfterSaleLine.after_sale_id.in_(ids))
        .order_by(AfterSaleLine.id)
    )
    found: dict[int, list[DocumentLine]] = {}
    for line, name, spec_text, image in db.session.execute(query):
        view = DocumentLine(
            line.order_line_id, line.sku_id, name, spec_text, image, line.price, line.count, line.amount
        )
        found.setdefault(line.after_sale_id, []).append(view)
    return found


def _view(
    row: Row[AfterSale, str],
    lines: dict[int, list[DocumentLine]],
    events: list[EventView] | None = None,
    refunds: list[RefundView] | None = None,
    pictures: list[str] | None = None,
) -> Document:
    document, order_number = row
    return Document(
        number=document.number,
        order_id=order_number,
        kind=document.kind,
        kind_text=words.KIND[Kind(document.kind)],
        state=document.state,
        state_text=words.STATE[State(document.state)],
        reason=document.reason,
        reason_text=words.REASONS[document.reason],
        words=document.words,
        goods_amount=document.goods_amount,
        freight=document.freight,
        amount=document.amount,
        created_at=document.created_at,
        lines=lines.get(document.id, []),
        events=events or [],
        refunds=refunds or [],
        pictures=pictures or [],
    )
