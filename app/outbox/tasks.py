"""Jobs of the room."""

from app.gateways.doors import gateways
from app.outbox import services


def send_message(message_id: int) -> None:
    """Send one promised message; what fails is tried again by the sweep."""
    services.deliver(message_id, gateways())
