"""Sweeps: idempotent verbs that finish what a lost job left. The scheduler runs them in turn, without Redis or RQ."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import click
from flask.cli import AppGroup

from app.shared.db import db

log = logging.getLogger(__name__)
cli = AppGroup("sweeps", help="Finish what lost jobs left undone.")
REGISTER: dict[str, "Sweep"] = {}


@dataclass
class Sweep:
    """A verb without arguments and how often it runs; it returns how many things it finished."""

    name: str
    run: Callable[[], int]
    every_s: int
    due: float = field(default=0.0, compare=False)

    def __post_init__(self) -> None:
        REGISTER[self.name] = self


class Listener(Protocol):
    """Whoever writes down how the sweeps go; the room system does (this ground has no tables)."""

    def began(self, name: str) -> None:
        """A turn begins."""

    def ended(self, name: str, took_s: float, finished: int, problem: Exception | None) -> None:
        """It is over, one way or the other."""


_listeners: list[Listener] = []


def hear(listener: Listener) -> None:
    """Be told of every turn from now on."""
    if listener not in _listeners:
        _listeners.append(listener)


def run_due(now_s: float) -> dict[str, int]:
    """Run what is due; one that fails is logged and tried again at its next turn."""
    done: dict[str, int] = {}
    for sweep in REGISTER.values():
        if sweep.due > now_s:
            continue
        sweep.due = now_s + sweep.every_s
        begun, problem = time.monotonic(), None
        _tell("began", sweep.name)
        try:
            done[sweep.name] = sweep.run()
        except Exception as met:
            problem = met
            log.exception("sweep %s failed", sweep.name)
        else:
            if done[sweep.name]:
                log.info("sweep %s finished %d", sweep.name, done[sweep.name])
        finally:
            db.session.remove()  # the next sweep starts from a fresh connection, whatever happened in this one
        _tell("ended", sweep.name, time.monotonic() - begun, done.get(sweep.name, 0), problem)
    return done


def _tell(news: str, *story: object) -> None:
    """Writing it down is no reason not to sweep."""
    for listener in _listeners:
        try:
            getattr(listener, news)(*story)
        except Exception:
            log.exception("a turn of the sweeps was not written down")
            db.session.remove()


@cli.command("once")
def once() -> None:
    """Run every sweep now and say what each finished."""
    for sweep in REGISTER.values():
        sweep.due = 0.0
    for name, count in run_due(time.monotonic()).items():
        click.echo(f"{name:32} {count}")


@cli.command("run")
@click.option("--tick", default=1.0, show_default=True, help="Seconds between looks at the clock.")
def run_forever(tick: float) -> None:
    """The scheduler process: sweeps in turn until it is stopped."""
    while True:
        run_due(time.monotonic())
        time.sleep(tick)
