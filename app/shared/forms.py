"""Forms that read a browser's form or a client's JSON alike and answer with the shop's codes."""

import functools
from collections.abc import Mapping
from typing import Any, Self

from babel import support
from flask import request
from flask_babel import get_locale
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms.i18n import messages_path

from app.shared.errors import BadValue, DomainError, Missing


def sent() -> MultiDict[str, str]:
    """What the caller sent as text fields: JSON's numbers and booleans in their form spelling, null as absent."""
    if not request.is_json:
        return MultiDict(request.form)
    try:
        body = request.get_json(silent=True)
    except RecursionError:  # thousands of brackets
        body = None
    if not isinstance(body, Mapping):
        raise BadValue()
    fields: MultiDict[str, str] = MultiDict()
    for name, value in body.items():
        if value is None:
            continue
        if isinstance(value, bool):
            fields[name] = "true" if value else "false"
        elif isinstance(value, str | int | float):
            fields[name] = str(value)
        else:
            raise BadValue()
    return fields


@functools.cache
def _words(locale: str) -> Any:
    return support.Translations.load(messages_path(), [locale], domain="wtforms")


class Form(FlaskForm):
    """A WTForms form over `sent()`; CSRF is checked once for every write before the view (Flask-WTF)."""

    class Meta(FlaskForm.Meta):
        csrf = False  # CSRFProtect has already checked this request

        def get_translations(self, form: object) -> Any:
            """WTForms' own words, read from their file once a language and not once a request."""
            return _words(str(get_locale()))

    @classmethod
    def read(cls, **kwargs: Any) -> Self:
        """The form filled with what was sent; validate it yourself to show it again with its errors."""
        return cls(formdata=sent(), **kwargs)

    @classmethod
    def read_or_fail(cls, **kwargs: Any) -> Self:
        """The valid form, or the error that names what is wrong."""
        form = cls.read(**kwargs)
        if not form.validate():
            raise form.problem()
        return form

    def problem(self) -> DomainError:
        """4003 when a required field is missing, else 5006; `errors` maps field to sentence."""
        errors = {name: str(found[0]) for name, found in self.errors.items() if found and name}
        empty = [name for name in errors if self._is_empty(name)]
        kind = Missing if empty and len(empty) == len(errors) else BadValue
        first = next(iter(errors.values()), None)
        return kind(first, errors=errors)

    def _is_empty(self, name: str) -> bool:
        field = self._fields.get(name)
        return field is None or not getattr(field, "raw_data", None) or not str(field.raw_data[0]).strip()
