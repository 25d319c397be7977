"""Who acts with the rights of staff just now, and who watches it: the room staff hangs its witness here."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from sqlalchemy.engine import Connection

# acts that move money or rights: they want the password given lately, and a second factor (ADR 28)
FRESH = frozenset({"refund", "manage_roles"})


@dataclass
class Act:
    """Something staff does: who (`staff:7`, `cli:root`), what (an endpoint, a command), from which network address.

    `about` is the thing that it concerns, `users:5`, where no row is written that would tell it.
    """

    who: str
    what: str
    address: str = ""
    about: str = ""
    entries: int = 0  # how many lines of the log it has made


Witness = Callable[[Act, Connection], Callable[[], None]]

_act: ContextVar[Act | None] = ContextVar("act", default=None)
_witnesses: list[Witness] = []


def current() -> Act | None:
    """The act in hand; None while shoppers shop."""
    return _act.get()


def begin(act: Act | None) -> None:
    """From here on it is this act; None ends it. Who begins sees to the end."""
    _act.set(act)


@contextmanager
def acting(act: Act) -> Iterator[Act]:
    """The same around a block."""
    token = _act.set(act)
    try:
        yield act
    finally:
        _act.reset(token)


def hear(witness: Witness) -> None:
    """Watch every unit of work of an act: called as it opens, what it returns is called before its commit."""
    if witness not in _witnesses:
        _witnesses.append(witness)


def watch(line: Connection) -> list[Callable[[], None]]:
    """What is to be called before the commit of this unit of work."""
    act = _act.get()
    return [] if act is None else [witness(act, line) for witness in _witnesses]
