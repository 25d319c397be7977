"""Malls for the tests of this folder; whatever a test leaves running is stopped."""

import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.launch.malls import Mall, free_port, wait_for


@pytest.fixture
def start_mall(tmp_path: Path) -> Iterator[Callable[..., Mall]]:
    """Start a mall; whatever the test leaves is stopped."""
    started: list[Mall] = []

    def start(name: str = "one", port: int = 0, mode: str = "demo", ready: bool = True, **env: str) -> Mall:
        mall = Mall(tmp_path / name, port or free_port(), mode, **env)
        started.append(mall)
        if ready:
            wait_for(lambda: mall.ready, 120)
        return mall

    yield start
    for mall in started:
        if mall.process.poll() is None:
            mall.process.send_signal(signal.SIGINT)
    for mall in started:
        try:
            mall.process.wait(timeout=40)
        except subprocess.TimeoutExpired:
            mall.process.kill()
            mall.process.wait()
