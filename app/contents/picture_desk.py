"""The desk where staff hang pictures into the slots of the home page."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from flask_babel import gettext
from flask_login import current_user

from app.contents import ad_pictures, hanging
from app.pictures.policy import Kind
from app.pictures.receiving import Upload, receive
from app.shared.errors import BadValue, DomainError
from app.shared.staff_view import StaffOnly, needs
from app.shared.web import say

UPLOADS = (Upload("admin_ad_pictures.one", for_staff=True),)


class AdPictureDesk(StaffOnly, BaseView):
    """Every ad by slot, a form for each."""

    area = "contents"

    def is_visible(self) -> bool:
        """Not in the menu: the slots' desk hangs pictures beside everything else of an ad."""
        return False

    @expose("/")
    @needs("view")
    def index(self) -> ResponseReturnValue:
        """The slots."""
        return str(self.render("contents/admin_ad_pictures.html", slots=ad_pictures.ads_by_slot()))

    @expose("/<int:ad_id>/", methods=("POST",))
    @needs("edit")
    def one(self, ad_id: int) -> ResponseReturnValue:
        """Another picture for one ad, or none."""
        try:
            hanging.set_picture(ad_id, _one_picture(), f"staff:{current_user.id}")
        except DomainError as problem:
            flash(say(problem), "error")
        else:
            flash(gettext("图片已保存"), "success")
        return redirect(url_for("admin_ad_pictures.index", _anchor=f"ad-{ad_id}"), 303)


def _one_picture() -> str:
    if "remove" in request.form:
        return ""
    stems = receive(Kind.AD, 1).or_fail()
    if not stems:
        raise BadValue(gettext("请选择图片"))
    return stems[0]
