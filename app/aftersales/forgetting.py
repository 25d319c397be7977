"""What after-sales hold of a person: what is still open, the list for their export, and people's words.

Amounts and states stay: they are the shop's books. All of it joins the caller's unit.
"""

from sqlalchemy import select, update

from app.aftersales import words
from app.aftersales.models import AfterSale, AfterSaleEvent, AfterSaleLine
from app.aftersales.states import State
from app.shared.db import db
from app.shared.holdings import Listed, listed

ENDED = (State.REFUSED.value, State.CANCELLED.value, State.PAID.value)
# sentences of the house; whatever else stands in the diary was written by people
SENTENCES = {text for text in vars(words).values() if isinstance(text, str)}


def open_numbers(user_id: int) -> list[str]:
    """Documents that wait for staff, for goods or for money."""
    query = select(AfterSale.number).where(AfterSale.user_id == user_id, AfterSale.state.not_in(ENDED))
    return list(db.session.scalars(query.order_by(AfterSale.id)))


def numbers(user_id: int) -> list[str]:
    """All their documents."""
    return list(db.session.scalars(select(AfterSale.number).where(AfterSale.user_id == user_id)))


def holdings(user_id: int) -> dict[str, Listed]:
    """Documents, their lines and their diary."""
    mine = AfterSale.user_id == user_id
    return {
        "after_sales": listed(
            select(
                AfterSale.number,
                AfterSale.kind,
                AfterSale.state,
                AfterSale.reason,
                AfterSale.words,
                AfterSale.amount,
                AfterSale.created_at,
            )
            .where(mine)
            .order_by(AfterSale.id)
        ),
        "after_sale_lines": listed(
            select(AfterSale.number, AfterSaleLine.sku_id, AfterSaleLine.price, AfterSaleLine.count)
            .join(AfterSale, AfterSale.id == AfterSaleLine.after_sale_id)
            .where(mine)
            .order_by(AfterSaleLine.id)
        ),
        "after_sale_events": listed(
            select(
                AfterSale.number,
                AfterSaleEvent.new_state,
                AfterSaleEvent.actor,
                AfterSaleEvent.reason,
                AfterSaleEvent.created_at,
            )
            .join(AfterSale, AfterSale.id == AfterSaleEvent.after_sale_id)
            .where(mine)
            .order_by(AfterSaleEvent.id)
        ),
    }


def forget_person(user_id: int) -> None:
    """Blank what the shopper wrote and what staff answered."""
    theirs = select(AfterSale.id).where(AfterSale.user_id == user_id)
    db.session.execute(
        update(AfterSaleEvent)
        .where(AfterSaleEvent.after_sale_id.in_(theirs), AfterSaleEvent.reason.not_in(SENTENCES))
        .values(reason="")
        .execution_options(synchronize_session=False)
    )
    db.session.execute(
        update(AfterSale)
        .where(AfterSale.user_id == user_id)
        .values(words="")
        .execution_options(synchronize_session=False)
    )
