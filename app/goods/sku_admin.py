"""The SKUs for staff: the list with what can be done to many, and one SKU with everything that has become of it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_admin.actions import action
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy import ColumnElement

from app.goods import adjusting, bulk, histories, scheduling, services, sku_forms, sku_list
from app.goods.categories import category_tree
from app.goods.errors import StaleEdit, TooManyRows
from app.goods.prices import amounts_of
from app.goods.repricing import MOST_ROWS, read_delta
from app.shared.db import db
from app.shared.errors import BadValue, DomainError, Forbidden, NeedSignIn
from app.shared.staff_log import person, touches
from app.shared.staff_view import StaffView, needs
from app.shared.web import say

FIELDS = ("name", "caption", "price", "market_price", "cost_price")


def whole(text: str) -> int | None:
    """A key from an address; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


def staff() -> str:
    """Who is at the desk, as histories know them."""
    return f"staff:{current_user.id}"


def tried(verb: Callable[[], object], done: str) -> bool:
    """Run a verb and say how it went."""
    try:
        verb()
    except (Forbidden, NeedSignIn):
        raise
    except DomainError as problem:
        flash(say(problem), "error")
        return False
    if done:
        flash(done, "success")
    return True


class SKUAdmin(StaffView):
    """Every SKU; stock and prices have their own writers, and none of them is a form of Flask-Admin's."""

    area = "goods"
    list_template = "goods/admin_skus.html"
    columns = sku_list.COLUMNS
    needs_too = sku_list.NEEDS_TOO
    filters = sku_list.FILTERS
    search_hint = _l("商品名称，或 SKU / SPU 编号")
    empty = (_l("还没有商品"), _l("从「导入导出」带入一张表，或新建 SPU"))
    can_export = True

    def find(self, words: str) -> ColumnElement[bool] | None:
        """By name, or by number."""
        return sku_list.by_words(words)

    def tabs(self) -> Sequence[Any]:
        """By where they stand."""
        return sku_list.TABS

    @action("bulk", _l("批量改价、库存、上下架"))
    @needs("edit")
    def bulk_chosen(self, ids: list[str]) -> ResponseReturnValue:
        """Into the grid."""
        number = bulk.begin([int(each) for each in ids], source="grid", actor=staff())
        return redirect(url_for("admin_bulk.one", bulk_id=number), 303)

    @expose("/all/", methods=("POST",))
    @needs("edit")
    def bulk_all(self) -> ResponseReturnValue:
        """Everything that fits the filters of the address, into the grid."""
        asked = self.read()
        if asked.faults:
            raise BadValue()
        ids = list(
            db.session.scalars(asked.base.with_only_columns(asked.pk).where(*asked.clauses).limit(MOST_ROWS + 1))
        )
        try:
            if len(ids) > MOST_ROWS:
                raise TooManyRows(most=MOST_ROWS)
            number = bulk.begin(ids, source="grid", actor=staff())
        except DomainError as problem:
            flash(say(problem), "error")
            return redirect(f"{url_for('admin_skus.index_view')}{asked.address()}", 303)
        return redirect(url_for("admin_bulk.one", bulk_id=number), 303)

    @action("launch", _l("上架"))
    @needs("edit")
    def launch_chosen(self, ids: list[str]) -> None:
        """On the shelf, be it one that was removed."""
        self._each(services.launch, ids)

    @action("withdraw", _l("下架"))
    @needs("edit")
    def withdraw_chosen(self, ids: list[str]) -> None:
        """Off the shelf for a while."""
        self._each(services.withdraw, ids)

    @action("plan", _l("定时上下架"))
    @needs("edit")
    def plan_chosen(self, ids: list[str]) -> ResponseReturnValue:
        """To the form of hours."""
        return redirect(url_for("admin_skus.plan_many", sku=ids[:200]), 303)

    @action("remove", _l("停止销售"), _l("停止销售选中的商品？它们的页面会告诉访客和搜索引擎商品不再提供。"))
    @needs("edit")
    def remove_chosen(self, ids: list[str]) -> None:
        """Gone for good."""
        self._each(services.remove_sku, ids)

    @staticmethod
    def _each(verb: Callable[[int], None], ids: list[str]) -> None:
        for each in ids:
            verb(int(each))
        flash(gettext("已处理 %(count)s 件商品", count=len(ids)), "success")

    @expose("/plan/", methods=("GET", "POST"))
    @needs("edit")
    def plan_many(self) -> ResponseReturnValue:
        """Hours for several SKUs at once."""
        ids = [number for each in request.values.getlist("sku") if (number := whole(each)) is not None][:200]
        if request.method == "POST" and tried(lambda: self._plan(ids, None), gettext("计划已保存")):
            return redirect(url_for("admin_skus.index_view", state="planned"), 303)
        return str(self.render("goods/admin_plan.html", ids=ids, sent=request.form))

    def _plan(self, ids: Sequence[int], version: int | None) -> None:
        hours = [scheduling.read_hour(request.form.get(name, "")) for name in ("launch_at", "withdraw_at")]
        scheduling.plan_shelf(ids, hours[0], hours[1], version=version)

    @expose("/<int:sku_id>/", methods=("GET", "POST"))
    @needs("view", POST="edit")
    def desk(self, sku_id: int) -> ResponseReturnValue:
        """One SKU. A form written on an old version is not saved: its writer is told what changed, and by whom."""
        fields = self._fields()
        if request.method == "GET":
            return self._page(sku_id)
        sent = sku_forms.read(request.form, fields)
        if sent.errors:
            return self._page(sku_id, sent.texts, sent.errors, sent.version, sent.seen), 400
        try:
            services.edit_sku(sku_id, sent.version, **sent.changes)
        except StaleEdit:
            return self._stale(sku_id, sent), 409
        except DomainError as problem:
            flash(say(problem), "error")
            return self._page(sku_id, sent.texts, {}, sent.version, sent.seen), problem.http_status
        self._saved(sku_id, sent)
        return redirect(url_for("admin_skus.desk", sku_id=sku_id), 303)

    def _fields(self) -> tuple[str, ...]:
        return FIELDS if self.may("see_cost") else FIELDS[:-1]

    def _saved(self, sku_id: int, sent: sku_forms.Sent) -> None:
        flash(gettext("已保存") if sent.changes else gettext("没有改动"), "success")
        warning = amounts_of(histories.get_card(sku_id)).warning()
        if warning and "price" in sent.changes and self.may("see_cost"):
            flash(gettext(warning), "warn")

    def _stale(self, sku_id: int, sent: sku_forms.Sent) -> str:
        sku, fields = histories.get_card(sku_id), self._fields()
        now, log = sku_forms.texts_of(sku, fields), touches([f"skus:{sku_id}"])[f"skus:{sku_id}"]
        told = {"differences": sku_forms.differences(sent, now, log), "others": sku_forms.others(sent, log, FIELDS)}
        return self._page(sku_id, sku_forms.on_top(sent, now), {}, sku.version, now, stale={**told, "sent": sent})

    def _page(
        self,
        sku_id: int,
        texts: Mapping[str, str] | None = None,
        errors: Mapping[str, str] | None = None,
        version: int | None = None,
        seen: Mapping[str, str] | None = None,
        stale: Mapping[str, Any] | None = None,
    ) -> str:
        sku = histories.get_card(sku_id)
        now = sku_forms.texts_of(sku, self._fields())
        page = {
            "sku": sku,
            "path": category_tree().path(sku.category_id),
            "texts": now if texts is None else texts,
            "errors": errors or {},
            "version": sku.version if version is None else version,
            "seen": now if seen is None else seen,
            "stale": stale,
            "titles": sku_forms.TITLES,
            "prices": histories.price_history(sku_id, whole(request.args.get("prices", ""))),
            "ledger": histories.ledger(sku_id, whole(request.args.get("ledger", ""))),
            "kinds": histories.KINDS,
            "reasons": adjusting.REASONS,
            "once": adjusting.new_token(),
            "shelf_text": sku_list.shelf_text(sku),
            "person": person,
        }
        return str(self.render("goods/admin_sku.html", **page))

    @expose("/<int:sku_id>/stock/", methods=("POST",))
    @needs("adjust_stock")
    def stock(self, sku_id: int) -> ResponseReturnValue:
        """So many more or less, or as many as were counted."""
        tried(lambda: self._move(sku_id), gettext("库存已更新"))
        return redirect(url_for("admin_skus.desk", sku_id=sku_id, _anchor="stock"), 303)

    @staticmethod
    def _move(sku_id: int) -> None:
        form = request.form
        reason = adjusting.read_reason(form.get("kind", ""), form.get("note", ""))
        known = {"reason": reason, "actor": staff(), "once": form.get("once", "")[:32]}
        try:
            if "counted" in form:
                seen = whole(form.get("seen", ""))
                adjusting.count_stock(adjusting.Count(sku_id, int(form["counted"]), seen), **known)
            else:
                adjusting.adjust_stock(sku_id, read_delta(form.get("delta", "")), **known)
        except ValueError:
            raise BadValue(gettext("请填写整数")) from None

    @expose("/<int:sku_id>/plan/", methods=("POST",))
    @needs("edit")
    def plan(self, sku_id: int) -> ResponseReturnValue:
        """Its hours, on the version that was seen."""
        tried(lambda: self._plan([sku_id], whole(request.form.get("version", "")) or 0), gettext("计划已保存"))
        return redirect(url_for("admin_skus.desk", sku_id=sku_id, _anchor="shelf"), 303)

    @expose("/<int:sku_id>/shelf/", methods=("POST",))
    @needs("edit")
    def shelf(self, sku_id: int) -> ResponseReturnValue:
        """On, off, or gone for good."""
        verbs = {"launch": services.launch, "withdraw": services.withdraw, "remove": services.remove_sku}
        verb = verbs.get(request.form.get("to", ""))
        if verb is None:
            raise BadValue()
        tried(lambda: verb(sku_id), gettext("已完成"))
        return redirect(url_for("admin_skus.desk", sku_id=sku_id, _anchor="shelf"), 303)
