"""Health, and what belongs to no single room: the export of personal data, and leaving the mall."""

import json

from flask import Blueprint, Response, flash, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.account import context, queries, services
from app.account.forms import LeaveForm
from app.account.policy import EXPORTS_PER_HOUR
from app.shared import clock, limits
from app.shared.db import db
from app.shared.errors import DomainError
from app.shared.filters import mask_mobile
from app.shared.redis import is_away
from app.shared.web import client_address, ok, private, see_other, user_id, wants_json
from app.users.session import forget
from app.verifications.services import send_sms_code

bp = Blueprint("account", __name__, template_folder="templates")
bp.app_context_processor(context.offer)


@bp.get("/up/")
def up() -> ResponseReturnValue:
    """The process answers; touches nothing else."""
    return ok(status="up")


@bp.get("/up/deps/")
def deps() -> ResponseReturnValue:
    """Database and Redis; 503 when one is away."""
    try:
        db.session.execute(text("SELECT 1"))
        database = True
    except SQLAlchemyError:
        database = False
    cart = not is_away()
    answer = ok(database=database, redis=cart)
    answer.status_code = 200 if database and cart else 503
    return answer


@bp.post("/account/export/")
@private
def export() -> ResponseReturnValue:
    """Everything the mall holds of whoever asks, as one JSON file."""
    limits.check(f"export:{user_id()}", EXPORTS_PER_HOUR, 3600)
    body = json.dumps(queries.everything(user_id()), ensure_ascii=False, indent=1)
    answer = Response(body, mimetype="application/json")
    name = f"meiduo-{clock.today():%Y%m%d}.json"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.get("/account/delete/")
@private
def leaving() -> ResponseReturnValue:
    """What leaving means, what stands in its way, and the form."""
    return _leave_page(LeaveForm(formdata=None))


@bp.post("/account/delete/")
@private
def leave() -> ResponseReturnValue:
    """Close the account; the browser is a stranger's from here on."""
    form = LeaveForm.read()
    try:
        if not form.validate():
            raise form.problem()
        proof = (form.password.data or "", (form.sms_code.data or "").strip())
        services.leave(user_id(), current_user.mobile, *proof, client_address())
    except DomainError as problem:
        return _leave_page(form, problem)
    forget()  # the rows have gone with the account
    session.clear()
    if wants_json():
        return ok(next=url_for("contents.index"))
    flash(gettext("账号已注销，您的个人信息已清除。"), "good")
    return see_other(url_for("contents.index"))


@bp.post("/account/delete/sms/")
@private
def leave_code() -> ResponseReturnValue:
    """A code to the account's own number."""
    form = LeaveForm.read()
    try:
        services.check_nothing_open(user_id())
        wait_s = send_sms_code(current_user.mobile, "delete", client_address())
    except DomainError as problem:
        return _leave_page(form, problem)
    if wants_json():
        return ok(retry_after=wait_s)
    flash(gettext("验证码已发送，请查收短信"), "good")
    return _leave_page(form)


def _leave_page(form: LeaveForm, problem: DomainError | None = None) -> ResponseReturnValue:
    if problem is not None:
        if wants_json() or problem.http_status >= 500:
            raise problem
        if not form.errors:
            form.blame(problem)
    page = render_template(
        "account/delete.html",
        form=form,
        matters=queries.open_matters(user_id()),
        mobile=mask_mobile(current_user.mobile),
        is_staff=current_user.is_staff,
    )
    return page, problem.http_status if problem else 200
