"""Pages of specs: those of an SPU, the matrix of what it is sold as, and the options of one SKU."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext
from flask_login import current_user

from app.goods import editing, family_desk, launching, pictures, spec_editing, spec_templates
from app.goods.checks import split_options
from app.goods.desk_forms import number, numbers, rows, seen, terms
from app.goods.launching import NewSKU
from app.goods.spec_editing import OptionEdit, SpecEdit
from app.pictures.policy import FORMS, Kind
from app.pictures.receiving import Upload, receive
from app.shared.errors import BadValue, DomainError, NotFound
from app.shared.staff_view import needs
from app.shared.web import say

UPLOADS = (Upload("admin_spus.family_pictures", 2 * FORMS, for_staff=True),)
Page = Callable[..., ResponseReturnValue]


class SpecPages:
    """Mixed into the desk of SPUs, which shows the page."""

    page: Page
    render: Callable[..., Any]
    require: Callable[[str], None]

    @expose("/<int:spu_id>/specs/", methods=("POST",))
    @needs("edit")
    def specs(self, spu_id: int) -> ResponseReturnValue:
        """All specs and options at once."""
        try:
            spec_editing.save_specs(spu_id, seen(), _edits())
        except DomainError as problem:
            return self.page(spu_id, problem=problem, specs=request.form)
        flash(gettext("规格已保存"), "success")
        return _back(spu_id, "specs")

    @expose("/<int:spu_id>/template/", methods=("POST",))
    @needs("edit")
    def template(self, spu_id: int) -> ResponseReturnValue:
        """What a spec template has and the SPU has not."""
        try:
            template = spec_templates.get_template(number(request.form.get("template", "")))
            spec_editing.add_specs(spu_id, seen(), template.specs())
        except DomainError as problem:
            return self.page(spu_id, problem=problem)
        flash(gettext("已按模板「%(name)s」加入规格", name=template.name), "success")
        return _back(spu_id, "matrix")

    @expose("/<int:spu_id>/matrix/", methods=("POST",))
    @needs("edit")
    def matrix(self, spu_id: int) -> ResponseReturnValue:
        """SKUs of the ticked combinations, on the shelf at once where that is ticked, too."""
        try:
            wanted, common = _wanted(), terms(request.form)
            if common.stock or any(each.terms.stock for each in wanted):
                self.require("adjust_stock")
            made = launching.create_skus(spu_id, wanted, common, actor=f"staff:{current_user.id}")
        except DomainError as problem:
            return self.page(spu_id, problem=problem, matrix=request.form)
        if made and "launch" in request.form:
            editing.shelve_spu(spu_id, True, made)
        flash(gettext("已生成 %(count)s 件商品", count=len(made)), "success")
        return _back(spu_id, "skus")

    @expose("/<int:spu_id>/pictures/", methods=("POST",))
    @needs("edit")
    def family_pictures(self, spu_id: int) -> ResponseReturnValue:
        """The same pictures for all SKUs, or for those with an option."""
        try:
            stems = receive(Kind.GOODS, pictures.MOST).or_fail()
            if not stems:
                raise BadValue(gettext("请选择图片"))
            done = pictures.hang_on_family(spu_id, number(request.form.get("option", "")) or None, stems)
        except DomainError as problem:
            return self.page(spu_id, problem=problem)
        flash(gettext("图片已挂到 %(count)s 件商品", count=len(done)), "success")
        return _back(spu_id, "skus")

    @expose("/sku/<int:sku_id>/", methods=("GET", "POST"))
    @needs("view", POST="edit")
    def sku_specs(self, sku_id: int) -> ResponseReturnValue:
        """Which options one SKU is."""
        spu_id = family_desk.spu_of(sku_id)
        if request.method == "POST":
            chosen = [each for each in numbers("option") if each]
            try:
                spec_editing.set_sku_specs(sku_id, number(request.form.get("version", "")), chosen)
            except DomainError as problem:
                flash(say(problem), "error")
                return self._sku_page(spu_id, sku_id), problem.http_status
            flash(gettext("规格已保存"), "success")
            return _back(spu_id, "skus")
        return self._sku_page(spu_id, sku_id)

    @expose("/sku/<int:sku_id>/delete/", methods=("POST",))
    @needs("edit")
    def delete_sku(self, sku_id: int) -> ResponseReturnValue:
        """One that never had a piece."""
        spu_id = family_desk.spu_of(sku_id)
        try:
            editing.delete_sku(sku_id)
        except DomainError as problem:
            flash(say(problem), "error")
            return redirect(url_for("admin_spus.sku_specs", sku_id=sku_id), 303)
        flash(gettext("已删除"), "success")
        return _back(spu_id, "skus")

    def _sku_page(self, spu_id: int, sku_id: int) -> str:
        spu = family_desk.get_desk(spu_id)
        sku = next((each for each in spu.skus if each.id == sku_id), None)
        if sku is None:
            raise NotFound()
        return str(self.render("goods/admin_sku_specs.html", spu=spu, sku=sku))


def _back(spu_id: int, anchor: str) -> ResponseReturnValue:
    return redirect(url_for("admin_spus.one", spu_id=spu_id, _anchor=anchor), 303)


def _edits() -> list[SpecEdit]:
    """The form of specs: a line a spec, a line an option, and empty lines for new ones."""
    options: dict[int, list[OptionEdit]] = {}
    gone = set(numbers("option_remove"))
    for line in rows("option_id", "option_spec", "option_value", "option_place"):
        option_id = number(line["option_id"])
        edit = OptionEdit(option_id, line["option_value"], number(line["option_place"], 999), option_id in gone)
        options.setdefault(number(line["option_spec"]), []).append(edit)
    dropped, edits = set(numbers("spec_remove")), []
    for line in rows("spec_id", "spec_name", "spec_place", "spec_more"):
        spec_id = number(line["spec_id"])
        if not spec_id and not line["spec_name"].strip():
            continue
        edits.append(
            SpecEdit(
                spec_id,
                line["spec_name"],
                number(line["spec_place"], 999),
                bool(spec_id) and spec_id in dropped,
                options.get(spec_id, []) if spec_id else (),
                split_options(line["spec_more"]),
            )
        )
    return edits


def _wanted() -> list[NewSKU]:
    """The ticked combinations, each with what was typed in its line."""
    found = []
    for key in request.form.getlist("combination"):
        ids = frozenset(number(each) for each in key.split("-") if each)
        found.append(NewSKU(ids, terms(request.form, f"_{key}")))
    if not found:
        raise BadValue(gettext("请先勾选要生成的规格组合"))
    return found
