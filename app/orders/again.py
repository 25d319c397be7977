"""Buying again: what can be had of an old order goes back into the cart."""

from dataclasses import dataclass, field

from sqlalchemy import select

from app.carts.store import MemberCart
from app.goods import queries as goods
from app.orders.models import Order, OrderLine
from app.shared.db import db
from app.shared.errors import NotFound


@dataclass(frozen=True)
class Bought:
    """Names of what came into the cart as before, in a smaller number, and not at all."""

    whole: list[str] = field(default_factory=list)
    less: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def buy_again(number: str, user_id: int, limit: int) -> Bought:
    """Put the lines of an own order into its owner's cart, each up to stock, limit and the cart's size."""
    query = select(OrderLine.sku_id, OrderLine.name, OrderLine.count).join(Order, Order.id == OrderLine.order_id)
    rows = db.session.execute(query.where(Order.number == number, Order.user_id == user_id).order_by(OrderLine.id))
    wanted = list(rows)
    if not wanted:
        raise NotFound()
    cards, cart = goods.sku_cards([row.sku_id for row in wanted]), MemberCart(user_id)
    there = {sku_id: line.count for sku_id, line in cart.lines().items()}
    bought = Bought()
    for sku_id, name, count in wanted:
        card = cards.get(sku_id)
        most = min(limit, card.stock) if card is not None and card.is_launched else 0
        fits = sku_id in there or len(there) < cart.most_lines
        more = min(count, most - there.get(sku_id, 0)) if fits else 0
        if more < 1 or cart.add(sku_id, more, True, most) < 0:
            bought.left_out.append(name)
            continue
        there[sku_id] = there.get(sku_id, 0) + more
        (bought.whole if more == count else bought.less).append(name)
    return bought
