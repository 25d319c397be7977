"""How much each role may give back: owners say it, auditors read it."""

from decimal import Decimal

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from flask_babel import gettext
from flask_login import current_user

from app.shared.errors import BadValue, DomainError
from app.shared.money import parse
from app.shared.staff_view import StaffOnly, needs
from app.shared.web import say
from app.staff import limits, policy


class RefundLimitsView(StaffOnly, BaseView):
    """One row a role."""

    area = "roles"

    @expose("/")
    @needs("view")
    def index(self) -> ResponseReturnValue:
        """Every role and its numbers."""
        found, may_change = limits.role_limits(), self.may("manage_roles")
        return str(self.render("admin/refund_limits.html", roles=found, may_change=may_change, policy=policy))

    @expose("/<int:role_id>/", methods=("POST",))
    @needs("manage_roles")
    def save(self, role_id: int) -> ResponseReturnValue:
        """New numbers of one role."""
        try:
            limits.set_limit(role_id, _amount("per_refund"), _amount("per_day"), current_user.id)
        except BadValue:
            flash(gettext("请填写金额，最多两位小数；每日额度不能低于单笔额度"), "error")
        except DomainError as problem:
            flash(say(problem), "error")
        else:
            flash(gettext("已保存"), "success")
        return redirect(self.get_url(".index"), 303)


def _amount(name: str) -> Decimal:
    try:
        return parse(request.form.get(name, "").strip())
    except ValueError:
        raise BadValue() from None
