"""How the room's forms are shown: where they lead, and what went wrong."""

from typing import TypeVar

from flask import request
from werkzeug.datastructures import MultiDict

from app.shared.errors import DomainError
from app.shared.web import safe_next, wants_json
from app.users.forms.shown import ShownForm

F = TypeVar("F", bound=ShownForm)


def next_of(form: ShownForm) -> str:
    """Where the visitor wanted to go, within this site."""
    return safe_next(form.data.get("next") or request.args.get("next"))


def start(form: type[F]) -> F:
    """An empty form that remembers where the visitor wanted to go."""
    return form(MultiDict({"next": safe_next(request.args.get("next"), "")}))


def blame(form: ShownForm, problem: DomainError | None) -> int:
    """Let the form say what went wrong; JSON callers and our own faults get the error itself. The HTTP status."""
    if problem is None:
        return 200
    if wants_json() or problem.http_status >= 500:
        raise problem
    if not form.errors:
        form.blame(problem)
    return problem.http_status
