"""The shape of a farewell."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, PasswordField, StringField
from wtforms.validators import DataRequired, Length

from app.shared.errors import DomainError
from app.shared.forms import Form
from app.shared.web import say

NO = (False, "false", "", "0", "off")


class LeaveForm(Form):
    """Password or SMS code, and a tick under what it means."""

    password = PasswordField(_l("密码"), [Length(max=64, message=_l("密码错误"))])
    sms_code = StringField(_l("短信验证码"), [Length(max=12, message=_l("短信验证码有误或已失效"))])
    agreed = BooleanField(_l("我了解"), [DataRequired(_l("请先确认您了解注销的后果"))], false_values=NO)

    def blame(self, problem: DomainError) -> None:
        """Write a verb's error to the field it names, or above the form."""
        field = self._fields.get(str(problem.facts.get("field", "")))
        if field is None:
            self.form_errors.append(say(problem))
        else:
            field.errors = [*field.errors, say(problem)]
