"""Being told when goods are back: asked for on a SKU's page, listed and taken back on a page of one's own."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from app.shared import language
from app.shared.web import is_htmx, ok, private, safe_next, see_other, user_id, wants_json
from app.users import notices
from app.users.notices import Notice
from app.users.routes.blueprint import bp


@bp.get("/stock_notices/", endpoint="stock_notices")
@private
def list_notices() -> ResponseReturnValue:
    """What has come back, and what is still waited for."""
    page = notices.page_notices(user_id(), request.args.get("page", 1, type=int))
    if wants_json():
        told = [_as_json(notice) for notice in page.items]
        return ok(notices=told, total=page.total, page_num=page.number, total_page=page.pages)
    return render_template("users/notices.html", page=page)


@bp.route("/stock_notices/<int:sku_id>/", methods=["POST", "DELETE"])
@private
def stock_notice(sku_id: int) -> ResponseReturnValue:
    """Ask, or take it back; a browser comes back to where the button is, htmx gets the button."""
    is_waiting = request.method == "POST"
    if is_waiting:
        notices.ask(user_id(), sku_id, language.current())
    else:
        notices.forget(user_id(), sku_id)
    if wants_json():
        return ok(sku_id=sku_id, is_waiting=is_waiting)
    if is_htmx():
        said = gettext("到货后会通知您") if is_waiting else gettext("已取消到货提醒")
        return render_template("users/_notice.html", sku_id=sku_id, is_waiting=is_waiting, said=said)
    return see_other(safe_next(request.form.get("next"), url_for(".stock_notices")))


def _as_json(notice: Notice) -> dict[str, object]:
    return {
        "sku_id": notice.sku.id,
        "name": notice.sku.name,
        "stock": notice.sku.stock,
        "is_launched": notice.sku.is_launched,
        "told_at": notice.told_at.isoformat() if notice.told_at else None,
        "is_mailed": notice.is_mailed,
    }


def _is_waiting(sku_id: int) -> bool:
    """For the page of a SKU that is sold out, which stands below this room."""
    return bool(current_user.is_authenticated) and notices.is_waiting(current_user.id, sku_id)


@bp.app_context_processor
def offer_notice() -> dict[str, object]:
    """`waits_for_stock(sku_id)` for templates; it asks only when it is called."""
    return {"waits_for_stock": _is_waiting}
