"""What journeys need beside a server: the real worker, and browsers that forgive nothing."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.fixtures.browser import Server
from tests.fixtures.mall import ROOT
from tests.journeys.visits import PHONE, Visit

# of the environment the worker gets only what a process needs to start
PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "PYTHONPATH", "VIRTUAL_ENV")


DEMO_COMMANDS = (["areas", "load"], ["goods", "load-demo"], ["contents", "load-demo"])


def load_demo(app: Flask) -> None:
    """Areas, goods, pictures and ads, by the commands a person would type."""
    for command in DEMO_COMMANDS:
        result = app.test_cli_runner().invoke(args=command)
        assert result.exit_code == 0, result.output


@dataclass
class RunningWorker:
    """`python worker.py` on the same database, Redis and instance as the server under test."""

    process: subprocess.Popen[bytes]
    log: Path

    def stop(self) -> str:
        """Ask it to stop, wait, and read what it logged."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(5)
        return self.log.read_text(errors="replace")


@pytest.fixture
def worker(app: Flask, server: Server, tmp_path: Path) -> Iterator[RunningWorker]:
    """A real worker, so that what the shop promises to do later is done."""
    config = app.config
    env = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    env |= {
        "MALL_MODE": "test",
        "INSTANCE": str(config["INSTANCE"]),
        "REDIS_URL": config["REDIS_URL"],
        "DATABASE_URL": os.environ.get("TEST_DATABASE_URL", ""),
        "SECRET_KEY": config["SECRET_KEY"],
        "PUBLIC_URL": server.url,
        "SANDBOX_URL": server.url,
        "LOG_LEVEL": "INFO",
        "PYTHONUNBUFFERED": "1",
    }
    log = tmp_path / "worker.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "worker.py"], cwd=ROOT, env=env, stdout=out, stderr=subprocess.STDOUT
        )
    running = RunningWorker(process, log)
    yield running
    running.stop()


@pytest.fixture
def visit(chromium: Any, server: Server) -> Iterator[Callable[..., Visit]]:
    """`visit()` opens a browser window of its own at the shop; what it saw amiss fails the test at the end."""
    opened: list[Visit] = []

    def open_window(width: int = PHONE, scripts: bool = True) -> Visit:
        window = Visit(chromium, server.url, width=width, scripts=scripts)
        opened.append(window)
        return window

    yield open_window
    for window in opened:
        window.close()
    faults = [fault for window in opened for fault in window.faults]
    assert not faults, faults
