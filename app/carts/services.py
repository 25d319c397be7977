"""Verbs of the cart: the same for members and guests; limit and stock hold on every write."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from app.carts import store
from app.carts.errors import CartAway, CartFull, NotInCart, TooMany
from app.carts.lines import Basket, Line
from app.goods import queries as goods
from app.goods.errors import NoSuchSKU, NotOnSale, OutOfStock
from app.goods.queries import SKUCard
from app.shared.errors import BadValue, marked
from app.shared.money import ZERO

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class CartLine:
    """A line as the page shows it; `available` tells whether it can be settled as it is."""

    sku_id: int
    name: str
    image: str
    spec_text: str
    price: Decimal
    count: int
    amount: Decimal
    selected: bool
    stock: int
    limit: int
    available: bool
    reason: str


@dataclass(frozen=True)
class CartView:
    """The whole cart; sums count what is ticked and available."""

    lines: list[CartLine]
    selected_count: int
    selected_amount: Decimal
    all_selected: bool
    notices: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Clamped:
    """A line that came out of a merge smaller than it went in."""

    name: str
    count: int


def view_cart(basket: Basket, limit: int) -> CartView:
    """The lines with today's prices and stock; ids that no longer exist are purged."""
    lines = basket.lines()
    cards = goods.sku_cards(lines)
    gone = [sku_id for sku_id in lines if sku_id not in cards]
    if gone:
        basket.drop(gone)
    shown = [_line(cards[sku_id], line, limit) for sku_id, line in lines.items() if sku_id in cards]
    ticked = [line for line in shown if line.selected and line.available]
    sellable = [line for line in shown if line.available]
    return CartView(
        lines=shown,
        selected_count=sum(line.count for line in ticked),
        selected_amount=sum((line.amount for line in ticked), ZERO),
        all_selected=bool(sellable) and len(ticked) == len(sellable),
    )


def _line(card: SKUCard, line: Line, limit: int) -> CartLine:
    reason = ""
    if not card.is_launched:
        reason = marked("已下架")
    elif card.stock < 1:
        reason = marked("暂时缺货")
    return CartLine(
        sku_id=card.id,
        name=card.name,
        image=card.image,
        spec_text=card.spec_text,
        price=card.price,
        count=line.count,
        amount=card.price * line.count,
        selected=line.selected and not reason,
        stock=card.stock,
        limit=limit,
        available=not reason,
        reason=reason,
    )


def add(basket: Basket, sku_id: int, count: int, selected: bool, limit: int) -> int:
    """So many more of a SKU; the count now in the cart. All or nothing."""
    card = _sellable(sku_id)
    _check_count(count, limit)
    lines = basket.lines()
    if sku_id not in lines and len(lines) >= basket.most_lines:
        raise CartFull(limit=basket.most_lines)
    total = basket.add(sku_id, count, selected, min(limit, card.stock))
    if total < 0:
        there = -1 - total
        if card.stock < limit and there + count > card.stock:
            raise OutOfStock(sku_id=sku_id, name=card.name, stock=card.stock)
        raise TooMany(limit=limit, sku_id=sku_id)
    return total


def change(basket: Basket, sku_id: int, count: int | None, selected: bool | None, limit: int) -> None:
    """Overwrite count or tick of a line; a count above the stock is refused, the tick alone never is."""
    if count is not None and not _keeps_count(basket, sku_id, count):
        card = _sellable(sku_id)
        _check_count(count, limit)
        if count > card.stock:
            raise OutOfStock(sku_id=sku_id, name=card.name, stock=card.stock)
    if not basket.put(sku_id, count, selected):
        raise NotInCart(sku_id=sku_id)


def _keeps_count(basket: Basket, sku_id: int, count: int) -> bool:
    """A form that only ticks sends the old count along: that is no change of it."""
    line = basket.lines().get(sku_id)
    if line is None:
        raise NotInCart(sku_id=sku_id)
    return line.count == count


def remove(basket: Basket, sku_id: int) -> None:
    """Unconditional: also what no longer exists, also twice."""
    basket.drop([sku_id])


def select_all(basket: Basket, selected: bool) -> None:
    """Tick or untick everything."""
    basket.select_all(selected)


def select_only(basket: Basket, sku_id: int) -> None:
    """Buy now: of all lines only this one goes to settlement."""
    basket.select_all(False)
    basket.put(sku_id, None, True)


def merge_guest(user_id: int, lines: Mapping[int, Line], limit: int) -> list[Clamped]:
    """A guest signs in: larger quantity, clamped to limit and stock, ticks of either side, no line lost. Idempotent."""
    if not lines:
        return []
    cards = goods.sku_cards(lines)
    kept = {sku_id: line for sku_id, line in lines.items() if sku_id in cards}
    most = {sku_id: min(limit, cards[sku_id].stock) for sku_id in kept}
    merged = store.merge(user_id, kept, most)
    return [
        Clamped(cards[sku_id].name, count)
        for sku_id, (count, before) in merged.items()
        if count < max(before, kept[sku_id].count)
    ]


def count_pieces(basket: Basket, user_id: int | None) -> int | None:
    """The number in the header; None while the cart cannot be reached."""
    if user_id is None:
        return sum(line.count for line in basket.lines().values())
    try:
        return store.count_pieces(user_id)
    except CartAway:
        return None


def _sellable(sku_id: int) -> SKUCard:
    card = goods.sku_cards([sku_id]).get(sku_id)
    if card is None:
        raise NoSuchSKU(sku_id=sku_id)
    if not card.is_launched:
        raise NotOnSale(sku_id=sku_id, name=card.name)
    return card


def _check_count(count: int, limit: int) -> None:
    if count < 1:
        raise BadValue()
    if count > limit:
        raise TooMany(limit=limit)


@dataclass(frozen=True)
class Fitted:
    """A ticked line that settlement had to change; count 0 means unticked."""

    name: str
    count: int


def fit_selection(basket: Basket, limit: int) -> list[Fitted]:
    """Before settlement: untick what cannot be bought, lower counts to stock and limit; what changed is told.

    Nothing that can be bought left: the first reason is raised and the cart stays as it is.
    """
    lines = {sku_id: line for sku_id, line in basket.lines().items() if line.selected}
    cards = goods.sku_cards(lines)
    sellable = {sku_id for sku_id in lines if sku_id in cards and cards[sku_id].is_launched and cards[sku_id].stock}
    short = [cards[sku_id] for sku_id in lines if sku_id in cards and sku_id not in sellable]
    if short and not sellable:
        kind = OutOfStock if short[0].is_launched else NotOnSale
        raise kind(sku_id=short[0].id, name=short[0].name, stock=short[0].stock)
    fitted: list[Fitted] = []
    for sku_id, line in lines.items():
        if sku_id not in cards:
            basket.drop([sku_id])
            continue
        most = min(limit, cards[sku_id].stock) if sku_id in sellable else 0
        if most == 0:
            basket.put(sku_id, None, False)
        elif line.count > most:
            basket.put(sku_id, most, None)
        if line.count > most:
            fitted.append(Fitted(cards[sku_id].name, most))
    return fitted
