"""The shape of a request for money or a return."""

import re
import secrets

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import AnyOf, InputRequired, Length, Optional, Regexp

from app.aftersales import words
from app.aftersales.policy import MOST_WORDS
from app.aftersales.states import Kind
from app.shared.errors import BadValue
from app.shared.forms import Form, sent

COUNT = re.compile(r"count_(\d{1,18})")


class AskForm(Form):
    """kind, reason, words, submit_token, and `count_<line id>` for each line."""

    kind = StringField(
        validators=[InputRequired(_l("请选择售后类型")), AnyOf([kind.value for kind in Kind], _l("提交的内容有误"))]
    )
    reason = StringField(validators=[InputRequired(_l("请选择原因")), AnyOf(list(words.REASONS), _l("提交的内容有误"))])
    words = StringField(validators=[Length(max=MOST_WORDS, message=_l("说明最多 200 个字"))])
    submit_token = StringField(
        validators=[Optional(), Regexp(r"\A[0-9A-Za-z_-]{8,64}\Z", message=_l("提交的内容有误"))]
    )

    @property
    def counts(self) -> dict[int, int]:
        """Pieces per order line; empty fields count as none. BadValue for what is no number of pieces."""
        found: dict[int, int] = {}
        for name, text in sent().items():
            match = COUNT.fullmatch(name)
            if match is None or not text.strip():
                continue
            if not text.strip().isascii() or not text.strip().isdigit() or len(text.strip()) > 6:
                raise BadValue()
            found[int(match[1])] = int(text)
        return found

    @property
    def token(self) -> str:
        """The page's token; a caller without one gets a fresh one, so nothing is taken for a repeat."""
        return str(self.submit_token.data or "") or secrets.token_urlsafe(24)
