"""The ground of the room's forms."""

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms.validators import StopValidation

from app.shared.errors import DomainError
from app.shared.forms import Form
from app.shared.web import say

NO = (False, "false", "", "0", "off")  # what a tick that is not set looks like
Validator = Callable[[Any, Any], None]


def trim(text: str | None) -> str | None:
    """Without the spaces around it."""
    return text.strip() if text else text


def must(is_good: Callable[[str], bool], message: Any) -> Validator:
    """A rule on the whole text."""

    def check(_form: Any, field: Any) -> None:
        if not is_good(field.data or ""):
            raise StopValidation(message)

    return check


def printable(_form: Any, field: Any) -> None:
    """Nothing that a page or a parcel label could not show."""
    if not (field.data or "").isprintable():
        raise StopValidation(_l("内容含有无法识别的字符"))


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
