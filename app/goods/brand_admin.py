"""Brands at their desk: found by name, made, changed, given a mark, merged."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import ColumnElement, func, or_, select

from app.goods import brands, pictures
from app.goods.brands import BrandFacts
from app.goods.desk_forms import attempt, seen, typed
from app.goods.models import SPU, Brand
from app.goods.picture_desk import one_picture
from app.pictures.receiving import Upload
from app.shared.errors import DomainError
from app.shared.filters import image_url
from app.shared.staff_lists import Choice, Col
from app.shared.staff_view import StaffView, needs
from app.shared.web import ok, say

UPLOADS = (Upload("admin_brands.logo", for_staff=True),)
LETTERS = tuple((letter, letter) for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ#")
FIELDS = ("name", "name_en", "first_letter")


def _mark(row: Any) -> Any:
    return Markup('<img src="{}" width="40" height="40" alt="" loading="lazy">').format(image_url(row.logo, 160))


def _name(row: Any) -> Any:
    return Markup('<a href="{}">{}</a>').format(url_for("admin_brands.one", brand_id=row.id), row.name)


def _spus(row: Any) -> Any:
    return Markup('<a href="{}">{}</a>').format(url_for("admin_spus.index_view", brand=row.name), row.spus)


class BrandAdmin(StaffView):
    """Makers of goods."""

    area = "goods"
    can_create = True
    columns = (
        Col("id", _l("编号"), Brand.id, sorts=True),
        Col("logo", _l("标志"), Brand.logo, show=_mark, export=lambda row: row.logo),
        Col("name", _l("名称"), Brand.name, show=_name, export=lambda row: row.name, sorts=True),
        Col("name_en", _l("英文名"), Brand.name_en),
        Col("first_letter", _l("首字母"), Brand.first_letter),
        Col(
            "spus",
            _l("SPU 数"),
            select(func.count(SPU.id)).where(SPU.brand_id == Brand.id).scalar_subquery(),
            show=_spus,
            kind="number",
        ),
    )
    filters: Sequence[Any] = (Choice("letter", _l("首字母"), Brand.first_letter, LETTERS),)
    search_hint = _l("品牌名称")
    empty = (_l("还没有品牌"), _l("SPU 需要一个品牌，先新建一个"))

    def find(self, words: str) -> ColumnElement[bool] | None:
        return or_(Brand.name.contains(words, autoescape=True), Brand.name_en.contains(words, autoescape=True))

    @expose("/new/", methods=("GET", "POST"))
    @needs("create")
    def create_view(self) -> ResponseReturnValue:
        """A new brand."""
        if request.method == "GET":
            return self._page(None, dict.fromkeys(FIELDS, ""))
        try:
            brand_id = brands.create_brand(_facts())
        except DomainError as problem:
            return self._page(None, typed(*FIELDS), problem)
        flash(gettext("品牌已新建"), "success")
        return redirect(url_for("admin_brands.one", brand_id=brand_id), 303)

    @expose("/<int:brand_id>/", methods=("GET", "POST"))
    @needs("view", POST="edit")
    def one(self, brand_id: int) -> ResponseReturnValue:
        """Names and letter."""
        brand = brands.get_brand(brand_id)
        if request.method == "GET":
            return self._page(brand, {name: getattr(brand, name) for name in FIELDS})
        try:
            brands.edit_brand(brand_id, seen(), _facts())
        except DomainError as problem:
            return self._page(brand, typed(*FIELDS, "seen"), problem)
        flash(gettext("已保存"), "success")
        return redirect(url_for("admin_brands.one", brand_id=brand_id), 303)

    @expose("/<int:brand_id>/logo/", methods=("POST",))
    @needs("edit")
    def logo(self, brand_id: int) -> ResponseReturnValue:
        """Another mark, or none."""
        attempt(lambda: pictures.set_logo(brand_id, one_picture()), gettext("图片已保存"))
        return redirect(url_for("admin_brands.one", brand_id=brand_id), 303)

    @expose("/<int:brand_id>/merge/", methods=("POST",))
    @needs("edit")
    def merge(self, brand_id: int) -> ResponseReturnValue:
        """Its SPUs become another's: first what will happen, then, `sure`, it happens."""
        brand = brands.get_brand(brand_id)
        into = brands.find_named(request.form.get("into", ""))
        if into is None or into == brand_id:
            flash(gettext("请填写另一个品牌的完整名称"), "error")
            return redirect(url_for("admin_brands.one", brand_id=brand_id), 303)
        target = brands.get_brand(into)
        if "sure" not in request.form:
            facts = {"brand": brand, "into": target, "spus": brands.count_spus(brand_id), "most": brands.COUNTED}
            return str(self.render("goods/admin_brand_merge.html", **facts))
        if not attempt(lambda: brands.merge_brand(brand_id, into), gettext("已合并到「%(name)s」", name=target.name)):
            return redirect(url_for("admin_brands.one", brand_id=brand_id), 303)
        return redirect(url_for("admin_brands.one", brand_id=into), 303)

    @expose("/<int:brand_id>/delete/", methods=("POST",))
    @needs("edit")
    def delete(self, brand_id: int) -> ResponseReturnValue:
        """Only a brand without SPUs."""
        if attempt(lambda: brands.delete_brand(brand_id), gettext("已删除")):
            return redirect(url_for("admin_brands.index_view"), 303)
        return redirect(url_for("admin_brands.one", brand_id=brand_id), 303)

    @expose("/lookup/")
    @needs("view")
    def lookup(self) -> ResponseReturnValue:
        """Names while somebody types one; and the letter a new name would have."""
        words = request.args.get("q", "")[:64]
        return ok(names=[name for _id, name in brands.look_up(words)], letter=brands.letter_of(words))

    def _page(self, brand: Any, shown: Any, problem: DomainError | None = None) -> ResponseReturnValue:
        if problem is not None:
            flash(say(problem), "error")
        spus = brands.count_spus(brand.id) if brand else 0
        wrong, why = (problem.facts.get("field", ""), say(problem)) if problem else ("", "")
        facts = {"brand": brand, "typed": shown, "spus": spus, "most": brands.COUNTED, "wrong": wrong, "why": why}
        return str(self.render("goods/admin_brand.html", **facts)), problem.http_status if problem else 200


def _facts() -> BrandFacts:
    return BrandFacts(*(request.form.get(name, "") for name in FIELDS))
