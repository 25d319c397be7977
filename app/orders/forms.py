"""The shape of a submitted order."""

from decimal import Decimal

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, StringField
from wtforms.validators import AnyOf, InputRequired, NumberRange, Regexp, ValidationError

from app.orders.models import PayMethod
from app.shared.forms import Form
from app.shared.money import parse


class CommitForm(Form):
    """address_id, pay_method, submit_token, total_amount (what the page showed)."""

    address_id = IntegerField(
        validators=[InputRequired(_l("请选择收货地址")), NumberRange(1, 2**63 - 1, _l("请选择收货地址"))]
    )
    pay_method = IntegerField(
        validators=[InputRequired(_l("请选择支付方式")), AnyOf([int(m) for m in PayMethod], _l("支付方式有误"))]
    )
    submit_token = StringField(
        validators=[InputRequired(_l("缺少必填信息")), Regexp(r"\A[0-9A-Za-z_-]{8,64}\Z", message=_l("提交的内容有误"))]
    )
    total_amount = StringField(validators=[InputRequired(_l("缺少必填信息"))])

    def validate_total_amount(self, field: StringField) -> None:
        """An amount such as 110.00."""
        try:
            parse(str(field.data).strip())
        except ValueError:
            raise ValidationError(_l("提交的内容有误")) from None

    @property
    def agreed_total(self) -> Decimal:
        """The total the shopper saw, in yuan."""
        return parse(str(self.total_amount.data).strip())
