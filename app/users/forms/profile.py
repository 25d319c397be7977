"""The shape of a nickname, and of a change of mobile."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from app.users import policy
from app.users.forms.shown import ShownForm, must, printable, trim


class NicknameForm(ShownForm):
    """The name over one's reviews; empty is the username again."""

    nickname = StringField(
        _l("昵称"), [printable, Length(max=policy.NICKNAME_LONGEST, message=_l("昵称最多 20 个字"))], filters=[trim]
    )


class OldMobileForm(ShownForm):
    """The code that went to the number one has."""

    sms_code = StringField(_l("短信验证码"), [DataRequired(_l("请填写短信验证码"))], filters=[trim])


class NewMobileForm(ShownForm):
    """The number one will have, and the code that went there."""

    mobile = StringField(
        _l("新手机号"),
        [DataRequired(_l("请输入手机号")), must(policy.is_mobile, _l("请输入正确的手机号"))],
        filters=[trim],
    )
    sms_code = StringField(_l("短信验证码"), [DataRequired(_l("请填写短信验证码"))], filters=[trim])
