"""SPUs at their desk: the list, and one page for the head, the specs, the SKUs and everything about them."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import ColumnElement, Integer, func, or_, select

from app.goods import brands, copying, editing, family_desk, policy, spec_templates
from app.goods.categories import category_tree
from app.goods.chains import Chain
from app.goods.desk_forms import attempt, number, numbers, seen, typed
from app.goods.editing import Facts
from app.goods.errors import TooManySpecs
from app.goods.family_desk import Desk, Missing
from app.goods.models import SKU, SPU, Brand
from app.goods.spec_admin import SpecPages
from app.shared.errors import BadValue, DomainError
from app.shared.staff_lists import Choice, Col, Words
from app.shared.staff_view import StaffView, needs
from app.shared.web import say

HEAD = ("name", "caption", "brand", "category1", "category2", "category3", "seen")
STATES = {
    "on": _l("有在售商品"),
    "off": _l("全部下架"),
    "empty": _l("还没有商品"),
    "silent": _l("没有介绍"),
}


def _skus(*where: Any) -> Any:
    return select(func.count(SKU.id)).where(SKU.spu_id == SPU.id, *where).scalar_subquery()


def _state(value: str) -> ColumnElement[bool]:
    """SPUs of a state, by what their SKUs are: one look into an index for each (ix_skus_family)."""
    sold = select(func.max(SKU.is_launched, type_=Integer)).where(SKU.spu_id == SPU.id).scalar_subquery()
    return {"on": sold == 1, "off": sold == 0, "empty": sold.is_(None), "silent": SPU.desc_detail == ""}[value]


def _of_brand(text: str) -> ColumnElement[bool] | None:
    found = [brand_id for brand_id, _name in brands.look_up(text, 50)]
    return SPU.brand_id.in_(found) if found else None


def _of_category(text: str) -> ColumnElement[bool] | None:
    """By number or by a part of the name, of any level."""
    nodes = category_tree().nodes.values()
    found = [each.id for each in nodes if str(each.id) == text or (text in each.name and not text.isdigit())]
    columns = (SPU.category1_id, SPU.category2_id, SPU.category3_id)
    return or_(*(column.in_(found) for column in columns)) if found else None


def _name(row: Any) -> Any:
    return Markup('<a href="{}">{}</a>').format(url_for("admin_spus.one", spu_id=row.id), row.name)


def _category(row: Any) -> str:
    tree = category_tree()
    return " / ".join(node.name for node in tree.path(row.category3_id)) if row.category3_id in tree.nodes else ""


class SPUAdmin(SpecPages, StaffView):
    """Families of goods."""

    area = "goods"
    can_create = True
    columns = (
        Col("id", _l("编号"), SPU.id, sorts=True),
        Col("name", _l("名称"), SPU.name, show=_name, export=lambda row: row.name),
        Col("brand", _l("品牌"), select(Brand.name).where(Brand.id == SPU.brand_id).scalar_subquery()),
        Col("category3_id", _l("分类"), SPU.category3_id, show=_category),
        Col("skus", _l("商品数"), _skus(), kind="number"),
        Col("on_shelf", _l("在售"), _skus(SKU.is_launched), kind="number"),
        Col("updated_at", _l("修改时间"), SPU.updated_at, kind="when", sorts=True),
    )
    filters: Sequence[Any] = (
        Words("category", _l("分类（名称或编号）"), clause=_of_category),
        Words("brand", _l("品牌"), clause=_of_brand),
        Choice("state", _l("状态"), options=tuple(STATES.items()), clause=_state),
    )
    search_hint = _l("SPU 名称或编号")
    empty = (_l("还没有 SPU"), _l("新建一个 SPU，写下规格，一次生成所有商品"))

    def find(self, words: str) -> ColumnElement[bool] | None:
        named: ColumnElement[bool] = SPU.name.contains(words, autoescape=True)
        return or_(named, SPU.id == int(words)) if words.isascii() and words.isdigit() and len(words) < 16 else named

    @expose("/new/", methods=("GET", "POST"))
    @needs("create")
    def create_view(self) -> ResponseReturnValue:
        """A new SPU; the rest follows on its page."""
        if request.method == "GET":
            return self._head_page(dict.fromkeys(HEAD, ""))
        try:
            spu_id = editing.create_spu(_facts())
        except DomainError as problem:
            return self._head_page(typed(*HEAD), problem)
        flash(gettext("SPU 已新建，接着写规格"), "success")
        return redirect(url_for("admin_spus.one", spu_id=spu_id), 303)

    @expose("/<int:spu_id>/", methods=("GET", "POST"))
    @needs("view", POST="edit")
    def one(self, spu_id: int) -> ResponseReturnValue:
        """Everything about one SPU; POST saves its head."""
        if request.method == "GET":
            return self.page(spu_id)
        try:
            editing.edit_spu(spu_id, seen(), _facts())
        except DomainError as problem:
            return self.page(spu_id, problem=problem, head=typed(*HEAD))
        flash(gettext("已保存"), "success")
        return redirect(url_for("admin_spus.one", spu_id=spu_id), 303)

    @expose("/<int:spu_id>/shelve/", methods=("POST",))
    @needs("edit")
    def shelve(self, spu_id: int) -> ResponseReturnValue:
        """The ticked SKUs (none: all) on the shelf or off."""
        launched, only = "launch" in request.form, numbers("sku")
        count = len(editing.shelve_spu(spu_id, launched, only or None))
        flash(gettext("已上架 %(n)s 件", n=count) if launched else gettext("已下架 %(n)s 件", n=count), "success")
        return redirect(url_for("admin_spus.one", spu_id=spu_id, _anchor="skus"), 303)

    @expose("/<int:spu_id>/copy/", methods=("POST",))
    @needs("create")
    def copy(self, spu_id: int) -> ResponseReturnValue:
        """Another SPU that begins as this one is."""
        try:
            new = copying.copy_spu(spu_id, request.form.get("name", ""), actor=f"staff:{current_user.id}")
        except DomainError as problem:
            return self.page(spu_id, problem=problem)
        flash(gettext("已复制：商品没有库存，还没有上架"), "success")
        return redirect(url_for("admin_spus.one", spu_id=new), 303)

    @expose("/<int:spu_id>/delete/", methods=("GET", "POST"))
    @needs("edit")
    def delete(self, spu_id: int) -> ResponseReturnValue:
        """What would happen, or why it cannot; then it happens."""
        if request.method == "POST" and attempt(lambda: editing.delete_spu(spu_id), gettext("已删除")):
            return redirect(url_for("admin_spus.index_view"), 303)
        return str(self.render("goods/admin_spu_delete.html", spu=family_desk.get_desk(spu_id)))

    def page(
        self, spu_id: int, problem: DomainError | None = None, head: Any = None, specs: Any = None, matrix: Any = None
    ) -> ResponseReturnValue:
        """The page as it is now, with what was typed into a form that failed."""
        spu, tree = family_desk.get_desk(spu_id), category_tree()
        if problem is not None:
            flash(say(problem), "error")
        facts = {
            "spu": spu,
            "tree": tree,
            "head": head or head_of(spu),
            "typed_specs": specs,
            "typed": matrix or {},
            "missing": _missing(spu),
            "most": policy.MOST_AT_ONCE,
            "templates": spec_templates.templates_for(spu.category3_id, tree),
            "wrong": problem.facts.get("field", "") if problem else "",
            "why": say(problem) if problem else "",
        }
        return str(self.render("goods/admin_spu.html", **facts)), problem.http_status if problem else 200

    def _head_page(self, head: Any, problem: DomainError | None = None) -> ResponseReturnValue:
        if problem is not None:
            flash(say(problem), "error")
        facts = {"wrong": problem.facts.get("field", "") if problem else "", "why": say(problem) if problem else ""}
        page = self.render("goods/admin_spu_new.html", head=head, tree=category_tree(), **facts)
        return str(page), problem.http_status if problem else 200


def head_of(spu: Desk) -> dict[str, Any]:
    """The head's form as the SPU is."""
    chain = {"category1": spu.category1_id, "category2": spu.category2_id, "category3": spu.category3_id}
    return {"name": spu.name, "caption": spu.caption, "brand": spu.brand, **chain, "seen": spu.updated_at.isoformat()}


def _facts() -> Facts:
    """The head as it was sent; the brand by its name."""
    form = request.form
    brand_id = brands.find_named(form.get("brand", ""))
    if brand_id is None:
        named = form.get("brand", "")[:64]
        raise BadValue(gettext("没有名为「%(name)s」的品牌，请从提示中选择", name=named), field="brand")
    chain = Chain(*(number(form.get(f"category{level}", "")) for level in (1, 2, 3)))
    return Facts(form.get("name", ""), form.get("caption", ""), brand_id, chain)


def _missing(spu: Desk) -> list[Missing] | None:
    """None where there are more combinations than a page can show."""
    try:
        return family_desk.missing(spu, [number(each) for each in request.values.getlist("option")])
    except TooManySpecs:
        return None
