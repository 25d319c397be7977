"""`python -m launch.chaos`: a mall of its own, a crowd that orders, and everything that can be killed is killed.

It starts all it needs (Redis, with --mariadb a database server, the mall) on this machine's loopback, in a folder that
it removes at the end, and touches nothing that was there before. At the end the books must be right: every order that
was answered is there, once, whole; nothing is sold twice; every unpaid order has given its stock back in time.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from launch import processes, redis_server
from launch.children import ROOT
from launch.crowd import Book, Shopper
from launch.mariadb import MariaDB, free_port
from launch.verdict import Verdict, read_books
from launch.words import Refusal, complain, say

SHOPPERS, HOT, SCARCE, PLENTY = 12, 4, 40, 4000
READY_S, MORE_S = 120.0, 60.0
RESERVATION_MINUTES = 1
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR")


class DurableMariaDB(MariaDB):
    """A server that may be killed: every commit is on the disk, every page is written whole."""

    def server_command(self) -> list[str]:
        return [*super().server_command(), "--innodb-flush-log-at-trx-commit=1", "--innodb-doublewrite=ON"]

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def again(self) -> None:
        """The same data, the same port; recovery is the server's own business."""
        self.process = processes.start(self.server_command(), log=self.log)


class Scene:
    """Everything that runs, and the hands that break it."""

    def __init__(self, folder: Path, with_mariadb: bool, redis_away_s: float, guard: str) -> None:
        self.folder, self.redis_away_s, self.guard = folder, redis_away_s, guard
        self.instance, self.port = folder / "i", free_port()
        self.socket = folder / "r.sock"
        self.database = DurableMariaDB(folder / "m") if with_mariadb else None
        self.redis: subprocess.Popen[bytes] | None = None
        self.mall: subprocess.Popen[bytes] | None = None
        self.done: list[str] = []

    @property
    def env(self) -> dict[str, str]:
        given = {name: os.environ[name] for name in KEPT if name in os.environ}
        database = {"DATABASE_URL": self.database.url} if self.database else {}
        return {
            **given,
            **database,
            "MALL_MODE": "demo",
            "INSTANCE": str(self.instance),
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "REDIS_URL": f"unix://{self.socket}",
            "RESERVATION_MINUTES": str(RESERVATION_MINUTES),
            "STOCK_GUARD": self.guard,
            "PYTHONUNBUFFERED": "1",
            "PYTHONPATH": str(ROOT),
        }

    # up and down ---------------------------------------------------------------------------------------------------

    def start(self) -> None:
        self.start_redis()
        if self.database:
            self.database.start()
        log = self.folder / "mall.log"
        self.mall = processes.start([sys.executable, "-m", "launch.run", "demo"], log=log, env=self.env, cwd=ROOT)
        deadline = time.monotonic() + READY_S
        while "ready in" not in log.read_text():
            if self.mall.poll() is not None or time.monotonic() > deadline:
                raise Refusal("商城未能启动。", f"The mall did not start: {processes.last_lines(log)}")
            time.sleep(0.1)

    def stop(self) -> None:
        for child in (self.mall, self.redis):
            if child is not None:
                processes.stop(child, patience_s=30)
        if self.database:
            self.database.stop()

    def flask(self, *words: str) -> str:
        """What a command of the mall says; it runs in this mall's settings."""
        command = [sys.executable, "-m", "flask", *words]
        done = subprocess.run(command, cwd=ROOT, env=self.env, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Refusal("命令失败。", f"flask {' '.join(words)}: {done.stdout[-300:]} {done.stderr[-600:]}")
        return done.stdout

    def start_redis(self) -> None:
        self.redis = redis_server.start(
            redis_server.find(), self.folder / "redis", self.socket, self.folder / "redis.log"
        )
        deadline = time.monotonic() + 20
        while not redis_server.answers(self.socket) and time.monotonic() < deadline:
            time.sleep(0.02)

    # what breaks ---------------------------------------------------------------------------------------------------

    def kill_one(self, mark: str) -> None:
        """kill -9 to one process of our mall whose command line holds the mark (gunicorn: a worker, not the master)."""
        assert self.mall is not None
        found = [pid for pid in family(self.mall.pid) if mark in command_of(pid)]
        if mark == "gunicorn":
            found = [pid for pid in found if "gunicorn" in command_of(parent_of(pid))]
        if found:
            os.kill(found[0], signal.SIGKILL)

    def kill_web(self) -> None:
        self.kill_one("gunicorn")

    def kill_worker(self) -> None:
        self.kill_one("worker.py")

    def drop_redis(self) -> None:
        """Killed, away for a while, and back with what its file holds."""
        assert self.redis is not None
        self.redis.kill()
        self.redis.wait()
        time.sleep(self.redis_away_s)
        self.start_redis()

    def empty_redis(self) -> None:
        redis_server.ask(self.socket, "FLUSHALL")

    def drop_database(self) -> None:
        if self.database:
            self.database.kill()
            time.sleep(1)
            self.database.again()


def schedule(scene: Scene) -> list[tuple[float, str, Callable[[], None]]]:
    """When, as a part of the whole time, what happens."""
    return [
        (0.06, "kill -9 a web worker", scene.kill_web),
        (0.12, "kill -9 the RQ worker", scene.kill_worker),
        (0.18, "kill -9 a web worker", scene.kill_web),
        (0.25, "empty Redis", scene.empty_redis),
        (0.32, f"Redis away for {scene.redis_away_s:g} s", scene.drop_redis),
        (0.50, "kill -9 a web worker", scene.kill_web),
        *([(0.55, "kill -9 and restart MariaDB", scene.drop_database)] if scene.database else []),
        (0.66, "kill -9 the RQ worker", scene.kill_worker),
        (0.72, "kill -9 a web worker", scene.kill_web),
        (0.78, "empty Redis", scene.empty_redis),
        *([(0.84, "kill -9 and restart MariaDB", scene.drop_database)] if scene.database else []),
        (0.92, "kill -9 a web worker", scene.kill_web),
    ]


def parent_of(pid: int) -> int:
    """The parent's pid; 0 when the process is no more."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, IndexError, ValueError):
        return 0


def command_of(pid: int) -> str:
    """Its command line."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def family(root: int) -> list[int]:
    """Every process below this one."""
    everybody = {
        int(entry.name): parent_of(int(entry.name)) for entry in Path("/proc").iterdir() if entry.name.isdigit()
    }
    found, fresh = [], [root]
    while fresh:
        fresh = [pid for pid, parent in everybody.items() if parent in fresh]
        found += fresh
    return sorted(found)


def gather(scene: Scene) -> tuple[list[dict[str, str]], list[int]]:
    """Shoppers' cookies, and SKUs on the shelf: a few scarce, a few plenty."""
    import json

    file = scene.folder / "shoppers.jsonl"
    scene.flask("bench", "shoppers", str(SHOPPERS), str(file))
    cookies = [json.loads(line)["cookies"] for line in file.read_text().splitlines()]
    skus = read_books(scene.env["DATABASE_URL"] if scene.database else "", scene.instance).shelf(HOT * 2)
    for place, sku_id in enumerate(skus):
        count = SCARCE if place < HOT else PLENTY
        scene.flask("goods", "set-stock", str(sku_id), str(count), "--reason", "chaos")
    return cookies, skus


def play(scene: Scene, seconds: float) -> Verdict:
    """The whole story; what the books say at its end."""
    cookies, skus = gather(scene)
    book, bell = Book(), threading.Event()
    crowd = [Shopper(scene.port, cookie, skus, book, bell) for cookie in cookies]
    begun = time.monotonic()
    for shopper in crowd:
        shopper.start()
    for part, what, act in schedule(scene):
        time.sleep(max(0.0, begun + part * seconds - time.monotonic()))
        say(f"{time.monotonic() - begun:6.1f} s  {what}   ({len(book.acknowledged)} orders so far)")
        act()
        assert scene.mall is not None
        if scene.mall.poll() is not None:
            raise Refusal("商城倒下了。", "The mall itself fell down.")
    time.sleep(max(0.0, begun + seconds - time.monotonic()))
    bell.set()
    for shopper in crowd:
        shopper.join(60)
    say(f"{time.monotonic() - begun:6.1f} s  the crowd has gone; waiting for the unpaid orders to end")
    books = read_books(scene.env["DATABASE_URL"] if scene.database else "", scene.instance)
    books.wait_until_quiet(RESERVATION_MINUTES * 60 + MORE_S)
    return books.judge(book, skus)


def main() -> int:
    parser = argparse.ArgumentParser(prog="launch.chaos", description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60.0, help="how long the crowd orders (at most 600)")
    parser.add_argument("--redis-away", type=float, default=8.0, help="seconds without Redis (at most 120)")
    parser.add_argument("--mariadb", action="store_true", help="on a private MariaDB, which is killed too")
    parser.add_argument("--guard", default="", help="which stock guard (STOCK_GUARD); the default one without")
    asked = parser.parse_args()
    os.chdir(ROOT)
    with tempfile.TemporaryDirectory(prefix="chaos", ignore_cleanup_errors=True) as folder:
        scene = Scene(Path(folder), asked.mariadb, min(asked.redis_away, 120.0), asked.guard)
        try:
            scene.start()
            verdict = play(scene, min(asked.seconds, 600.0))
        except Refusal as problem:
            complain(problem)
            complain(processes.last_lines(scene.folder / "mall.log", 30))
            return 2
        finally:
            scene.stop()
    say(verdict.table())
    return 0 if verdict.is_clean else 1


if __name__ == "__main__":
    sys.exit(main())
