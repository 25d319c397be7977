"""The button that takes the last act of a member of staff back: offered once, on the next page they see."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, session

FIELD = "desk_undo"


@dataclass(frozen=True)
class Undo:
    """What was done in words, and the form that takes it back."""

    text: str
    url: str
    fields: Mapping[str, str]


def init_app(app: Flask) -> None:
    """`take_undo()` for the frame of the back office."""
    app.jinja_env.globals["take_undo"] = take


def offer(text: str, url: str, /, **fields: Any) -> None:
    """Say what was done and how to take it back; a later offer replaces an earlier one."""
    session[FIELD] = [text[:200], url, {name: str(value)[:500] for name, value in fields.items()}]


def take() -> Undo | None:
    """What was offered, no longer kept."""
    kept = session.pop(FIELD, None)
    return None if kept is None else Undo(*kept)
