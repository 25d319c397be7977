"""How long the pages of a walk take, asked for over HTTP from a second process."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.bench import pages
from app.bench.desks.walking import Case

TARGET_MS = 300.0
FILE_NAME_WIDTH = 92


@dataclass(frozen=True)
class Line:
    """What one kind of page showed. Times in milliseconds."""

    page: str
    requests: int
    failed: int
    p50: float
    p95: float
    longest: float
    kib: float
    example: str


def measure(cases: Sequence[Case], cookie: str, load: pages.Load, workers: int, threads: int) -> Iterator[Line]:
    """Kind by kind, against a mall of its own."""
    with pages.server("gthread", workers, threads) as port:
        for case in cases:
            took = load.run(port, case.paths, cookie)
            yield Line(
                case.name,
                len(took.times),
                took.failed,
                round(took.percentile_ms(50), 1),
                round(took.percentile_ms(95), 1),
                round(took.percentile_ms(100), 1),
                round(took.size / 1024, 1),
                case.paths[-1],
            )


def summary(lines: Sequence[Line]) -> dict[str, object]:
    """The whole walk in some numbers."""
    slow = [line for line in lines if line.p95 > TARGET_MS]
    return {
        "pages": len(lines),
        "requests": sum(line.requests for line in lines),
        "failed": sum(line.failed for line in lines),
        "median_p95_ms": sorted(line.p95 for line in lines)[len(lines) // 2] if lines else 0.0,
        "slowest_p95_ms": max((line.p95 for line in lines), default=0.0),
        f"over_{TARGET_MS:.0f}_ms": len(slow),
    }


def table(lines: Sequence[Line]) -> str:
    """For people: the slowest first."""
    rows = [f"{'page':{FILE_NAME_WIDTH}} {'p50':>7} {'p95':>7} {'max':>7} {'req':>5} {'KiB':>6}"]
    for line in sorted(lines, key=lambda each: -each.p95):
        mark = f" {line.failed} FAILED" if line.failed else " SLOW" if line.p95 > TARGET_MS else ""
        rows.append(
            f"{line.page[:FILE_NAME_WIDTH]:{FILE_NAME_WIDTH}} {line.p50:7.1f} {line.p95:7.1f} {line.longest:7.1f}"
            f" {line.requests:5} {line.kib:6.1f}{mark}"
        )
    return "\n".join(rows)
