"""What the shopper agrees to before committing: lines at today's price, freight, total."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from app.goods import queries as goods
from app.goods.queries import SKUCard
from app.orders.errors import NothingToSettle
from app.orders.policy import Freight, freight_of
from app.shared.money import ZERO
from app.users.addresses import AddressCard


@dataclass(frozen=True)
class SettlementLine:
    """One ticked line: price and amount in yuan."""

    sku_id: int
    name: str
    image: str
    spec_text: str
    price: Decimal
    count: int
    amount: Decimal


@dataclass(frozen=True)
class Settlement:
    """The page and value a shopper agrees to; `total_amount` = goods + freight."""

    lines: list[SettlementLine]
    goods_amount: Decimal
    freight: Decimal
    total_amount: Decimal
    total_count: int
    submit_token: str = ""
    addresses: list[AddressCard] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)


def settle_lines(counts: Mapping[int, int], rule: Freight) -> Settlement:
    """The settlement of ticked lines that can be bought now; the others stay in the cart and are left out."""
    cards = goods.sku_cards(counts)
    lines = [_line(cards[sku_id], count) for sku_id, count in counts.items() if _sellable(cards.get(sku_id))]
    if not lines:
        raise NothingToSettle()
    return total(lines, rule)


def total(lines: list[SettlementLine], rule: Freight) -> Settlement:
    """Sum up."""
    goods_amount = sum((line.amount for line in lines), ZERO)
    freight = freight_of(goods_amount, rule)
    return Settlement(
        lines=lines,
        goods_amount=goods_amount,
        freight=freight,
        total_amount=goods_amount + freight,
        total_count=sum(line.count for line in lines),
    )


def _sellable(card: SKUCard | None) -> bool:
    return card is not None and card.is_launched and card.stock > 0


def _line(card: SKUCard, count: int) -> SettlementLine:
    return SettlementLine(card.id, card.name, card.image, card.spec_text, card.price, count, card.price * count)
