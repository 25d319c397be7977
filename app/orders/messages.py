"""What a buyer is told outside the shop; promised in the verb's own transaction."""

from app.orders.models import Order
from app.outbox.services import promise
from app.shared.errors import marked

SHIPPED = marked("订单 %(number)s 的包裹已由%(carrier)s发出，运单号 %(tracking)s。")
CANCELLED = marked("订单 %(number)s 已由客服取消：%(reason)s")
INVOICED = marked("订单 %(number)s 的发票已开具，发票号码 %(invoice)s。")


def tell(order: Order, occasion: str, text: str, **facts: str) -> None:
    """One short message to the order's telephone, if it still has one; the same occasion again is the same message."""
    if not order.mobile:
        return
    words = text % {"number": order.number, **facts}
    text = f"【美多商城】{words}"
    promise(unique_key=f"{occasion}:{order.number}", kind="sms", to=order.mobile, text=text, user_id=order.user_id)
