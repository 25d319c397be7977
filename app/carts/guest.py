"""The guest's cart: a signed JSON cookie, read strictly; what does not parse is an empty cart."""

from collections.abc import Callable, Iterable

from flask import Response, after_this_request, current_app, g, request

from app.carts.lines import Line
from app.carts.policy import GUEST_LIFE_S, GUEST_LINES
from app.shared import tokens

COOKIE = "carts"
PURPOSE = "guest-cart"


class GuestCart:
    """A basket that lives in the visitor's browser; every change sends the cookie anew."""

    most_lines = GUEST_LINES

    def __init__(self, lines: dict[int, Line]) -> None:
        self._lines = lines

    def lines(self) -> dict[int, Line]:
        return dict(self._lines)

    def add(self, sku_id: int, count: int, selected: bool, most: int) -> int:
        there = self._lines[sku_id].count if sku_id in self._lines else 0
        if there + count > most:
            return -1 - there
        self._lines[sku_id] = Line(there + count, selected)
        self._keep()
        return there + count

    def put(self, sku_id: int, count: int | None, selected: bool | None) -> bool:
        line = self._lines.get(sku_id)
        if line is None:
            return False
        self._lines[sku_id] = Line(
            line.count if count is None else count, line.selected if selected is None else selected
        )
        self._keep()
        return True

    def drop(self, sku_ids: Iterable[int]) -> None:
        for sku_id in sku_ids:
            self._lines.pop(sku_id, None)
        self._keep()

    def select_all(self, selected: bool) -> None:
        self._lines = {sku_id: Line(line.count, selected) for sku_id, line in self._lines.items()}
        self._keep()

    def _keep(self) -> None:
        text = tokens.sign(PURPOSE, [[sku_id, line.count, int(line.selected)] for sku_id, line in self._lines.items()])
        _on_answer(lambda response: _write(response, text) if self._lines else forget(response))


def read() -> GuestCart:
    """The visitor's cart, once a request."""
    if "guest_cart" not in g:
        g.guest_cart = GuestCart(parse(request.cookies.get(COOKIE, "")))
    cart: GuestCart = g.guest_cart
    return cart


def parse(cookie: str) -> dict[int, Line]:
    """Lines of a cookie; forged, old or odd ones are an empty cart."""
    if not cookie or len(cookie) > 4096:
        return {}
    rows = tokens.unsign(PURPOSE, cookie, GUEST_LIFE_S)
    if not isinstance(rows, list) or len(rows) > GUEST_LINES:
        return {}
    lines: dict[int, Line] = {}
    for row in rows:
        if not (isinstance(row, list) and len(row) == 3 and all(type(number) is int for number in row)):
            return {}
        sku_id, count, selected = row
        if sku_id < 1 or count < 1 or selected not in (0, 1):
            return {}
        # the limit may have been lowered since the cookie was written
        lines[sku_id] = Line(min(count, current_app.config["MAX_PER_SKU"]), bool(selected))
    return lines


def clear_later() -> None:
    """Remove the cookie with this answer: its lines have been adopted."""
    g.guest_cart = GuestCart({})
    _on_answer(forget)


def forget(response: Response) -> None:
    """Delete the cookie."""
    response.delete_cookie(COOKIE, path="/", samesite="Lax", httponly=True)


def _write(response: Response, text: str) -> None:
    response.set_cookie(
        COOKIE, text, max_age=GUEST_LIFE_S, httponly=True, samesite="Lax", secure=current_app.config["HTTPS"], path="/"
    )


def _on_answer(write: Callable[[Response], None]) -> None:
    """Only the last change of a request is sent."""
    g.guest_cart_writer = write
    if not g.get("guest_cart_hooked"):
        g.guest_cart_hooked = True

        @after_this_request
        def send(response: Response) -> Response:
            g.guest_cart_writer(response)
            return response
