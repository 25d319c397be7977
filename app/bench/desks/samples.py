"""What a walker types into the fields of the back office: values of rows that are there, old and new, and nonsense."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from app.aftersales.models import AfterSale
from app.bench.desks.reading import Field
from app.goods.models import SKU, SPU, Brand, Category
from app.orders.models import Order, Shipment
from app.outbox.models import Message
from app.payment.models import Receipt, Refund
from app.shared import clock
from app.shared.db import Base, db
from app.users.models import User

NONSENSE = "zzzzqqq"  # what nothing matches is what a scan takes longest for
MOST = 4  # values of one field


@dataclass(frozen=True)
class Samples:
    """Values by what a field's name speaks of; each list holds one from the middle of its table and one of its end."""

    by_word: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def read(cls) -> "Samples":
        numbers, mobiles = _of(Order, Order.number), _of(Order, Order.mobile)
        skus, users = _of(SKU, SKU.id), _of(User, User.id)
        return cls(
            {
                "mobile": [*mobiles, *(each[-4:] for each in mobiles)],
                "tail": [each[-4:] for each in mobiles],
                "phone": mobiles,
                "order": numbers,
                "number": [*numbers, *_of(AfterSale, AfterSale.number)],
                "trade": [*_of(Receipt, Receipt.trade_id), *_of(Receipt, Receipt.out_trade_no)],
                "request": _of(Refund, Refund.request_no),
                "tracking": _of(Shipment, Shipment.tracking_number),
                "receiver": _of(Order, Order.receiver),
                "sku": skus,
                "spu": _of(SPU, SPU.id),
                "brand": [*_of(Brand, Brand.name), *_of(Brand, Brand.id)],
                "category": _of(Category, Category.id),
                "user": [*_of(User, User.username), *users],
                "buyer": [*_of(User, User.username), *mobiles, *users],
                "who": ["staff:1", *_of(User, User.username)],
                "actor": ["staff:1", f"user:{users[0]}" if users else "user:1"],
                "object": [f"skus:{each}" for each in skus],
                "about": [f"skus:{each}" for each in skus],
                "to": _of(Message, Message.to),
                "name": _of(SKU, SKU.name),
            }
        )

    def values(self, asked: Field, cells: list[str]) -> list[str]:
        """Some to try, in the order of hope."""
        if asked.type == "choice":
            return asked.options
        if asked.type == "date":
            days = 7 if asked.name.endswith("_from") else 1
            return [(clock.today() - timedelta(days=days)).isoformat()]
        if asked.type == "month":
            return [clock.today().isoformat()[:7]]
        if asked.type == "amount":
            return ["500" if asked.name.endswith("_to") else "300"]
        if asked.type in ("checkbox", "radio"):
            return [asked.value or "1"]
        return list(dict.fromkeys([*self._spoken_of(asked), *self._seen(asked, cells)]))[:MOST]

    def _spoken_of(self, asked: Field) -> list[str]:
        found = [value for word, values in self.by_word.items() if word in asked.name for value in values]
        if asked.type in ("number", "numeric"):
            found = [value for value in found if value.isdigit() and len(value) < 16]
            return [*found[:2], "5" if asked.name.endswith("_to") else "3"]
        return [*found[: MOST - 1], NONSENSE] if found else []

    def _seen(self, asked: Field, cells: list[str]) -> list[str]:
        """Words of the first rows: what a search box was made for."""
        if asked.type in ("number", "numeric"):
            return []
        words = [cell[:40] for cell in cells]
        shown = [word for word in words if len(word) >= 3 and "*" not in word and not word.startswith(("¥", "20"))]
        numbers = [word for word in words if word.isdigit() and len(word) > 6]
        return [*numbers[:1], *shown[:2], NONSENSE]


def _of(model: type[Base], column: Any) -> list[str]:
    """A value of the middle of a table, and its last one."""
    key: Any = model.__table__.c["id"]
    last = db.session.scalar(select(key).order_by(key.desc()).limit(1)) or 0
    found = []
    for at in (last // 2, last):
        value = db.session.scalar(select(column).where(key >= at).order_by(key).limit(1))
        if value is not None:
            found.append(str(value))
    return found
