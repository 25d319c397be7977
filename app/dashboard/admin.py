"""`/admin/`: figures, charts and alarms, each for whose area it is; and the tables behind the charts as CSV."""

from flask import Response, current_app, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose

from app.dashboard import charts
from app.dashboard.figures import Figures, figures
from app.dashboard.tiles import tiles
from app.gateways.doors import gateways
from app.shared import clock
from app.shared.cells import csv_line
from app.shared.errors import Forbidden, NotFound
from app.shared.staff_view import StaffIndex, StaffOnly, needs, rights
from app.system.health import Health, health


def _low_stock() -> int:
    return int(current_app.config["LOW_STOCK"])


def _figures() -> Figures:
    return figures(_low_stock())


class Dashboard(StaffIndex):
    """The first page. Staff see the tiles and charts of the areas that they may view; without a role, none."""

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """Figures are a minute old at most, those of past days ten; the page says how old."""
        mine = rights()
        if not mine:
            return str(self.render("admin/dashboard.html", found=None, alarms=None, tiles=[], charts=[]))
        found, now = _figures(), clock.now()
        facts = {
            "found": found,
            "ages": [int((now - moment).total_seconds()) for moment in (found.today.made_at, found.past.made_at)],
            "alarms": _alarms() if "system.view" in mine else None,
            "tiles": tiles(found, mine, _low_stock()),
            "charts": charts.charts(found, mine),
            "text": charts.text,
        }
        return str(self.render("admin/dashboard.html", **facts))


def _alarms() -> Health:
    return health(gateways().search, current_app.config["INSTANCE"])


class TablesView(StaffOnly, BaseView):
    """The tables behind the charts, to take along."""

    area = "dashboard"

    def is_visible(self) -> bool:
        """Not in the menu: the charts lead here."""
        return False

    @expose("/")
    @needs("export")
    def index(self) -> ResponseReturnValue:
        """The charts are on the first page."""
        return redirect(url_for("admin.index"))

    @expose("/<chart_name>.csv")
    @needs("export")
    def table(self, chart_name: str) -> ResponseReturnValue:
        """One chart's table as CSV; it takes the right of its area as well."""
        if chart_name not in charts.MAKERS:
            raise NotFound()
        chart = charts.MAKERS[chart_name](_figures())
        if chart.right not in rights():
            raise Forbidden()
        lines = [csv_line(chart.heads), *(csv_line(map(charts.as_csv_cell, row)) for row in chart.rows)]
        answer = Response("\ufeff" + "".join(lines), mimetype="text/csv")
        answer.headers["Content-Disposition"] = f"attachment; filename={chart_name}-{clock.today()}.csv"
        return answer
