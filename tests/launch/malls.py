"""Real malls: the supervisor as a child process, on an instance folder and a port of its own."""

import http.client
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path

from launch import processes

ROOT = Path(__file__).resolve().parents[2]
KEPT = ("LANG", "LC_ALL", "HOME", "TMPDIR", "PYTHONWARNINGS")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(what: Callable[[], object], seconds: float = 40) -> None:
    """Poll an outside process until something is true of it."""
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


class Mall:
    """One start of `make run` or `make serve`, without make."""

    def __init__(self, instance: Path, port: int, mode: str, **env: str) -> None:
        self.instance, self.port = instance, port
        self.output = instance.with_name(f"{instance.name}.out")
        self.output.touch()
        self.seen = self.output.stat().st_size
        given = {name: os.environ[name] for name in KEPT if name in os.environ}
        given |= {"PATH": os.environ["PATH"], "INSTANCE": str(instance), "PORT": str(port), "MALL_DEMO": "0", **env}
        command = [sys.executable, "-m", "launch.run", mode]
        self.process = processes.start(command, log=self.output, env=given, cwd=ROOT)

    @property
    def said(self) -> str:
        return self.output.read_bytes()[self.seen :].decode()

    @property
    def ready(self) -> bool:
        assert self.process.poll() is None, self.said
        return "ready in" in self.said

    def get(self, path: str) -> tuple[int, str]:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            line.request("GET", path)
            answer = line.getresponse()
            return answer.status, answer.read().decode()
        finally:
            line.close()

    def refusal(self) -> str:
        """The words of a mall that must not start: one line, exit code 2, no traceback."""
        assert self.process.wait(timeout=30) == 2, self.said
        lines = self.said.strip().splitlines()
        assert len(lines) == 1, self.said
        return lines[0]

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout=40)

    def processes(self) -> list[int]:
        """Every process on this machine that was started for this instance."""
        mark = f"INSTANCE={self.instance}".encode()
        socket_mark = str(self.instance).encode()
        found = []
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit() or int(entry.name) == os.getpid():
                continue
            try:
                if (
                    mark in (entry / "environ").read_bytes().split(b"\0")
                    or socket_mark in (entry / "cmdline").read_bytes()
                ):
                    found.append(int(entry.name))
            except OSError:
                continue
        return found
