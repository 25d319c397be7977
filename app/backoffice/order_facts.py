"""What rooms above the orders know of one order: its money, its after-sales, what its buyer was told, and all of it in
one line of time. Read only; nine statements, however much has happened."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from flask_babel import gettext
from sqlalchemy import or_, select

from app.aftersales import words as aftersale_words
from app.aftersales.models import AfterSale, AfterSaleEvent
from app.aftersales.states import Kind, State
from app.orders.models import Order
from app.orders.queries import OrderView
from app.outbox.models import Message
from app.outbox.policy import MOST_TRIES
from app.payment import ledger
from app.payment.models import PaymentAttempt, Receipt, Refund
from app.shared.db import db
from app.shared.filters import mask_mobile
from app.shared.money import show
from app.staff.queries import actor_names
from app.users.models import User

MESSAGES = 50


@dataclass(frozen=True)
class Paid:
    """Money that came."""

    at: datetime
    amount: Decimal
    method: str
    trade_id: str


@dataclass(frozen=True)
class Back:
    """Money that goes back, or has gone."""

    at: datetime
    amount: Decimal
    reason: str
    request_no: str
    done_at: datetime | None


@dataclass(frozen=True)
class Case:
    """An after-sales document; the texts are message ids."""

    id: int
    number: str
    at: datetime
    kind_text: str
    state_text: str
    amount: Decimal


@dataclass(frozen=True)
class Told:
    """A message to the buyer; `state` is sent, waiting or failed."""

    at: datetime
    kind: str
    to: str  # masked
    text: str
    sent_at: datetime | None
    state: str


@dataclass(frozen=True)
class Moment:
    """One line of time: what happened, in words, and who did it (`staff:7`, `user:3`, `system`, or nobody named)."""

    at: datetime
    icon: str
    text: str
    who: str = ""
    is_note: bool = False


@dataclass(frozen=True)
class Facts:
    """Everything of the page that does not belong to the room orders."""

    order_id: int
    buyer_id: int
    buyer_name: str
    has_left: bool
    paid: list[Paid]
    back: list[Back]
    cases: list[Case]
    told: list[Told]
    timeline: list[Moment]
    names: dict[str, str]  # staff:7 -> the account's name

    @property
    def balance(self) -> Decimal:
        """What was received and neither given back nor promised to be."""
        return sum((each.amount for each in self.paid), Decimal("0.00")) - sum(
            (each.amount for each in self.back), Decimal("0.00")
        )


def of(order: OrderView) -> Facts:
    """The facts of this order, oldest moment last."""
    query = select(Order.id, Order.user_id, User.username, User.deleted_at).join(User, User.id == Order.user_id)
    row = db.session.execute(query.where(Order.number == order.order_id)).one()
    attempts = [
        Moment(each.created_at, "credit-card", gettext("发起付款 ¥%(amount)s", amount=show(each.amount)))
        for each in db.session.execute(
            select(PaymentAttempt.created_at, PaymentAttempt.amount).where(PaymentAttempt.order_id == row.id)
        )
    ]
    paid, back, cases = _paid(row.id), _back(row.id), _cases(row.id)
    told = _told(row.user_id, order.order_id, cases)
    moments = [*_diary(order), *attempts, *_money(paid, back), *_steps(cases), *_messages(told)]
    timeline = sorted(moments, key=lambda each: each.at, reverse=True)
    names = actor_names(each.who for each in timeline)
    buyer = (row.id, row.user_id, row.username, row.deleted_at is not None)
    return Facts(*buyer, paid, back, cases, told, timeline, names)


def _paid(order_id: int) -> list[Paid]:
    columns = (Receipt.created_at, Receipt.amount, Receipt.method, Receipt.trade_id)
    query = select(*columns).where(Receipt.order_id == order_id).order_by(Receipt.id)
    return [Paid(*row) for row in db.session.execute(query)]


def _back(order_id: int) -> list[Back]:
    columns = (Refund.created_at, Refund.amount, Refund.reason, Refund.request_no, Refund.done_at)
    query = select(*columns).where(Refund.order_id == order_id).order_by(Refund.id)
    return [Back(*row) for row in db.session.execute(query)]


def _cases(order_id: int) -> list[Case]:
    columns = (AfterSale.id, AfterSale.number, AfterSale.created_at, AfterSale.kind, AfterSale.state, AfterSale.amount)
    query = select(*columns).where(AfterSale.order_id == order_id).order_by(AfterSale.id)
    texts = aftersale_words
    return [
        Case(row.id, row.number, row.created_at, texts.KIND[Kind(row.kind)], texts.STATE[State(row.state)], row.amount)
        for row in db.session.execute(query)
    ]


def _told(user_id: int, number: str, cases: list[Case]) -> list[Told]:
    """By the keys of the messages, among those of the buyer."""
    about = [Message.unique_key.endswith(f":{number}")]
    about += [Message.unique_key.startswith(f"aftersale:{case.number}:") for case in cases]
    columns = (Message.created_at, Message.kind, Message.to, Message.text, Message.sent_at, Message.tries)
    query = select(*columns).where(Message.user_id == user_id, or_(*about)).order_by(Message.id.desc()).limit(MESSAGES)
    found = []
    for row in db.session.execute(query):
        state = "sent" if row.sent_at else "failed" if row.tries >= MOST_TRIES else "waiting"
        found.append(Told(row.created_at, row.kind, _masked(row.to), row.text, row.sent_at, state))
    return found


def _masked(to: str) -> str:
    name, at, domain = to.partition("@")
    return f"{name[:1]}***@{domain}" if at else mask_mobile(to)


def _diary(order: OrderView) -> list[Moment]:
    icons = {"parcel": "truck", "note": "message-square", "wish": "message-square"}
    diary = [
        Moment(
            each.at,
            icons.get(each.kind, "package"),
            gettext(each.text) if each.text else "",
            each.actor,
            each.kind == "note",
        )
        for each in order.events
    ]
    parcels = [
        Moment(
            each.sent_at,
            "truck",
            gettext("包裹 %(number)s 由%(carrier)s运送", number=each.tracking_number, carrier=each.carrier),
        )
        for each in order.shipments
    ]
    return [*diary, *parcels]


def _money(paid: list[Paid], back: list[Back]) -> list[Moment]:
    came = {
        ledger.ALIPAY: lambda each: gettext("支付宝到账 ¥%(amount)s", amount=show(each.amount)),
        ledger.CASH: lambda each: gettext("收到货款 ¥%(amount)s", amount=show(each.amount)),
    }
    found = [Moment(each.at, "banknote", came[each.method](each)) for each in paid]
    for each in back:
        found.append(Moment(each.at, "rotate-ccw", gettext("应退 ¥%(amount)s", amount=show(each.amount))))
        if each.done_at is not None:
            found.append(Moment(each.done_at, "rotate-ccw", gettext("已退 ¥%(amount)s", amount=show(each.amount))))
    return found


def _steps(cases: list[Case]) -> list[Moment]:
    if not cases:
        return []
    numbers = {case.id: case.number for case in cases}
    columns = (AfterSaleEvent.after_sale_id, AfterSaleEvent.new_state, AfterSaleEvent.actor, AfterSaleEvent.created_at)
    query = select(*columns).where(AfterSaleEvent.after_sale_id.in_(numbers)).order_by(AfterSaleEvent.id)
    return [
        Moment(
            row.created_at,
            "rotate-ccw",
            gettext(
                "售后 %(number)s：%(state)s",
                number=numbers[row.after_sale_id],
                state=gettext(aftersale_words.STATE[State(row.new_state)]),
            ),
            row.actor,
        )
        for row in db.session.execute(query)
    ]


def _messages(told: list[Told]) -> list[Moment]:
    said = {
        "sent": lambda to: gettext("消息已发给 %(to)s", to=to),
        "waiting": lambda to: gettext("消息等待发给 %(to)s", to=to),
        "failed": lambda to: gettext("消息发给 %(to)s 失败", to=to),
    }
    return [Moment(each.sent_at or each.at, "mail", said[each.state](each.to)) for each in told]
