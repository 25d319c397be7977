"""What pages of rooms below show from rooms above: asked only when a template calls it."""

from flask_login import current_user

from app.account import queries
from app.orders import words
from app.orders.models import OrderStatus

GLANCE = (OrderStatus.UNPAID, OrderStatus.UNSENT, OrderStatus.UNRECEIVED, OrderStatus.UNREVIEWED)


def orders_at_a_glance() -> list[tuple[int, str, int]]:
    """(status, its word, how many) of what still moves; the word is a message id."""
    counts = queries.order_counts(current_user.id)
    return [(int(status), words.STATUS[status], counts.get(status, 0)) for status in GLANCE]


def linked_accounts() -> list[str]:
    """Names of the providers that lead to whoever looks."""
    return queries.linked_providers(current_user.id)


def offer() -> dict[str, object]:
    """For every template."""
    return {"orders_at_a_glance": orders_at_a_glance, "linked_accounts": linked_accounts}
