"""Passwords: changed, set for the first time, forgotten."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, StringField
from wtforms.validators import AnyOf, DataRequired, ValidationError

from app.users import policy
from app.users.forms.shown import ShownForm, must, trim
from app.users.passwords_lost import ACCOUNT_LONGEST, CHANNELS
from app.verifications.forms import PictureFields


class NewPasswordForm(ShownForm):
    """A new password, typed twice. Whether it is easy to guess is for the verb: it knows the account's words."""

    new_password = PasswordField(
        _l("新密码"), [DataRequired(_l("请输入新密码")), must(policy.is_password, _l("密码为 8–64 位字符"))]
    )
    new_password2 = PasswordField(_l("确认新密码"), [DataRequired(_l("请再次输入密码"))])

    def validate_new_password2(self, field: Any) -> None:
        """Typed twice the same."""
        if field.data != self.new_password.data:
            raise ValidationError(_l("两次输入的密码不一致"))


class ChangePasswordForm(NewPasswordForm):
    """The old one is asked for."""

    old_password = PasswordField(_l("原密码"), [DataRequired(_l("请输入原密码"))])


class FirstPasswordForm(NewPasswordForm):
    """For who came by another provider: an SMS code instead of an old password."""

    sms_code = StringField(_l("短信验证码"), [DataRequired(_l("请填写短信验证码"))], filters=[trim])


class LostAccountForm(ShownForm, PictureFields):
    """Name or number, and a picture code."""

    account = StringField(
        _l("用户名或手机号"),
        [DataRequired(_l("请输入用户名或手机号")), must(lambda text: len(text) <= ACCOUNT_LONGEST, _l("内容太长"))],
        filters=[trim],
    )


class LostCodeForm(ShownForm):
    """Which way the code goes, and the code."""

    access_token = StringField()
    channel = StringField(_l("接收方式"), [AnyOf(CHANNELS, _l("提交的内容有误"))], default="sms")
    code = StringField(_l("验证码"), [DataRequired(_l("请填写验证码"))], filters=[trim])


class LostPasswordForm(ShownForm):
    """The token that a code was worth, and a new password, under the original's names."""

    access_token = StringField()
    password = PasswordField(
        _l("新密码"), [DataRequired(_l("请输入新密码")), must(policy.is_password, _l("密码为 8–64 位字符"))]
    )
    password2 = PasswordField(_l("确认新密码"), [DataRequired(_l("请再次输入密码"))])

    def validate_password2(self, field: Any) -> None:
        """Typed twice the same."""
        if field.data != self.password.data:
            raise ValidationError(_l("两次输入的密码不一致"))
