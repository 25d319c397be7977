"""The unit of work: one verb, one fresh transaction, retried as a whole; what follows, follows the commit."""

import functools
import logging
import random
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar

from sqlalchemy import event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.shared.acting import watch
from app.shared.db import db, sees_the_present, unit_line
from app.shared.errors import Busy

log = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")

ATTEMPTS = 4  # the first run and three more
PAUSE_S = 0.02  # doubled and jittered between runs
# MariaDB: deadlock, lock wait timeout, snapshot conflict (11.6+), lost connection, Galera not ready,
# a server that is stopping, one that is not there, a connection that was killed
RETRYABLE = {1213, 1205, 1020, 2006, 2013, 1047, 1053, 2002, 2003, 1927}


@dataclass
class _Unit:
    follow_ups: list[tuple[Callable[..., object], tuple[Any, ...]]] = field(default_factory=list)
    together: dict[Callable[[tuple[int, ...]], object], dict[int, None]] = field(default_factory=dict)


_current: ContextVar[_Unit | None] = ContextVar("unit_of_work", default=None)


def in_unit_of_work() -> bool:
    """Is a verb's transaction open?"""
    return _current.get() is not None


def then(function: Callable[..., object], *args: Any) -> None:
    """Run this once the transaction has committed; a failure is logged, sweeps finish the work."""
    unit = _current.get()
    assert unit is not None, "then() belongs inside a unit of work"
    unit.follow_ups.append((function, args))


def then_together(function: Callable[[tuple[int, ...]], object], ids: Iterable[int]) -> None:
    """The same for all ids that the unit names, in one call and each once; no ids, no call."""
    unit = _current.get()
    assert unit is not None, "then_together() belongs inside a unit of work"
    named = dict.fromkeys(ids)
    if not named:
        return
    if function not in unit.together:
        unit.together[function] = {}
        then(lambda: function(tuple(unit.together[function])))
    unit.together[function].update(named)


@contextmanager
def savepoint() -> Iterator[None]:
    """The notes' savepoint: everything inside is kept together or undone together."""
    with db.session.begin_nested():
        db.session.connection()  # only now the session sends the SAVEPOINT
        yield


def unit_of_work(verb: Callable[P, R]) -> Callable[P, R]:
    """Run the verb in a fresh transaction, the whole of it again when the database says "try again"."""

    @functools.wraps(verb)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        assert not in_unit_of_work(), f"{verb.__name__}: units of work do not nest"
        for attempt in range(1, ATTEMPTS + 1):
            unit = _Unit()
            token = _current.set(unit)
            try:
                result = _attempt(verb, args, kwargs, attempt == 1)
            except DBAPIError as problem:
                if not is_retryable(problem):
                    raise
                log.warning("%s: attempt %d met %s", verb.__name__, attempt, _brief(problem))
            else:
                _current.reset(token)
                _follow(unit)
                return result
            finally:
                if _current.get() is unit:
                    _current.reset(token)
            if attempt < ATTEMPTS:
                time.sleep(PAUSE_S * 2**attempt * random.uniform(0.5, 1.5))
        raise Busy()

    return run


def _attempt(verb: Callable[..., R], args: Any, kwargs: Any, is_first: bool) -> R:
    """Earlier reads of the request hold a transaction: end it, unless its next statement sees the present anyway."""
    session = db.session()
    if is_first and sees_the_present(session):
        session.expunge_all()
        line = session.connection()
    else:
        session.close()
        line = session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
    token = unit_line.set(line)
    try:
        closing = watch(line)
        result = verb(*args, **kwargs)
        if closing:
            session.flush()
        for close in closing:
            close()
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        unit_line.reset(token)
        session.close()
    return result


def _follow(unit: _Unit) -> None:
    for function, args in unit.follow_ups:
        try:
            function(*args)
        except Exception:
            # the commit stands; a follow-up that fails must neither undo nor hide it, and a sweep does it later
            log.exception("follow-up %s failed", getattr(function, "__qualname__", function))


def is_retryable(problem: DBAPIError) -> bool:
    """Did the database ask to run the whole unit again?"""
    args = getattr(problem.orig, "args", ())
    if problem.connection_invalidated or (args and args[0] in RETRYABLE):
        return True
    return "database is locked" in str(problem.orig) or "database table is locked" in str(problem.orig)


def _brief(problem: DBAPIError) -> str:
    return str(problem.orig)[:200]


def violates(problem: DBAPIError, *names: str) -> bool:
    """Is this the violation of one of these unique constraints? SQLite names the columns, MariaDB the index."""
    text = str(problem.orig)
    return any(name in text for name in names)


@event.listens_for(Session, "before_flush")
def forbid_stray_writes(session: Session, _context: object, _instances: object) -> None:
    """A flush outside a unit of work is a bug: it would commit by accident or not at all."""
    if not in_unit_of_work() and (session.new or session.dirty or session.deleted):
        raise AssertionError("write outside a unit of work: call a verb")
