"""News from below: a refund was done."""

from app.aftersales import services
from app.payment.signals import refund_done


@refund_done.connect
def on_refund_done(_sender: object, after_sale_id: int) -> None:
    """In payment's own unit, under the order's lock."""
    services.note_refund_done(after_sale_id)
