"""The desk where staff hang pictures on goods and brands; plain forms, no scripts."""

from collections.abc import Callable

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from flask_babel import gettext

from app.goods import pictures
from app.goods.family_desk import spu_of
from app.pictures.policy import FORMS, Kind
from app.pictures.receiving import Upload, receive
from app.shared.errors import BadValue, DomainError
from app.shared.staff_view import StaffOnly, needs
from app.shared.web import say

SHOWN = 40
UPLOADS = (
    Upload("admin_pictures.sku", 2 * FORMS, for_staff=True),
    Upload("admin_pictures.logo", for_staff=True),
)


class PictureDesk(StaffOnly, BaseView):
    """SKUs by name or number, the pictures of one, and the marks of brands."""

    area = "goods"

    @expose("/")
    @needs("view")
    def index(self) -> ResponseReturnValue:
        """Find the SKU."""
        words = request.args.get("q", "")[:100]
        found = pictures.find_skus(words, SHOWN)
        return str(self.render("goods/admin_pictures.html", words=words, found=found, most=SHOWN))

    @expose("/<int:sku_id>/", methods=("GET", "POST"))
    @needs("view", POST="edit")
    def sku(self, sku_id: int) -> ResponseReturnValue:
        """Its pictures: bring some, order, choose the one on cards, take down. One button saves all of it."""
        if request.method == "POST":
            _try(lambda: _arrange(sku_id))
            return redirect(url_for("admin_pictures.sku", sku_id=sku_id), 303)
        facts = {"sku": pictures.hanging(sku_id), "spu_id": spu_of(sku_id), "most": pictures.MOST}
        return str(self.render("goods/admin_sku_pictures.html", **facts))

    @expose("/brands/")
    @needs("view")
    def brands(self) -> ResponseReturnValue:
        """Brands and their marks."""
        words = request.args.get("q", "")[:100]
        found = pictures.find_brands(words, 2 * SHOWN)
        return str(self.render("goods/admin_logos.html", words=words, found=found))

    @expose("/brands/<int:brand_id>/", methods=("POST",))
    @needs("edit")
    def logo(self, brand_id: int) -> ResponseReturnValue:
        """Another mark, or none."""
        _try(lambda: pictures.set_logo(brand_id, one_picture()))
        return redirect(url_for("admin_pictures.brands", q=request.form.get("q", "")), 303)


def _arrange(sku_id: int) -> None:
    """The form's rows by their numbers and one step, without those ticked for removal, then what was just brought."""
    seen, places = request.form.getlist("stem"), request.form.getlist("place")
    if len(seen) != len(places):
        raise BadValue()
    order = sorted(range(len(seen)), key=lambda row: (_number(places[row]), row))
    removed = set(request.form.getlist("remove"))
    kept = [seen[row] for row in order if seen[row] not in removed]
    _step(kept)
    received = receive(Kind.GOODS, max(0, pictures.MOST - len(kept)))
    pictures.arrange(sku_id, request.form.get("was", "").split() or seen, [*kept, *received.or_fail()])


def _step(stems: list[str]) -> None:
    """One picture a place up or down, where such a button was pressed."""
    for name, by in (("up", -1), ("down", 1)):
        stem = request.form.get(name, "")
        if stem in stems:
            place = stems.index(stem)
            other = min(max(place + by, 0), len(stems) - 1)
            stems[place], stems[other] = stems[other], stems[place]


def _number(text: str) -> int:
    if not text.strip().isdecimal() or len(text) > 6:
        raise BadValue()
    return int(text)


def one_picture() -> str:
    """The stem of the picture that a form of one brings; "" when it is to go."""
    if "remove" in request.form:
        return ""
    stems = receive(Kind.BRAND, 1).or_fail()
    if not stems:
        raise BadValue(gettext("请选择图片"))
    return stems[0]


def _try(verb: Callable[[], None]) -> None:
    """Do it and say how it went."""
    try:
        verb()
    except DomainError as problem:
        flash(say(problem), "error")
    else:
        flash(gettext("图片已保存"), "success")
