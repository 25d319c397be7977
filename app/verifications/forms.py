"""Fields and buttons of the codes, for every form that asks for one. templates/macros/codes.html draws them.

A page shows its form through `offer`, and the buttons that send codes lead to one route of the page, which calls
`press`. With scripts the same buttons work without leaving the form (static/js/codes.js).
"""

from collections.abc import Callable
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import DataRequired

from app.shared import limits
from app.shared.errors import DomainError, marked
from app.shared.web import client_address
from app.verifications import services
from app.verifications.policy import MAILED


def _trim(text: str | None) -> str | None:
    return text.strip() if text else text


class PictureFields:
    """A picture code; `code_email` is for who has it mailed. It is checked when the code by SMS is asked for."""

    image_code = StringField(_l("图形验证码"), filters=[_trim])
    image_code_id = StringField(filters=[_trim])
    code_email = StringField(_l("电子邮箱"), filters=[_trim])


class SmsFields(PictureFields):
    """A picture code, and the SMS code that is sent against it."""

    sms_code = StringField(_l("短信验证码"), [DataRequired(_l("请填写短信验证码"))], filters=[_trim])


def offer(form: Any) -> None:
    """Give the form a picture code before it is shown: a new one, unless the old one was mailed and still waits."""
    known = form.image_code_id.data or ""
    if known.startswith(MAILED) and services.is_waiting(known):
        return
    limits.check(f"picture:{client_address()}", limits.setting("IMAGE_CODES_PER_ADDRESS_PER_MINUTE"), 60)
    form.image_code_id.data, form.image_code.data = services.new_image_code(), ""


def press(form: Any, send: Callable[[], int]) -> str:
    """Do what a button without scripts asked for: a new picture, a picture code by mail, or else `send()`.

    The sentence to show (empty for a new picture). Raises what the verbs raise: the page shows it at its field.
    """
    if "refresh" in request.form:
        form.image_code_id.data = ""
        return ""
    if "by_mail" in request.form:
        try:
            form.image_code_id.data, _ = services.mail_image_code(form.code_email.data or "", client_address())
        except DomainError as problem:
            problem.facts["field"] = "code_email"
            raise
        form.image_code.data = ""
        return marked("验证码已发送，请查收邮件")
    send()
    return marked("验证码已发送，请查收短信")
