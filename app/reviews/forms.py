"""The shape of a review."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, ValidationError

from app.reviews.policy import LONGEST, SHORTEST
from app.shared.forms import Form


def _tidy(text: str | None) -> str | None:
    """A browser sends CRLF for what its counter calls one character."""
    return None if text is None else text.replace("\r\n", "\n").strip()


class ReviewForm(Form):
    """order_id, sku_id, comment, score, is_anonymous: the names of the original mall."""

    order_id = StringField(validators=[InputRequired(_l("缺少必填信息")), Length(max=32, message=_l("提交的内容有误"))])
    sku_id = IntegerField(
        validators=[InputRequired(_l("缺少必填信息")), NumberRange(1, 2**63 - 1, _l("提交的内容有误"))]
    )
    score = IntegerField(validators=[InputRequired(_l("请选择 1 到 5 分")), NumberRange(1, 5, _l("请选择 1 到 5 分"))])
    comment = TextAreaField(
        filters=[_tidy],
        validators=[
            InputRequired(_l("请填写评价内容")),
            Length(SHORTEST, LONGEST, _l("评价内容应为 5 到 500 个字")),
        ],
    )
    is_anonymous = BooleanField(false_values=(False, "false", "False", "0", ""))

    def validate_comment(self, field: TextAreaField) -> None:
        """Plain text: no control characters, nothing that is not a character at all."""
        for sign in str(field.data):
            if (ord(sign) < 32 and sign not in "\n\t") or 0xD800 <= ord(sign) <= 0xDFFF or ord(sign) == 127:
                raise ValidationError(_l("评价内容中有不能显示的字符"))
