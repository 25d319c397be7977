"""What pages of the admin site ask the log of staff: who somebody is, and who changed a thing.

The room staff stands above the rooms of the goods, so it hangs its answers here (`app.extensions`), as it does with
the rights.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app, g
from flask_babel import gettext


@dataclass(frozen=True)
class Touch:
    """One entry of the log about a thing: who, when, and its fields before and after."""

    who: str
    at: datetime
    before: Mapping[str, Any]
    after: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Who it was, in words."""
        return person(self.who)


def person(actor: str) -> str:
    """`staff:7` as the account is called; what is no member of staff as it stands."""
    if actor in ("", "system"):
        return str(gettext("系统"))
    return _names().get(actor, actor)


def find_actor(text: str) -> str:
    """The actor that somebody typed: a name of staff, or `staff:7`, `user:9`, `cli:root` as it stands."""
    by_name = {name.casefold(): actor for actor, name in _names().items()}
    return by_name.get(text.strip().casefold(), text.strip())


def touches(things: Sequence[str]) -> dict[str, list[Touch]]:
    """What the log says about each thing (`skus:5`), newest first."""
    found: dict[str, list[Touch]] = current_app.extensions["meiduo_touches"](list(things))
    return found


def since(log: Sequence[Touch], version: int) -> list[Touch]:
    """Of entries about a thing, newest first, those that found it at this version or a later one."""
    found: list[Touch] = []
    for touch in log:
        was = touch.before.get("version")
        if isinstance(was, int):
            if was < version:
                break
            found.append(touch)
    return found


def _names() -> dict[str, str]:
    """Read once a request: staff are few."""
    if "staff_names" not in g:
        g.staff_names = current_app.extensions["meiduo_staff_names"]()
    names: dict[str, str] = g.staff_names
    return names
