"""The cart's addresses: one route, three faces (page, fragment, JSON)."""

from flask import Blueprint, current_app, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from app.carts import guest, services
from app.carts.forms import AddForm, ChangeForm, RemoveForm, SelectAllForm
from app.carts.lines import Basket
from app.carts.services import CartLine, CartView
from app.carts.store import MemberCart
from app.shared import headcount
from app.shared.filters import image_url
from app.shared.money import show
from app.shared.web import is_htmx, ok, safe_next, see_other, wants_json

bp = Blueprint("carts", __name__, template_folder="templates")


def basket() -> Basket:
    """The member's cart, or the visitor's."""
    return MemberCart(int(current_user.id)) if current_user.is_authenticated else guest.read()


def limit() -> int:
    """The most of one SKU a shopper may buy."""
    return int(current_app.config["MAX_PER_SKU"])


@bp.get("/visitor/")
def visitor() -> ResponseReturnValue:
    """What a page kept for everybody lacks: form token, name, pieces in the cart."""
    member = int(current_user.id) if current_user.is_authenticated else None
    return ok(
        csrf_token=generate_csrf(),
        signed_in=member is not None,
        who=render_template("partials/who.html"),
        cart_count=services.count_pieces(guest.read(), member),
    )


@bp.get("/carts/")
def cart() -> ResponseReturnValue:
    """The cart page."""
    return _show(services.view_cart(basket(), limit()))


@bp.post("/carts/")
def add() -> ResponseReturnValue:
    """Put a SKU in; `buy_now` goes on to settlement with this line alone."""
    form = AddForm.read_or_fail()
    selected = form.selected.data is not False
    mine = basket()
    count = services.add(mine, form.sku_id.data, form.count.data, selected, limit())
    headcount.note(headcount.CARTED)
    if wants_json():
        return ok(count=count)
    if form.buy_now.data:
        services.select_only(mine, form.sku_id.data)
        return see_other(url_for("orders.settlement"))
    flash(gettext("已加入购物车"), "good")
    return see_other(safe_next(request.args.get("next"), url_for(".cart")))


@bp.put("/carts/")
def change() -> ResponseReturnValue:
    """Overwrite count or tick of one line."""
    form = ChangeForm.read_or_fail()
    mine = basket()
    services.change(mine, form.sku_id.data, form.count.data, form.selected.data, limit())
    view = services.view_cart(mine, limit())
    line = next((line for line in view.lines if line.sku_id == form.sku_id.data), None)
    return _changed(view, cart_sku=_as_json(line) if line else None)


@bp.delete("/carts/")
def remove() -> ResponseReturnValue:
    """Take one line out."""
    form = RemoveForm.read_or_fail()
    mine = basket()
    services.remove(mine, form.sku_id.data)
    return _changed(services.view_cart(mine, limit()))


@bp.put("/carts/selection/")
def selection() -> ResponseReturnValue:
    """Tick or untick everything."""
    form = SelectAllForm.read_or_fail()
    mine = basket()
    services.select_all(mine, bool(form.selected.data))
    return _changed(services.view_cart(mine, limit()))


@bp.get("/carts/simple/")
def simple() -> ResponseReturnValue:
    """The mini cart of the header."""
    view = services.view_cart(basket(), limit())
    if is_htmx() and not wants_json():
        return render_template("carts/_mini.html", cart=view)
    short = ("id", "name", "count", "default_image_url")
    return ok(cart_skus=[{name: _as_json(line)[name] for name in short} for line in view.lines])


def _changed(view: CartView, **payload: object) -> ResponseReturnValue:
    if wants_json():
        return ok(**payload, **_sums(view))
    return render_template("carts/_cart.html", cart=view) if is_htmx() else see_other(url_for(".cart"))


def _show(view: CartView) -> ResponseReturnValue:
    if wants_json():
        return ok(cart_skus=[_as_json(line) for line in view.lines], **_sums(view))
    return render_template("carts/_cart.html" if is_htmx() else "carts/cart.html", cart=view)


def _sums(view: CartView) -> dict[str, object]:
    return {"selected_count": view.selected_count, "selected_amount": show(view.selected_amount)}


def _as_json(line: CartLine) -> dict[str, object]:
    return {
        "id": line.sku_id,
        "name": line.name,
        "count": line.count,
        "selected": line.selected,
        "default_image_url": image_url(line.image),
        "price": show(line.price),
        "amount": show(line.amount),
        "stock": line.stock,
        "available": line.available,
    }
