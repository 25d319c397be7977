"""The mall's three processes as the supervisor sees them: their commands, their logs, their restarts."""

import re
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from launch import processes
from launch.place import Place
from launch.words import complain

ROOT = Path(__file__).resolve().parent.parent
RESTARTS, WITHIN_S = 3, 120.0
PATIENCE_S = 15.0
TROUBLE = re.compile(r"\b(ERROR|CRITICAL)\b|^Traceback |^\w*(Error|Exception)\b")


@dataclass
class Child:
    """One process that must live as long as the mall."""

    name: str
    command: list[str]
    log: Path
    env: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    deaths: list[float] = field(default_factory=list)
    _shown: int = 0
    _in_trouble: bool = False

    def start(self) -> None:
        if self.process is None:
            processes.put_aside(self.log)
            self._shown = self.log.stat().st_size if self.log.exists() else 0
        self.process = processes.start(self.command, log=self.log, env=self.env, cwd=ROOT)

    def died(self) -> int | None:
        """The exit code of a child that is no more."""
        return None if self.process is None else self.process.poll()

    def may_restart(self) -> bool:
        """A few deaths are forgiven; a child that keeps dying ends the mall."""
        now = time.monotonic()
        self.deaths = [moment for moment in self.deaths if now - moment < WITHIN_S] + [now]
        return len(self.deaths) <= RESTARTS

    def stop(self, hurried: bool) -> None:
        if self.process is not None:
            processes.stop(self.process, 0.5 if hurried else PATIENCE_S)

    def show_trouble(self) -> None:
        """Pass the errors in its log on to the terminal, with the lines of their tracebacks."""
        if not self.log.exists():
            return
        with self.log.open("rb") as file:
            file.seek(self._shown)
            fresh = file.read()
        whole = fresh[: fresh.rfind(b"\n") + 1]
        self._shown += len(whole)
        for line in whole.decode(errors="replace").splitlines():
            starts = TROUBLE.search(line) is not None
            self._in_trouble = starts or (self._in_trouble and line.startswith((" ", "\t")))
            if self._in_trouble:
                complain(f"[{self.name}] {line}")


def of(place: Place, env: Mapping[str, str]) -> list[Child]:
    """Web first: the others start when it answers, so that a start on two cores is not slowed by them."""
    host = f"[{place.host}]" if ":" in place.host else place.host
    gunicorn = [
        *(sys.executable, "-m", "gunicorn", "--no-control-socket", "--worker-class", "gthread"),
        *("--workers", "2", "--threads", "4", "--bind", f"{host}:{place.port}", "--timeout", "60"),
        *(
            "--graceful-timeout",
            "10",
            "--worker-tmp-dir",
            "/dev/shm" if Path("/dev/shm").is_dir() else str(place.instance),
        ),
        *("--log-level", "warning", "--error-logfile", "-", "wsgi:app"),
    ]
    commands = {
        "web": gunicorn,
        "worker": [sys.executable, "worker.py"],
        "scheduler": [sys.executable, "-m", "flask", "sweeps", "run"],
    }
    if env.get("STOCK_GUARD", "").strip() == "queue":
        commands["orders"] = [sys.executable, "worker.py", "orders-queue"]
    return [Child(name, command, place.logs / f"{name}.log", env) for name, command in commands.items()]
