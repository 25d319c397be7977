"""Packing slips and delivery notes: a page that is made to be printed, one order a sheet."""

from io import BytesIO

import segno
from flask import request
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from markupsafe import Markup

from app.orders import masks, policy, sheets
from app.shared.errors import NotFound
from app.shared.staff_view import StaffOnly, needs

KINDS, SIZES = ("slip", "note"), ("a5", "a4")


class PrintDesk(StaffOnly, BaseView):
    """A slip names no price and nobody; a note names who receives it, to those who may see people."""

    area = "orders"

    def is_visible(self) -> bool:
        return False  # one comes here from orders

    @expose("/")
    @needs("view")
    def sheets(self) -> ResponseReturnValue:
        """The sheets of these orders."""
        given = [each for each in request.args.getlist("id") if each.isascii() and each.isdigit() and len(each) < 18]
        ids = [int(each) for each in given][: policy.TICKED_MOST]
        found = sheets.by_ids(ids)
        if not found:
            raise NotFound()
        kind = request.args.get("kind", "")
        size = request.args.get("size", "")
        return str(
            self.render(
                "orders/admin_sheets.html",
                sheets=found,
                ids=ids,
                kind=kind if kind in KINDS else KINDS[0],
                size=size if size in SIZES else SIZES[0],
                qr=qr,
                sees_people=masks.may_see_people(),
            )
        )


def qr(number: str) -> Markup:
    """The order's number for a scanner, as a drawing without styles."""
    out = BytesIO()
    segno.make(number, micro=False, error="m").save(
        out, kind="svg", xmldecl=False, svgns=False, omitsize=True, border=1
    )
    return Markup(out.getvalue().decode())  # noqa: S704  # segno drew it: paths, and no text of anybody
