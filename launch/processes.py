"""Children of a launcher: in a group of their own, gone when the launcher is gone, stopped gently and then surely."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1
LOG_LIMIT = 5 * 1024 * 1024  # bytes; a longer log is put aside at the next start
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform.startswith("linux") else None


def die_with_parent(parent: int) -> Callable[[], None]:
    """Runs in the child before exec: a launcher that is killed outright leaves nobody behind.

    Loaded before the fork, so the child only makes one system call. The signal comes when the thread that
    forked ends, so launchers start children from their main thread.
    """

    def arm() -> None:
        if _LIBC is not None:
            _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return arm


def start(
    command: Sequence[str | Path],
    *,
    log: Path | None = None,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    pass_fds: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own, so that Ctrl-C reaches the launcher alone; output goes to `log`."""
    arm = die_with_parent(os.getpid())
    out = None if log is None else log.open("ab")
    try:
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=None if out is None else subprocess.STDOUT,
            env=None if env is None else dict(env),
            cwd=cwd,
            pass_fds=pass_fds,
            start_new_session=True,
            preexec_fn=arm,
        )
    finally:
        if out is not None:
            out.close()


def signal_group(child: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, number)


def stop(child: subprocess.Popen[bytes], patience_s: float, hurried: Callable[[], bool] = lambda: False) -> bool:
    """SIGTERM, wait, then SIGKILL to the whole group. True when it went by itself."""
    if child.poll() is None:
        child.terminate()
    deadline = time.monotonic() + patience_s
    while child.poll() is None and time.monotonic() < deadline and not hurried():
        time.sleep(0.02)
    gently = child.poll() is not None
    signal_group(child, signal.SIGKILL)  # stragglers of its group too
    child.wait()
    return gently


def put_aside(log: Path) -> None:
    """Keep one old log; logs of a demo must not fill the disk."""
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_suffix(log.suffix + ".1"))


def last_lines(log: Path, count: int = 12) -> str:
    if not log.exists():
        return ""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 16_384))
        return "\n".join(file.read().decode(errors="replace").splitlines()[-count:])
