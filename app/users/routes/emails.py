"""The account's mail address: written down, confirmed by the link of a letter, sent again."""

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from app.shared.errors import DomainError
from app.shared.web import ok, private, see_other, user_id, wants_json
from app.users import emails
from app.users.forms.emails import EmailForm, LinkForm
from app.users.routes.blueprint import bp
from app.users.routes.shown import blame

NO_STORE = {"Cache-Control": "no-store"}


@bp.get("/emails/")
@private
def email() -> ResponseReturnValue:
    """The address, whether it is confirmed, and when another letter may be asked for."""
    mailbox = emails.get_mailbox(user_id())
    if wants_json():
        wait_s = 0 if mailbox.is_confirmed or not mailbox.email else emails.wait_s(user_id(), mailbox.email)
        return ok(email=mailbox.email, email_active=mailbox.is_confirmed, retry_after=wait_s)
    return _page(EmailForm(formdata=None))


@bp.put("/emails/")
@private
def set_email() -> ResponseReturnValue:
    """A new address is pending until its link is used; the confirmed one goes on receiving notices until then."""
    form = EmailForm.read()
    try:
        if not form.validate():
            raise form.problem()
        wait_s = emails.set_email(user_id(), form.address())
    except DomainError as problem:
        return _page(form, problem)
    if wants_json():
        return ok(email=form.address(), email_active=not wait_s, retry_after=wait_s)
    flash(gettext("确认邮件已发送，请到邮箱里打开链接") if wait_s else gettext("这个邮箱已经确认过了"), "good")
    return see_other(url_for(".email"))


@bp.post("/emails/resend/")
@private
def resend_email() -> ResponseReturnValue:
    """Another letter to the address that waits."""
    try:
        wait_s = emails.send_again(user_id())
    except DomainError as problem:
        return _page(EmailForm(formdata=None), problem)
    if wants_json():
        return ok(retry_after=wait_s)
    flash(gettext("确认邮件已发送，请到邮箱里打开链接"), "good")
    return see_other(url_for(".email"))


@bp.get("/emails/verification/")
def verify_email() -> ResponseReturnValue:
    """Where a letter's link leads: a button. Reading writes nothing, for mail scanners read too (ACC-6)."""
    token = request.args.get("token", "")
    address = emails.find_waiting(token)
    if wants_json():
        return ok(email=address)
    return render_template("users/verify_email.html", token=token, address=address), 200, NO_STORE


@bp.post("/emails/verification/")
def confirm_email() -> ResponseReturnValue:
    """The button: the link is used up. Its right is its signature, so it works on a device that is not signed in."""
    emails.confirm(LinkForm.read_or_fail().token.data)
    if wants_json():
        return ok()
    flash(gettext("邮箱已确认"), "good")
    return see_other(url_for(".email") if current_user.is_authenticated else url_for("contents.index"))


def _page(form: EmailForm, problem: DomainError | None = None) -> ResponseReturnValue:
    status = blame(form, problem)
    mailbox = emails.get_mailbox(user_id())
    wait_s = emails.wait_s(user_id(), mailbox.email) if mailbox.email and not mailbox.is_confirmed else 0
    return render_template("users/email.html", form=form, mailbox=mailbox, wait_s=wait_s), status, NO_STORE
