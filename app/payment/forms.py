"""The shape of what a buyer says when an order ends."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import Length

from app.shared.forms import Form

MOST_WORDS = 200


class CancelForm(Form):
    """reason: in the buyer's own words, or nothing."""

    reason = StringField(validators=[Length(max=MOST_WORDS, message=_l("原因最多 200 个字"))])

    @property
    def words(self) -> str:
        """The reason without blanks around it."""
        return str(self.reason.data or "").strip()
