"""The cart of a person who leaves."""

from app.carts.store import LINES, ORDER, SELECTED
from app.shared.redis import redis


def forget_person(user_id: int) -> None:
    """Drop counts, ticks and order of adding; after the commit, for it is Redis."""
    redis().delete(LINES(user_id=user_id), SELECTED(user_id=user_id), ORDER(user_id=user_id))
