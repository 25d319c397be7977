"""The address book's form."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, Email, Length, Optional

from app.users import policy
from app.users.addresses import AddressValues
from app.users.forms.shown import ShownForm, must, printable, trim
from app.users.queries import AddressCard


def _area_id(text: Any) -> int | None:
    """A division's code, or None for "not chosen"."""
    if text is None or text == "":
        return None
    given = str(text)
    if not (given.isascii() and given.isdigit() and len(given) <= 12):
        raise ValueError
    return int(given)


class AddressForm(ShownForm):
    """Where goods go. Whether the three areas belong together is for the verb to say."""

    receiver = StringField(
        _l("收货人"),
        [
            DataRequired(_l("请输入收货人")),
            printable,
            Length(max=policy.RECEIVER_LONGEST, message=_l("收货人最多 20 个字")),
        ],
        filters=[trim],
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
            printable,
            Length(max=policy.PLACE_LONGEST, message=_l("详细地址最多 100 个字")),
        ],
        filters=[trim],
    )
    mobile = StringField(
        _l("手机号"),
        [DataRequired(_l("请输入手机号")), must(policy.is_mobile, _l("请输入正确的手机号"))],
        filters=[trim],
    )
    tel = StringField(
        _l("固定电话"),
        [Optional(), must(policy.is_tel, _l("固定电话格式如 010-12345678，也可填 400 电话"))],
        filters=[trim],
    )
    email = StringField(
        _l("电子邮箱"),
        [
            Optional(),
            must(lambda text: len(text) <= policy.EMAIL_LONGEST, _l("电子邮箱太长")),
            Email(_l("请输入正确的电子邮箱")),
        ],
        filters=[trim],
    )
    title = StringField(
        _l("地址标签"),
        [printable, Length(max=policy.TITLE_LONGEST, message=_l("地址标签最多 20 个字"))],
        filters=[trim],
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


class TitleForm(ShownForm):
    """What an address is called."""

    title = StringField(
        _l("地址标签"),
        [
            DataRequired(_l("请输入地址标签")),
            printable,
            Length(max=policy.TITLE_LONGEST, message=_l("地址标签最多 20 个字")),
        ],
        filters=[trim],
    )
