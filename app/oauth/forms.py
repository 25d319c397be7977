"""The three ways to bind: a new account, an account's password, a code to its number."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, PasswordField, StringField
from wtforms.validators import DataRequired, Optional, ValidationError

from app.shared.errors import DomainError
from app.users import policy
from app.users.errors import AgreementNeeded
from app.users.forms.shown import NO, ShownForm, must, trim
from app.verifications.forms import PictureFields, SmsFields


class BindForm(ShownForm):
    """What every way carries: the signed open id, under the original's name."""

    access_token_openid = StringField()


class MobileFields(SmsFields):
    """A number and the code that was sent to it."""

    mobile = StringField(
        _l("手机号"),
        [DataRequired(_l("请输入手机号")), must(policy.is_mobile, _l("请输入正确的手机号"))],
        filters=[trim],
    )


class NewForm(MobileFields, BindForm):
    """A new account with a proper name; a password may come later."""

    username = StringField(
        _l("用户名"),
        [
            DataRequired(_l("请输入用户名")),
            must(policy.is_username, _l("用户名为 5–20 位字母、数字、下划线或短横线，且不能像手机号")),
        ],
        filters=[trim],
    )
    password = PasswordField(_l("密码"), [Optional(), must(policy.is_password, _l("密码为 8–64 位字符"))])
    allow = BooleanField(_l("同意协议"), [DataRequired(_l(AgreementNeeded.message))], false_values=NO)

    def validate_username(self, field: Any) -> None:
        """A name is shown to others, a number is not (SEC-22)."""
        if self.mobile.data and self.mobile.data in field.data:
            raise ValidationError(_l("用户名会显示给其他人，请不要使用手机号"))

    def validate_password(self, field: Any) -> None:
        """Common passwords, and such as are made of the account's own name, are refused."""
        if field.data and policy.is_guessable(field.data, self.username.data or "", self.mobile.data or ""):
            raise ValidationError(_l("密码太容易被猜到，请换一个"))

    def problem(self) -> DomainError:
        """The agreement has a code of its own, and comes after everything that is missing or misspelt."""
        others = {name: found for name, found in self.errors.items() if name != "allow" and found}
        if not others and self.allow.errors:
            return AgreementNeeded(field="allow")
        return super().problem()


class PasswordForm(PictureFields, BindForm):
    """An account of ours and its password; no rules here, they would only help a guesser. A picture after failures."""

    username = StringField(_l("用户名或手机号"), [DataRequired(_l("请输入用户名或手机号"))], filters=[trim])
    password = PasswordField(_l("密码"), [DataRequired(_l("请输入密码"))])


class CodeForm(MobileFields, BindForm):
    """The number of an account of ours and a code to it."""


WAYS: dict[str, type[BindForm]] = {"new": NewForm, "password": PasswordForm, "code": CodeForm}
