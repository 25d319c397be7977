"""What payment holds of a person: money still to go back, the list for their export, the buyer in the notices.

Amounts, trade and request numbers stay: they are the shop's books. All of it joins the caller's unit.
"""

import json
from typing import Any

from sqlalchemy import Select, select, update

from app.orders.models import Order
from app.payment import ledger
from app.payment.models import PaymentAttempt, Receipt, Refund, RefundNotice
from app.shared.db import db
from app.shared.holdings import Listed, listed

AMOUNTS = {"buyer_pay_amount"}  # how much, not who


def due(user_id: int) -> list[str]:
    """Numbers of the orders that still owe money back."""
    query = select(Order.number).join(Refund, Refund.order_id == Order.id)
    return list(db.session.scalars(query.where(Order.user_id == user_id, Refund.state == ledger.DUE).distinct()))


def holdings(user_id: int) -> dict[str, Listed]:
    """Trades, money that came, money that went back, and the provider's own words on both."""
    mine = Order.user_id == user_id
    return {
        "payments": listed(
            _of(
                PaymentAttempt,
                PaymentAttempt.out_trade_no,
                PaymentAttempt.amount,
                PaymentAttempt.state,
                PaymentAttempt.created_at,
            ).where(mine)
        ),
        "receipts": listed(
            _of(
                Receipt,
                Receipt.trade_id,
                Receipt.amount,
                Receipt.method,
                Receipt.raw.label("notice"),
                Receipt.created_at,
            ).where(mine)
        ),
        "refunds": listed(
            _of(
                Refund, Refund.request_no, Refund.amount, Refund.reason, Refund.state, Refund.reference, Refund.done_at
            ).where(mine)
        ),
        "refund_notices": listed(
            _of(RefundNotice, RefundNotice.refunded, RefundNotice.raw.label("notice"), RefundNotice.created_at).where(
                mine
            )
        ),
    }


def _of(model: Any, *columns: Any) -> Select[*tuple[Any, ...]]:
    return select(Order.number, *columns).join(Order, Order.id == model.order_id).order_by(model.id)


def forget_person(user_id: int) -> None:
    """Take the buyer out of every notice that the provider sent."""
    for model in (Receipt, RefundNotice):
        query = select(model.id, model.raw).join(Order, Order.id == model.order_id)
        for row_id, raw in db.session.execute(query.where(Order.user_id == user_id)).all():
            db.session.execute(
                update(model)
                .where(model.id == row_id)
                .values(raw=without_buyer(raw))
                .execution_options(synchronize_session=False)
            )


def kept_notice(order: Order, raw: str) -> str:
    """A notice as it is kept: for an order whose buyer has left, nobody is in it (late money, a refund's echo)."""
    return raw if order.mobile else without_buyer(raw)


def without_buyer(raw: str) -> str:
    """The provider's JSON without its ids and names of the buyer; what is no JSON is dropped."""
    try:
        told = json.loads(raw)
    except ValueError:
        return ""
    return json.dumps(_anonymous(told), ensure_ascii=False)


def _anonymous(told: Any) -> Any:
    if isinstance(told, dict):
        return {
            name: _anonymous(value)
            for name, value in told.items()
            if name in AMOUNTS or not str(name).startswith("buyer_")
        }
    return [_anonymous(each) for each in told] if isinstance(told, list) else told
