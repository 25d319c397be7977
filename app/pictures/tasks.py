"""Jobs of the room."""

from app.gateways.doors import gateways
from app.pictures import services


def clear() -> None:
    """Files of pictures that were let go."""
    services.clear(gateways().images)
