"""Buyers at work: processes of threads that place orders until the time is up, and what came of it."""

import multiprocessing
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

# one order: an outcome such as `placed` or `refused`
Act = Callable[[], str]
PLACED, REFUSED, FAILED = "placed", "refused", "failed"
START_S = 60.0


@dataclass
class Tally:
    """What some buyers did: outcomes, and the seconds that each placed order took."""

    outcomes: Counter[str] = field(default_factory=Counter)
    took_s: list[float] = field(default_factory=list)
    span_s: float = 0.0

    def add(self, other: "Tally") -> None:
        self.outcomes += other.outcomes
        self.took_s += other.took_s
        self.span_s = max(self.span_s, other.span_s)

    @property
    def per_s(self) -> float:
        """Orders a second."""
        return self.outcomes[PLACED] / self.span_s if self.span_s else 0.0

    def percentile_ms(self, percent: float) -> float:
        """Of placed orders."""
        ranked = sorted(self.took_s)
        return 1000 * ranked[min(len(ranked) - 1, int(len(ranked) * percent / 100))] if ranked else 0.0


def run(
    makers: Sequence[Callable[[], Act]],
    seconds: float,
    most: int,
    processes: int,
    prepare: Callable[[int], None] = lambda _buyers: None,
) -> Tally:
    """Each maker makes one buyer's act, in the thread that will run it; all begin together.

    `most` bounds the orders of a buyer. Processes are forked before any connection is made in them; `prepare` is told
    in each how many buyers it will have, and opens what they share: a run measures orders, not connects.
    """
    if processes == 1:
        prepare(len(makers))
        return _threads(makers, seconds, most, threading.Barrier(len(makers)))
    context = multiprocessing.get_context("fork")
    barrier, results = context.Barrier(len(makers)), context.SimpleQueue()
    shares = [list(makers[n::processes]) for n in range(processes)]

    def work(share: Sequence[Callable[[], Act]]) -> None:
        prepare(len(share))
        results.put(_threads(share, seconds, most, barrier))

    children = [context.Process(target=work, args=(share,)) for share in shares if share]
    for child in children:
        child.start()
    total = Tally()
    for _ in children:
        total.add(results.get())
    for child in children:
        child.join(10)
    return total


def _threads(makers: Sequence[Callable[[], Act]], seconds: float, most: int, barrier: Any) -> Tally:
    tallies = [Tally() for _ in makers]

    def buy(maker: Callable[[], Act], tally: Tally) -> None:
        act = maker()
        barrier.wait(START_S)
        begun = time.perf_counter()
        until = begun + seconds
        for _ in range(most):
            at = time.perf_counter()
            if at >= until:
                break
            outcome = act()
            tally.outcomes[outcome] += 1
            if outcome == PLACED:
                tally.took_s.append(time.perf_counter() - at)
        tally.span_s = time.perf_counter() - begun

    threads = [threading.Thread(target=buy, args=pair) for pair in zip(makers, tallies, strict=True)]
    for thread in threads:
        thread.start()
    total = Tally()
    for thread, tally in zip(threads, tallies, strict=True):
        thread.join()
        total.add(tally)
    return total
