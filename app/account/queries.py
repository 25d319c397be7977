"""Everything the mall holds of a person, asked of each room; and what keeps them from leaving."""

from dataclasses import dataclass

from app.aftersales import forgetting as aftersales
from app.carts import store as carts
from app.carts.errors import CartAway
from app.oauth import forgetting as oauth
from app.orders import forgetting as orders
from app.orders.queries import count_orders
from app.outbox import forgetting as outbox
from app.payment import forgetting as payment
from app.pictures import forgetting as pictures
from app.reviews import forgetting as reviews
from app.search import forgetting as search
from app.shared import clock
from app.shared.redis import AWAY
from app.staff import forgetting as staff
from app.users import forgetting as users
from app.users import store as visits

ROOMS = (users, oauth, orders, payment, aftersales, reviews, pictures)


@dataclass(frozen=True)
class OpenMatters:
    """Numbers of orders, after-sales and orders with a refund that are not finished."""

    orders: list[str]
    after_sales: list[str]
    refunds: list[str]

    def __bool__(self) -> bool:
        return bool(self.orders or self.after_sales or self.refunds)


def open_matters(user_id: int, *, lock: bool = False) -> OpenMatters:
    """What must end before the account can; with `lock`, and inside a unit, it stays so until the commit."""
    return OpenMatters(orders.open_numbers(user_id, lock=lock), aftersales.open_numbers(user_id), payment.due(user_id))


def documents(user_id: int) -> list[str]:
    """Numbers that messages speak of: orders and after-sales."""
    return [*orders.numbers(user_id), *aftersales.numbers(user_id)]


def everything(user_id: int) -> dict[str, object]:
    """JSON values by kind; what cannot be read while Redis is away is null."""
    found: dict[str, object] = {"exported_at": clock.now().isoformat()}
    for room in ROOMS:
        found.update(room.holdings(user_id))
    found.update(staff.holdings(user_id))
    found["messages"] = outbox.holdings(user_id, users.receivers(user_id), documents(user_id))
    try:
        lines = carts.MemberCart(user_id).lines()
        found["cart"] = [{"sku_id": sku_id, "count": line.count} for sku_id, line in lines.items()]
    except (CartAway, *AWAY):
        found["cart"] = None
    found["searches"] = search.recent_searches(user_id)
    try:
        found["history"] = visits.visited(user_id)
    except AWAY:
        found["history"] = None
    return found


def order_counts(user_id: int) -> dict[int, int]:
    """Status -> own orders in view."""
    return count_orders(user_id)


def linked_providers(user_id: int) -> list[str]:
    """Accounts from elsewhere that lead to this one."""
    return [str(row["provider"]) for row in oauth.holdings(user_id)["linked_accounts"]]
