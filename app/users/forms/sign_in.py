"""Joining and entering."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, PasswordField, StringField
from wtforms.validators import DataRequired, ValidationError

from app.shared.errors import DomainError
from app.users import policy
from app.users.errors import AgreementNeeded
from app.users.forms.shown import NO, ShownForm, must, trim
from app.verifications.forms import PictureFields, SmsFields


class RegisterForm(SmsFields, ShownForm):
    """A new account. The picture code belongs to the page: it was checked when the SMS was asked for."""

    username = StringField(
        _l("用户名"),
        [
            DataRequired(_l("请输入用户名")),
            must(policy.is_username, _l("用户名为 5–20 位字母、数字、下划线或短横线，且不能像手机号")),
        ],
        filters=[trim],
    )
    password = PasswordField(
        _l("密码"), [DataRequired(_l("请输入密码")), must(policy.is_password, _l("密码为 8–64 位字符"))]
    )
    password2 = PasswordField(_l("确认密码"), [DataRequired(_l("请再次输入密码"))])
    mobile = StringField(
        _l("手机号"),
        [DataRequired(_l("请输入手机号")), must(policy.is_mobile, _l("请输入正确的手机号"))],
        filters=[trim],
    )
    allow = BooleanField(_l("同意协议"), [DataRequired(_l(AgreementNeeded.message))], false_values=NO)
    next = StringField()

    def validate_password(self, field: Any) -> None:
        """Common passwords, and such as are made of the account's own name, are refused."""
        if policy.is_guessable(field.data, self.username.data or "", self.mobile.data or ""):
            raise ValidationError(_l("密码太容易被猜到，请换一个"))

    def validate_password2(self, field: Any) -> None:
        """Typed twice the same."""
        if field.data != self.password.data:
            raise ValidationError(_l("两次输入的密码不一致"))

    def problem(self) -> DomainError:
        """The agreement has a code of its own, and comes after everything that is missing or misspelt."""
        others = {name: found for name, found in self.errors.items() if name != "allow" and found}
        if not others and self.allow.errors:
            return AgreementNeeded(field="allow")
        return super().problem()


class LoginForm(PictureFields, ShownForm):
    """Name or number, and password; their rules are not repeated here, they would only help a guesser.

    The picture code is asked for after failures, and shown when it has an id.
    """

    username = StringField(_l("用户名或手机号"), [DataRequired(_l("请输入用户名或手机号"))], filters=[trim])
    password = PasswordField(_l("密码"), [DataRequired(_l("请输入密码"))])
    remembered = BooleanField(_l("记住登录"), false_values=NO)
    next = StringField()
