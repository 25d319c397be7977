"""Mail addresses."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import DataRequired, ValidationError

from app.users import emails
from app.users.forms.shown import ShownForm, trim


class EmailForm(ShownForm):
    """An address, brought into its one spelling."""

    email = StringField(_l("电子邮箱"), [DataRequired(_l("请输入电子邮箱"))], filters=[trim])

    def validate_email(self, field: Any) -> None:
        """What no mail can reach is refused; what was typed stays."""
        if emails.find_normal(field.data) is None:
            raise ValidationError(_l("请输入正确的电子邮箱"))

    def address(self) -> str:
        """The valid form's address."""
        return emails.find_normal(self.email.data or "") or ""


class LinkForm(ShownForm):
    """The token of a letter's link, sent on by the button."""

    token = StringField(validators=[DataRequired(_l("缺少必填信息"))])
