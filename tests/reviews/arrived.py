"""Orders whose goods have arrived, and what their buyers say."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import update

from app.orders import placing
from app.orders.models import Order, OrderStatus, PayMethod
from app.reviews.services import Draft
from app.shared.db import db
from tests.factories.world import Person, World


@dataclass(frozen=True)
class Arrived:
    """An order in 待评价, one piece of each SKU."""

    number: str
    buyer: Person
    skus: Sequence[int]

    def draft(self, place: int = 0, **changes: object) -> Draft:
        """Five stars for one of its lines."""
        given: dict[str, object] = {"score": 5, "text": "屏幕很亮，手感也好", "is_anonymous": False, **changes}
        return Draft(order_number=self.number, user_id=self.buyer.id, sku_id=self.skus[place], **given)  # type: ignore[arg-type]  # the test names the fields


def arrive(make: World, buyer: Person, skus: Sequence[int], status: OrderStatus = OrderStatus.UNREVIEWED) -> Arrived:
    """Placed, and carried to the state; how orders get there is the orders' own story."""
    wish = placing.Wish(
        user_id=buyer.id,
        address_id=make.address(buyer.id),
        pay_method=PayMethod.CASH,
        submit_token=f"review-{buyer.id}-{secrets.token_hex(8)}",
        agreed_total=Decimal(100 * len(skus) + 10),
        counts=dict.fromkeys(skus, 1),
        flat_freight=Decimal("10.00"),
        reservation_minutes=30,
    )
    with make.app.app_context():
        number = placing.place_order(wish)
    make.run(lambda: db.session.execute(update(Order).where(Order.number == number).values(status=int(status))))
    return Arrived(number, buyer, skus)
