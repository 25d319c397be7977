"""The shape of what people type; verbs decide the rest."""

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, PasswordField, SelectField, StringField
from wtforms.validators import DataRequired, Email, Length, Optional, StopValidation, ValidationError

from app.shared.errors import DomainError
from app.shared.forms import Form
from app.shared.web import say
from app.users import policy
from app.users.addresses import AddressValues
from app.users.errors import AgreementNeeded
from app.users.queries import AddressCard

NO = (False, "false", "", "0", "off")
Validator = Callable[[Any, Any], None]


def _trim(text: str | None) -> str | None:
    return text.strip() if text else text


def _must(is_good: Callable[[str], bool], message: Any) -> Validator:
    """A rule on the whole text."""

    def check(_form: Any, field: Any) -> None:
        if not is_good(field.data or ""):
            raise StopValidation(message)

    return check


class ShownForm(Form):
    """A form that a page shows again with what went wrong."""

    def blame(self, problem: DomainError) -> None:
        """Write a verb's error to the field it names, or above the form."""
        name = problem.facts.get("field")
        field = self._fields.get(name) if isinstance(name, str) else None
        if field is None:
            self.form_errors.append(say(problem))
        else:
            field.errors = [*field.errors, say(problem)]


class RegisterForm(ShownForm):
    """A new account. `image_code` belongs to the page: it was checked when the SMS was asked for."""

    username = StringField(
        _l("用户名"),
        [
            DataRequired(_l("请输入用户名")),
            _must(policy.is_username, _l("用户名为 5–20 位字母、数字、下划线或短横线，且不能像手机号")),
        ],
        filters=[_trim],
    )
    password = PasswordField(
        _l("密码"), [DataRequired(_l("请输入密码")), _must(policy.is_password, _l("密码为 8–64 位字符"))]
    )
    password2 = PasswordField(_l("确认密码"), [DataRequired(_l("请再次输入密码"))])
    mobile = StringField(
        _l("手机号"),
        [DataRequired(_l("请输入手机号")), _must(policy.is_mobile, _l("请输入正确的手机号"))],
        filters=[_trim],
    )
    image_code = StringField(_l("图形验证码"), filters=[_trim])
    image_code_id = StringField()
    sms_code = StringField(_l("短信验证码"), [DataRequired(_l("请填写短信验证码"))], filters=[_trim])
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


class LoginForm(ShownForm):
    """Name or number, and password; their rules are not repeated here, they would only help a guesser."""

    username = StringField(_l("用户名或手机号"), [DataRequired(_l("请输入用户名或手机号"))], filters=[_trim])
    password = PasswordField(_l("密码"), [DataRequired(_l("请输入密码"))])
    remembered = BooleanField(_l("记住登录"), false_values=NO)
    next = StringField()


def _area_id(text: Any) -> int | None:
    """A division's code, or None for "not chosen"."""
    if text is None or text == "":
        return None
    given = str(text)
    if not (given.isascii() and given.isdigit() and len(given) <= 12):
        raise ValueError
    return int(given)


def _printable(form: Any, field: Any) -> None:
    if not (field.data or "").isprintable():
        raise StopValidation(_l("内容含有无法识别的字符"))


class AddressForm(ShownForm):
    """Where goods go. Whether the three areas belong together is for the verb to say."""

    receiver = StringField(
        _l("收货人"),
        [
            DataRequired(_l("请输入收货人")),
            _printable,
            Length(max=policy.RECEIVER_LONGEST, message=_l("收货人最多 20 个字")),
        ],
        filters=[_trim],
    )
    province_id = SelectField(
        _l("省"), [DataRequired(_l("请选择省份"))], coerce=_area_id, choices=[], validate_choice=False
    )
    city_id = SelectField(_l("市"), coerce=_area_id, choices=[], validate_choice=False)
    district_id = SelectField(_l("区"), coerce=_area_id, choices=[], validate_choice=False)
    place = StringField(
        _l("详细地址"),
        [
            DataRequired(_l("请输入详细地址")),
            _printable,
            Length(max=policy.PLACE_LONGEST, message=_l("详细地址最多 100 个字")),
        ],
        filters=[_trim],
    )
    mobile = StringField(
        _l("手机号"),
        [DataRequired(_l("请输入手机号")), _must(policy.is_mobile, _l("请输入正确的手机号"))],
        filters=[_trim],
    )
    tel = StringField(
        _l("固定电话"),
        [Optional(), _must(policy.is_tel, _l("固定电话格式如 010-12345678，也可填 400 电话"))],
        filters=[_trim],
    )
    email = StringField(
        _l("电子邮箱"),
        [
            Optional(),
            _must(lambda text: len(text) <= policy.EMAIL_LONGEST, _l("电子邮箱太长")),
            Email(_l("请输入正确的电子邮箱")),
        ],
        filters=[_trim],
    )
    title = StringField(
        _l("地址标签"),
        [_printable, Length(max=policy.TITLE_LONGEST, message=_l("地址标签最多 20 个字"))],
        filters=[_trim],
    )
    next = StringField()

    def values(self) -> AddressValues:
        """What was typed, for the verb."""
        return AddressValues(
            receiver=self.receiver.data or "",
            province_id=self.province_id.data,
            city_id=self.city_id.data,
            district_id=self.district_id.data,
            place=self.place.data or "",
            mobile=self.mobile.data or "",
            tel=self.tel.data or "",
            email=self.email.data or "",
            title=self.title.data or "",
        )

    @classmethod
    def of(cls, card: AddressCard) -> "AddressForm":
        """The form filled from an address, for editing."""
        return cls(formdata=None, obj=card)
