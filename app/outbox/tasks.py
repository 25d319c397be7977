"""Jobs of the room."""

from app.gateways.doors import gateways
from app.outbox import services


def send_message(message_id: int) -> None:
    """Send one promised message. A failure ends the job so that it comes back; after its last retry the sweep does."""
    services.deliver_or_wait(message_id, gateways())
