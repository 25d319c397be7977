"""What a shopper searched for lately: told in their export, dropped when they leave."""

from app.search import asking


def recent_searches(user_id: int) -> list[str]:
    """Newest first; empty while Redis is away."""
    return asking.recent(_owner(user_id))


def forget_person(user_id: int) -> None:
    """After the commit, for it is Redis."""
    asking.forget_recent(_owner(user_id))


def _owner(user_id: int) -> str:
    return f"user:{user_id}"
