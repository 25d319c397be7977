"""The machine room for staff: failed jobs, sweeps, health. Everything is readable while Redis is away."""

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from flask_babel import gettext

from app.gateways.doors import gateways
from app.shared import clock, rq_desk
from app.shared.redis import AWAY
from app.shared.staff_view import StaffOnly, needs, rights
from app.system import queries
from app.system.health import health
from app.system.policy import JOBS_SHOWN, SCHEDULER_SILENT_S


class JobsView(StaffOnly, BaseView):
    """Jobs that failed for good: what, when, why; once more, or away with it."""

    area = "system"

    @expose("/")
    @needs("view")
    def index(self) -> ResponseReturnValue:
        """A page of them; without Redis a word about that."""
        start = request.args.get("start", 0, type=int)
        start = start if 0 <= start < 100_000 else 0
        try:
            jobs, count = rq_desk.failed_jobs(start, JOBS_SHOWN), rq_desk.count_failed()
        except AWAY:
            jobs, count = [], None
        story = "users.see_personal" in rights()
        return str(
            self.render("admin/jobs.html", jobs=jobs, count=count, start=start, shown=JOBS_SHOWN, may_read=story)
        )

    @expose("/retry/", methods=("POST",))
    @needs("edit")
    def retry(self) -> ResponseReturnValue:
        """Into its queue again."""
        ids = request.form.getlist("rowid")[:JOBS_SHOWN]
        done = sum(rq_desk.retry(each) for each in ids)
        _tell(gettext("%(n)s 个任务已重新排队", n=done) if done else "", len(ids) - done)
        return redirect(url_for("admin_jobs.index"), 303)

    @expose("/drop/", methods=("POST",))
    @needs("edit")
    def drop(self) -> ResponseReturnValue:
        """Forget it: sweeps finish what matters."""
        ids = request.form.getlist("rowid")[:JOBS_SHOWN]
        done = sum(rq_desk.drop(each) for each in ids)
        _tell(gettext("%(n)s 个任务已删除", n=done) if done else "", len(ids) - done)
        return redirect(url_for("admin_jobs.index"), 303)


def _tell(done: str, missed: int) -> None:
    if done:
        flash(done, "success")
    if missed:
        flash(gettext("%(n)s 个任务已不在失败列表里", n=missed), "info")


class SweepsView(StaffOnly, BaseView):
    """What the scheduler does in turn, and how each last went."""

    area = "system"

    @expose("/")
    @needs("view")
    def index(self) -> ResponseReturnValue:
        """Every sweep of the register."""
        age = queries.scheduler_age_s()
        return str(
            self.render(
                "admin/sweeps.html",
                sweeps=queries.sweep_states(),
                age=age,
                is_silent=age is None or age > SCHEDULER_SILENT_S,
            )
        )


class HealthView(StaffOnly, BaseView):
    """Every part of the mall, as of a quarter of a minute ago at most."""

    area = "system"

    @expose("/")
    @needs("view")
    def index(self) -> ResponseReturnValue:
        """Parts with their facts; what is wrong comes with what to do."""
        found = health(gateways().search, current_app.config["INSTANCE"])
        age = int((clock.now() - found.made_at).total_seconds())
        return str(self.render("admin/health.html", found=found, age=age))
