"""What is said of an SPU: rich text where there are scripts, HTML with a preview where there are none."""

from collections.abc import Mapping
from datetime import datetime

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from flask_babel import gettext
from markupsafe import Markup

from app.goods import editing, queries
from app.goods.descriptions import clean
from app.goods.queries import Family
from app.pictures.policy import Kind
from app.pictures.receiving import Upload, receive
from app.shared.errors import BadValue, DomainError
from app.shared.filters import image_url
from app.shared.pictures import look
from app.shared.staff_view import StaffOnly, needs
from app.shared.web import ok, say

TEXTS = ("detail", "pack", "service")
UPLOADS = (Upload("admin_texts.one", for_staff=True), Upload("admin_texts.picture", for_staff=True))
SHOWN_WIDTH = 960


class TextsView(StaffOnly, BaseView):
    """What is said of an SPU: written, looked at, saved."""

    area = "goods"

    def is_visible(self) -> bool:
        """Not in the menu: the way leads over the SPU."""
        return False

    @expose("/")
    @needs("view")
    def index(self) -> ResponseReturnValue:
        """SPUs are found in their own list."""
        return redirect(url_for("admin_spus.index_view", q=request.args.get("q", "")[:100] or None))

    @expose("/<int:spu_id>/", methods=("GET", "POST"))
    @needs("view", POST="edit")
    def one(self, spu_id: int) -> ResponseReturnValue:
        """The three texts. `preview` shows them as they would be kept, `insert` puts a picture at the end of one."""
        family = queries.get_family(spu_id)
        if request.method == "GET":
            return self._page(family, _texts_of(family), str(family.updated_at.isoformat()))
        sent = {name: request.form.get(name, "") for name in TEXTS}
        seen = request.form.get("seen", "")
        try:
            if "preview" in request.form:
                return self._page(family, sent, seen, {name: _as_kept(text) for name, text in sent.items()})
            if "insert" in request.form:
                return self._page(family, _with_picture(sent, request.form["insert"]), seen)
            editing.edit_texts(spu_id, datetime.fromisoformat(seen), **sent)
        except (DomainError, ValueError) as problem:
            flash(say(problem) if isinstance(problem, DomainError) else gettext("请重新打开这一页"), "error")
            return self._page(family, sent, seen)
        flash(gettext("介绍已保存"), "success")
        return redirect(url_for("admin_texts.one", spu_id=spu_id), 303)

    @expose("/picture/", methods=("POST",))
    @needs("edit")
    def picture(self) -> ResponseReturnValue:
        """The editor brings a picture: where it is and how large. It stays once a text with it is saved."""
        stem = _received()
        seen = look(stem)
        width = seen.fit(SHOWN_WIDTH)
        height = round(seen.height * width / seen.width)
        return ok(src=image_url(stem, SHOWN_WIDTH), width=width, height=height)

    def _page(
        self, family: Family, texts: Mapping[str, str], seen: str, shown: Mapping[str, str] | None = None
    ) -> ResponseReturnValue:
        titles = dict(zip(TEXTS, (gettext("商品详情"), gettext("规格与包装"), gettext("售后服务")), strict=True))
        facts = {"family": family, "texts": texts, "seen": seen, "shown": shown, "titles": titles}
        return str(self.render("goods/admin_text.html", **facts))


def _received() -> str:
    stems = receive(Kind.GOODS, 1).or_fail()
    if not stems:
        raise BadValue(gettext("请选择图片"))
    return stems[0]


def _with_picture(texts: Mapping[str, str], name: str) -> dict[str, str]:
    """The picture that was sent along stands at the end of the named text."""
    if name not in TEXTS:
        raise BadValue()
    stem = _received()
    seen, words = look(stem), request.form.get("alt", "")[:100]
    width = seen.fit(SHOWN_WIDTH)
    mark = Markup('<figure><img src="{}" alt="{}" width="{}" height="{}"></figure>').format(
        image_url(stem, SHOWN_WIDTH), words, width, round(seen.height * width / seen.width)
    )
    return {**texts, name: f"{texts[name]}\n{mark}"}


def _as_kept(text: str) -> Markup:
    return Markup(clean(text))  # noqa: S704  # cleaned is what it is


def _texts_of(family: Family) -> dict[str, str]:
    return {name: str(getattr(family, f"desc_{name}")) for name in TEXTS}
