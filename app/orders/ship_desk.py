"""Sending many: a form with a number for each ticked order, and tables that are tried before they are sent."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from flask_babel import gettext
from flask_login import current_user

from app.orders import masks, policy, sending, sheets, tracking
from app.orders.sending import Outcome
from app.orders.tracking import Parcel
from app.shared import acting, clock
from app.shared.cells import csv_line
from app.shared.errors import BadValue, DomainError
from app.shared.staff_view import StaffOnly, needs
from app.shared.web import say


class ShipDesk(StaffOnly, BaseView):
    """Every parcel is a transaction of its own; whatever is sent twice stays sent once."""

    area = "orders"

    def is_accessible(self) -> bool:
        return self.may("ship")

    @expose("/")
    @needs("ship")
    def index(self) -> ResponseReturnValue:
        """Bring a table, or get the one that waits to be filled in."""
        return str(self.render("orders/admin_ship.html", text="", most=policy.TABLE_MOST))

    @expose("/table/", methods=("POST",))
    @needs("ship")
    def table(self) -> ResponseReturnValue:
        """`do=send` sends; without it the table is tried, and with `do=mend` shown for mending."""
        try:
            text = _text()
            parcels = tracking.read(text)
        except DomainError as problem:
            flash(say(problem), "error")
            return redirect(url_for("admin_shipping.index"), 303)
        if request.form.get("do") == "mend":
            acting.begin(None)  # looked at, not done
            return str(self.render("orders/admin_ship.html", text=text, most=policy.TABLE_MOST))
        is_sent = request.form.get("do") == "send"
        if not is_sent:
            acting.begin(None)
        outcomes = sending.send_all(parcels, _actor()) if is_sent else sending.try_all(parcels)
        return str(self.render("orders/admin_sent.html", text=text, is_sent=is_sent, **_told(outcomes)))

    @expose("/many/")
    @needs("ship")
    def many(self) -> ResponseReturnValue:
        """A tracking number for each of these orders."""
        ids = [int(each) for each in request.args.getlist("id") if each.isascii() and each.isdigit() and len(each) < 18]
        found = sheets.by_ids(ids[: policy.TICKED_MOST])
        return str(self.render("orders/admin_ship_many.html", orders=found, carriers=policy.CARRIERS, name=masks.name))

    @expose("/send/", methods=("POST",))
    @needs("ship")
    def send(self) -> ResponseReturnValue:
        """The form's orders; those without a number wait on."""
        parcels = _written()
        if not parcels:
            flash(gettext("没有填写任何运单号，没有发货"), "warn")
            return redirect(url_for("admin_orders.index_view", status=2), 303)
        outcomes = sending.send_all(parcels, _actor())
        text = "".join(csv_line(_cells(each.parcel)) for each in outcomes)
        return str(self.render("orders/admin_sent.html", text=text, is_sent=True, **_told(outcomes)))

    @expose("/faults/", methods=("POST",))
    @needs("ship")
    def faults(self) -> ResponseReturnValue:
        """The lines that cannot go, with what is wrong, as a table to mend and bring again."""
        acting.begin(None)
        faulty = [each for each in sending.try_all(tracking.read(_text())) if each.state == sending.FAULTY]
        head = [gettext("行号"), gettext("问题")]
        lines = ([each.parcel.line, gettext(each.problem), *_cells(each.parcel)] for each in faulty)
        return _download("faults", [*head, *_titles()], lines)

    @expose("/waiting/")
    @needs("export")
    def waiting(self) -> ResponseReturnValue:
        """What waits to be sent, to be filled in with carriers and numbers; an act of the log, for it names people."""
        found = sheets.waiting(policy.TABLE_MOST)
        titles = [*_titles(), gettext("收货人"), gettext("商品")]
        lines = (
            [
                *_cells(Parcel(0, each.number, "", "", {piece.sku_id: piece.count for piece in each.pieces})),
                masks.name(each.receiver),
                "; ".join(f"{piece.name} × {piece.count}" for piece in each.pieces),
            ]
            for each in found
        )
        return _download("to-ship", titles, lines)


def _actor() -> str:
    return f"staff:{current_user.id}"


def _text() -> str:
    """What was pasted, or the file."""
    upload = request.files.get("file")
    data = upload.read() if upload is not None else b""
    return tracking.decode(data) if data else request.form.get("text", "")


def _written() -> list[Parcel]:
    """The form of many, as lines of a table."""
    carrier, found = request.form.get("carrier", "").strip(), []
    fields = [(name[9:], text.strip()) for name, text in request.form.items() if name.startswith("tracking-")]
    if len(fields) > policy.TICKED_MOST:
        raise BadValue()
    for line, (number, text) in enumerate(fields, start=1):
        if text:
            found += tracking.read(csv_line([number, carrier, text]), first=line)
    return found


def _told(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    sums = Counter(each.state for each in outcomes)
    faulty_first = sorted(outcomes, key=lambda each: (each.state != sending.FAULTY, each.parcel.line))
    return {"outcomes": faulty_first, "sums": sums, "name": masks.name}


def _titles() -> list[str]:
    return [gettext("订单号"), gettext("快递公司"), gettext("运单号"), gettext("SKU:件数")]


def _cells(parcel: Parcel) -> list[str]:
    """The tab keeps twenty digits a text in a spreadsheet."""
    return [f"{parcel.number}\t", parcel.carrier, parcel.tracking, tracking.write_pieces(parcel.pieces)]


def _download(name: str, titles: list[str], lines: Iterable[Sequence[object]]) -> Response:
    body = "\ufeff" + csv_line(titles) + "".join(csv_line(line) for line in lines)
    answer = Response(body, mimetype="text/csv")
    answer.headers["Content-Disposition"] = f"attachment; filename={name}-{clock.today()}.csv"
    return answer
