"""Numbers of ordering, and the rule of freight. The amounts themselves are settings, read in one place."""

from dataclasses import dataclass
from decimal import Decimal

PAGE_SIZE = 5
MOST_LINES = 120
NUMBER_TRIES = 5
BATCH = 200  # orders in one sweep

CARRIERS = (
    "顺丰速运",
    "京东物流",
    "中通快递",
    "圆通速递",
    "申通快递",
    "韵达快递",
    "邮政 EMS",
)  # offered, not prescribed
CARRIER_LENGTH = 64
TRACKING = r"[0-9A-Za-z-]{5,40}"

TABLE_MOST = 500  # parcels of one table: each is a transaction of its own while somebody waits
TABLE_SIGNS = 200_000
TICKED_MOST = 100  # orders of one form, or of one print
LIST_LONGEST = 1000  # signs of the address of a list that a desk goes along

INVOICE_TITLE_LENGTH = 100
TAX_NUMBER = r"[0-9A-Z]{15,20}"
INVOICE_NUMBER = r"[0-9A-Za-z-]{1,40}"


def known_status(asked: str | None) -> int | None:
    """The state asked for by a tab, or None, which is all, for one that we do not know."""
    return int(asked) if asked in {"1", "2", "3", "4", "5", "6"} else None


@dataclass(frozen=True)
class FreightRule:
    """Flat per order, and nothing from an amount of goods on; None means never free. In yuan."""

    flat: Decimal
    free_from: Decimal | None = None


# a bare amount is the rule without an end
Freight = FreightRule | Decimal


def freight_of(goods_amount: Decimal, rule: Freight) -> Decimal:
    """The one place that knows what delivery costs."""
    if isinstance(rule, Decimal):
        return rule
    if rule.free_from is not None and goods_amount >= rule.free_from:
        return Decimal("0.00")
    return rule.flat
