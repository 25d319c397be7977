"""Pages under load from a second process: times, requests a second, and how they stand beside bare views."""

import http.client
import multiprocessing
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

START_S = 60.0
MOST = 20_000  # requests of one line
WARM_ROUNDS = 3
LONGEST = 10  # times its seconds, for a line whose pages are so slow that it has too few of them
KINDS = ("gthread", "sync")


@dataclass(frozen=True)
class Case:
    """A line of the table: addresses taken in turn, by whom, and the bare view to hold against it."""

    name: str
    paths: Sequence[str]
    cookie: str = ""
    against: str = ""  # "page": a bare Jinja page of the size; "made": the same SQL and template


@dataclass(frozen=True)
class Line:
    """What a case showed. Times in milliseconds."""

    page: str
    server: str
    requests: int
    failed: int
    p50: float
    p95: float
    p99: float
    per_s: float
    kib: float
    bare_per_s: float | None = None
    kept: bool = False

    @property
    def ratio(self) -> float | None:
        return self.per_s / self.bare_per_s if self.bare_per_s else None


@dataclass
class Took:
    """What one load brought back."""

    times: list[float] = field(default_factory=list)
    failed: int = 0
    size: int = 0
    span_s: float = 0.0
    kept: bool = False

    def percentile_ms(self, percent: float) -> float:
        ranked = sorted(self.times)
        return 1000 * ranked[min(len(ranked) - 1, int(len(ranked) * percent / 100))] if ranked else 0.0

    @property
    def per_s(self) -> float:
        return len(self.times) / self.span_s if self.span_s else 0.0


@dataclass(frozen=True)
class Load:
    """So many connections for so many seconds."""

    clients: int
    seconds: float
    warm_rounds: int = WARM_ROUNDS
    least: int = 1  # requests of a connection, however long they take

    def run(self, port: int, paths: Sequence[str], cookie: str) -> Took:
        """In a process of its own: the generator's work is not the server's."""
        context = multiprocessing.get_context("fork")
        results = context.SimpleQueue()
        child = context.Process(target=lambda: results.put(self._run(port, paths, cookie)))
        child.start()
        took: Took = results.get()
        child.join(10)
        return took

    def _run(self, port: int, paths: Sequence[str], cookie: str) -> Took:
        tooks = [Took() for _ in range(self.clients)]
        threads = [
            threading.Thread(target=self._ask, args=(port, paths, cookie, place, took))
            for place, took in enumerate(tooks)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        total = Took(span_s=max(took.span_s for took in tooks))
        for took in tooks:
            total.times += took.times
            total.failed += took.failed
            total.size, total.kept = max(total.size, took.size), total.kept or took.kept
        return total

    def _ask(self, port: int, paths: Sequence[str], cookie: str, place: int, took: Took) -> None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        headers = {"Accept": "text/html", **({"Cookie": cookie} if cookie else {})}
        for path in list(paths) * self.warm_rounds:
            _get(line, path, headers, Took())
        begun = time.perf_counter()
        for turn in range(MOST // self.clients):
            past = time.perf_counter() - begun
            if past >= self.seconds * (1 if turn >= self.least else LONGEST):
                break
            _get(line, paths[(turn + place) % len(paths)], headers, took)
        took.span_s = time.perf_counter() - begun


def _get(line: http.client.HTTPConnection, path: str, headers: dict[str, str], took: Took) -> None:
    at = time.perf_counter()
    try:
        line.request("GET", path, headers=headers)
        answer = line.getresponse()
        body = answer.read()
    except (http.client.HTTPException, OSError):
        line.close()
        took.failed += 1
        return
    if answer.status != 200:
        took.failed += 1
        return
    took.times.append(time.perf_counter() - at)
    took.size = max(took.size, len(body))
    took.kept = took.kept or answer.headers.get("X-Kept-Page") == "hit"


@contextmanager
def server(kind: str, workers: int, threads: int) -> Iterator[int]:
    """The configured mall, and the bare views beside it, under gunicorn; yields the port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "gunicorn", "--no-control-socket", "--worker-class", kind]
    command += ["--workers", str(workers), "--threads", str(threads if kind == "gthread" else 1)]
    command += ["--bind", f"127.0.0.1:{port}", "--log-level", "error", "--config", "python:app.bench.bare", "wsgi:app"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603  # our own interpreter
    try:
        _wait_for(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the mall did not start")


def measure(cases: Sequence[Case], kinds: Sequence[str], load: Load, workers: int, threads: int) -> Iterator[Line]:
    """Line by line; each bare view straight after the page that is held against it."""
    for kind in kinds:
        with server(kind, workers, threads) as port:
            # a sync worker answers one connection at a time: more clients than workers would only wait in line
            one = load if kind == "gthread" else Load(min(load.clients, workers), load.seconds)
            for case in cases:
                took = one.run(port, case.paths, case.cookie)
                yield _line(case, kind, took, _bare(one, port, case, took.size))


def _bare(load: Load, port: int, case: Case, size: int) -> float | None:
    if case.against == "page":
        return load.run(port, [f"/-bare/page/{size}"], "").per_s
    if case.against == "made":
        return load.run(port, [f"/-bare/made{path}" for path in case.paths], case.cookie).per_s
    return None


def _line(case: Case, kind: str, took: Took, bare: float | None) -> Line:
    return Line(
        page=case.name,
        server=kind,
        requests=len(took.times),
        failed=took.failed,
        p50=round(took.percentile_ms(50), 1),
        p95=round(took.percentile_ms(95), 1),
        p99=round(took.percentile_ms(99), 1),
        per_s=round(took.per_s, 1),
        kib=round(took.size / 1024, 1),
        bare_per_s=None if bare is None else round(bare, 1),
        kept=took.kept,
    )


def words_path(words: str, **more: Any) -> str:
    """The address of a search."""
    return f"/search/?q={quote(words)}" + "".join(f"&{name}={value}" for name, value in more.items())


def table(lines: Sequence[Line]) -> str:
    """For people: one line a case."""
    head = (
        f"{'page':34} {'server':8} {'p50':>7} {'p95':>7} {'p99':>7} {'req/s':>8} {'KiB':>6} {'bare/s':>8} {'ratio':>6}"
    )
    rows = [head]
    for line in lines:
        bare = "" if line.bare_per_s is None else f"{line.bare_per_s:8.1f}"
        ratio = "" if line.ratio is None else f"{line.ratio:6.0%}"
        name = line.page + (" (kept)" if line.kept else "") + (f" {line.failed} FAILED" if line.failed else "")
        rows.append(
            f"{name:34} {line.server:8} {line.p50:7.1f} {line.p95:7.1f} {line.p99:7.1f} {line.per_s:8.1f}"
            f" {line.kib:6.1f} {bare:>8} {ratio:>6}"
        )
    return "\n".join(rows)
