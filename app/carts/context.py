"""The number of pieces in the header's cart."""

from flask import Flask
from flask_login import current_user

from app.carts import guest, services
from app.shared.kept_pages import is_kept


def init_app(app: Flask) -> None:
    """`cart_count` for every template: None while the cart cannot be reached."""

    @app.context_processor
    def cart_count() -> dict[str, int | None]:
        if is_kept():
            return {"cart_count": None}
        user_id = int(current_user.id) if current_user.is_authenticated else None
        return {"cart_count": services.count_pieces(guest.read(), user_id)}
