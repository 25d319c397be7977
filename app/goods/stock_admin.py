"""The ledger of stock for staff: searched by SKU, sort, actor, day and order; and tables of what was counted."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import ColumnElement, Select, false

from app.goods import adjusting, counting
from app.goods.grid_admin import sent_table
from app.goods.histories import KINDS
from app.goods.models import SKU, StockMovement
from app.goods.sku_admin import staff
from app.shared.errors import DomainError
from app.shared.staff_columns import Col
from app.shared.staff_lists import Choice, Days, Numbers, Words
from app.shared.staff_log import find_actor, person
from app.shared.staff_view import StaffOnly, StaffView, needs
from app.shared.web import say

MOST_COUNTED = 1000  # lines of one table; larger ones are for the terminal


def _kinds() -> list[tuple[str, str]]:
    return [(name, gettext(text)) for name, text in KINDS.items()]


def _by_actor(text: str) -> ColumnElement[bool]:
    actor = find_actor(text)
    return StockMovement.actor == actor if ":" in actor or actor in ("system", "cli") else false()


def _sku(row: Any) -> Markup:
    return Markup('<a href="%s">%s</a> <span class="small muted">#%s</span>') % (
        url_for("admin_skus.desk", sku_id=row.sku_id),
        row.name,
        row.sku_id,
    )


def _delta(row: Any) -> Markup:
    return Markup('<span class="nums">%s</span>') % f"{row.stock_delta:+d}"


class StockAdmin(StaffView):
    """Every move of stock, newest first; nothing here can be changed."""

    area = "goods"
    columns = (
        Col("created_at", _l("时间"), StockMovement.created_at, kind="when"),
        Col("name", _l("商品"), SKU.name, show=_sku, export=lambda row: f"{row.sku_id} {row.name}"),
        Col("stock_delta", _l("库存增减"), StockMovement.stock_delta, kind="number", show=_delta),
        Col("sales_delta", _l("销量增减"), StockMovement.sales_delta, kind="number"),
        Col("kind", _l("类型"), StockMovement.kind, show=lambda row: gettext(KINDS.get(row.kind, row.kind))),
        Col("reason", _l("原因"), StockMovement.reason),
        Col("order_number", _l("订单号"), StockMovement.order_number),
        Col("actor", _l("操作人"), StockMovement.actor, show=lambda row: person(row.actor)),
    )
    needs_too = (StockMovement.sku_id,)
    filters = (
        Numbers("sku", _l("SKU 编号"), StockMovement.sku_id),
        Choice("kind", _l("类型"), StockMovement.kind, _kinds),
        Words("actor", _l("操作人（账号名）"), clause=_by_actor),
        Days("day", _l("日期"), StockMovement.created_at),
    )
    default_sort = ("created_at", "desc")  # days and kinds are read along it
    search_hint = _l("订单号")
    tools = ((_l("盘点"), "admin_counts.index"),)
    empty = (_l("还没有库存变动"), "")
    can_export = True

    def find(self, words: str) -> ColumnElement[bool]:
        """By the number of an order."""
        return StockMovement.order_number == words

    def narrow(self, asked: Select[Any]) -> Select[Any]:
        """With the name of the SKU; an outer join, so that the newest lines are read first and then their SKUs."""
        return asked.outerjoin(SKU, SKU.id == StockMovement.sku_id)


class CountView(StaffOnly, BaseView):
    """Correct stock after a count: a table in, the differences on a page, one button."""

    area = "goods"

    @expose("/", methods=("GET", "POST"))
    @needs("adjust_stock")
    def index(self) -> ResponseReturnValue:
        """The form; the differences; or, with the button below them, the ledger."""
        text = sent_table() if request.method == "POST" else ""
        table = counting.read_counts(text)
        faults = [*table.faults, *counting.unknown(table)]
        if len(table.counts) > MOST_COUNTED:
            flash(gettext("一次最多处理 %(most)s 件商品", most=MOST_COUNTED), "error")
            faults, table = [], counting.read_counts("")
        compared = [] if faults else counting.compare(table)
        if "sure" in request.form and compared and self._write(compared):
            return redirect(url_for("admin_stock.index_view", kind="count"), 303)
        once = adjusting.new_token()
        page = self.render("goods/admin_count.html", text=text, faults=faults, compared=compared, once=once)
        return (str(page), 400) if faults else str(page)

    @staticmethod
    def _write(compared: list[counting.Compared]) -> bool:
        once = request.form.get("once", "")[:32]
        try:
            reason = adjusting.read_reason("count", request.form.get("note", ""))
            moved = adjusting.count_all([each.count for each in compared], reason=reason, actor=staff(), once=once)
        except DomainError as problem:
            flash(say(problem), "error")
            return False
        flash(gettext("已更正 %(count)s 件商品的库存", count=sum(map(bool, moved.values()))), "success")
        return True
