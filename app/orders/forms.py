"""The shape of a submitted order, and of what is said about it afterwards."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, StringField
from wtforms.validators import AnyOf, InputRequired, Length, NumberRange, Optional, Regexp, ValidationError

from app.orders.invoices import COMPANY, PERSONAL, InvoiceWish
from app.orders.models import PayMethod
from app.orders.policy import INVOICE_TITLE_LENGTH, TAX_NUMBER
from app.shared.forms import Form, sent
from app.shared.money import parse

_ID = re.compile(r"[1-9][0-9]{0,17}")
_TOKEN = re.compile(r"[0-9A-Za-z_-]{8,64}")
_METHODS = {str(int(method)): method for method in PayMethod}


@dataclass(frozen=True)
class Commit:
    """A submitted order as the till takes it; the total is what the shopper saw, in yuan."""

    address_id: int
    pay_method: PayMethod
    submit_token: str
    agreed_total: Decimal


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


def read_commit() -> Commit:
    """What was submitted. The faultless needs no form, which costs a rush dear; the form tells what is wrong."""
    commit = _faultless(sent())
    if commit is not None:
        return commit
    form = CommitForm.read_or_fail()
    method = PayMethod(form.pay_method.data)
    return Commit(int(form.address_id.data or 0), method, str(form.submit_token.data), form.agreed_total)


def _faultless(fields: Mapping[str, str]) -> Commit | None:
    """Only what the form would take too, and as it would."""
    address, token = fields.get("address_id", ""), fields.get("submit_token", "")
    method = _METHODS.get(fields.get("pay_method", ""))
    if method is None or not _ID.fullmatch(address) or not _TOKEN.fullmatch(token):
        return None
    try:
        return Commit(int(address), method, token, parse(fields.get("total_amount", "")))
    except ValueError:
        return None


class InvoiceForm(Form):
    """kind (personal, company), title, tax_number: needed by a company, left out by most people."""

    kind = StringField(
        validators=[InputRequired(_l("请选择抬头类型")), AnyOf([PERSONAL, COMPANY], _l("提交的内容有误"))]
    )
    title = StringField(
        validators=[
            InputRequired(_l("请填写发票抬头")),
            Length(1, INVOICE_TITLE_LENGTH, _l("发票抬头为 1 至 100 个字")),
        ],
        filters=[lambda text: (text or "").strip()],
    )
    tax_number = StringField(
        validators=[Optional(), Regexp(rf"\A{TAX_NUMBER}\Z", message=_l("税号为 15 至 20 位数字或大写字母"))],
        filters=[lambda text: (text or "").strip()],
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """A company without a number is told so at the number."""
        is_good = super().validate(extra_validators)
        if self.kind.data == COMPANY and not self.tax_number.data:
            self.tax_number.errors = [_l("单位抬头需要填写税号")]
            return False
        return bool(is_good)

    @property
    def wish(self) -> InvoiceWish:
        """What is to stand on the paper."""
        return InvoiceWish(str(self.kind.data), str(self.title.data), str(self.tax_number.data or ""))
