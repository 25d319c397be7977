"""What a settlement page showed, kept for its token, so that a change can be told line by line."""

import json
from dataclasses import dataclass
from decimal import Decimal

from app.shared.redis import AWAY, KeySpec, redis

LIFE_S = 2 * 3600
SHOWN = KeySpec("settled_{{{user_id}}}_{token}", kind="string", ttl_s=LIFE_S, note="JSON: lines and freight as shown")


@dataclass(frozen=True)
class Shown:
    """Price and count per SKU, and freight, as the shopper saw them."""

    lines: dict[int, tuple[Decimal, int]]
    freight: Decimal


def keep(user_id: int, token: str, shown: Shown) -> None:
    """Remember a page; Redis away means the page cannot be submitted anyway, so its errors pass through."""
    lines = {str(sku_id): [str(price), count] for sku_id, (price, count) in shown.lines.items()}
    text = json.dumps({"lines": lines, "freight": str(shown.freight)})
    redis().set(SHOWN(user_id=user_id, token=token), text, ex=LIFE_S)


def find(user_id: int, token: str) -> Shown | None:
    """The page of that token, or None when it is unknown or forgotten: the total alone then decides."""
    try:
        text = redis().get(SHOWN(user_id=user_id, token=token))
    except AWAY:
        return None
    if text is None:
        return None
    kept = json.loads(text)
    lines = {int(sku_id): (Decimal(price), int(count)) for sku_id, (price, count) in kept["lines"].items()}
    return Shown(lines, Decimal(kept["freight"]))
