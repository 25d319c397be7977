"""`flask bench orders`: every guard, one hot SKU and many, through the verb and over HTTP, beside the bare driver."""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask

from app.bench import ground, load, verb, web
from app.bench.load import FAILED, PLACED, REFUSED, Act, Tally
from app.goods import guards
from app.orders import writer
from app.shared.db import db

PLENTY, FEW, MANY_SKUS = 10_000_000, 50, 500
MOST_ORDERS = 200_000  # of one buyer in one run: a bound beside the time


@dataclass(frozen=True)
class Plan:
    """What to run: bounded in buyers, seconds and processes."""

    guards: Sequence[str]
    buyers: int
    processes: int
    seconds: float
    url: str | None


@dataclass(frozen=True)
class Line:
    """One row of the table."""

    way: str
    guard: str
    goods: str
    orders_per_s: float
    p50_ms: float
    p99_ms: float
    placed: int
    refused: int
    failed: int
    oversold: int
    of_bare: float | None  # share of the bare driver's orders in the same run


class Bench:
    """One run over the configured database, on SKUs and with shoppers of its own."""

    def __init__(self, app: Flask, plan: Plan) -> None:
        self.app, self.plan = app, plan
        self.engine = db.engine
        self.about = ground.describe_database()
        self.buyers = ground.make_buyers(plan.buyers)
        self.made: list[int] = []
        db.session.remove()

    def lines(self) -> Iterator[Line]:
        """Run after run; ratios are of the bare runs right before."""
        try:
            for goods, number, pieces in (("one hot SKU", 1, PLENTY), (f"{MANY_SKUS} SKUs", MANY_SKUS, PLENTY)):
                yield from self._throughput(goods, self._skus(number, pieces))
            for guard in self.plan.guards:
                skus = self._skus(1, FEW)
                with self._writer(guard):
                    tally = self._verb(skus, guard)
                yield self._line("verb", guard, f"{FEW} pieces", tally, skus, FEW, None)
        finally:
            ground.take_off_shelf(self.made)

    def _throughput(self, goods: str, skus: list[int]) -> Iterator[Line]:
        script = verb.listen(self.app, self.buyers[0], skus[0], guards.CONDITIONAL.name)
        bare = self._run([verb.driver_buyer(self.engine, script, skus) for _ in self.buyers])
        yield self._line("bare driver", "conditional", goods, bare, [], 0, None)
        for guard in self.plan.guards:
            with self._writer(guard):
                tally = self._verb(skus, guard)
            yield self._line("verb", guard, goods, tally, skus, PLENTY, bare)
        if self.plan.url:
            yield from self._http(self.plan.url, goods, skus)

    def _http(self, url: str, goods: str, skus: list[int]) -> Iterator[Line]:
        """The running mall with the guard of its own setting, beside a bare view under the same web server."""
        script = verb.listen(self.app, self.buyers[0], skus[0], guards.CONDITIONAL.name)
        place = self.engine.url.render_as_string(hide_password=False)
        each = [(buyer, skus[number % len(skus)]) for number, buyer in enumerate(self.buyers)]
        with TemporaryDirectory() as folder, web.bare_mall(script, skus, place, Path(folder)) as bare_url:
            bare = self._run([web.bare_buyer(self.app, bare_url, buyer, sku) for buyer, sku in each])
        yield self._line("bare Flask", "conditional", goods, bare, [], 0, None)
        for buyer, sku in each:
            web.empty_cart(self.app, buyer, sku)
        tally = self._run([web.web_buyer(self.app, url, buyer, sku) for buyer, sku in each])
        yield self._line("HTTP", str(self.app.config["STOCK_GUARD"]), goods, tally, skus, PLENTY, bare)

    def _verb(self, skus: Sequence[int], guard: str) -> Tally:
        makers = [verb.verb_buyer(self.app, each, skus, guard) for each in self.buyers]
        return self._run(makers, verb.open_lines(self.app))

    def _run(self, makers: Sequence[Callable[[], Act]], prepare: Callable[[int], None] = lambda _buyers: None) -> Tally:
        db.session.remove()
        self.engine.dispose()  # nothing is shared with the processes
        return load.run(makers, self.plan.seconds, MOST_ORDERS, self.plan.processes, prepare)

    def _skus(self, number: int, pieces: int) -> list[int]:
        skus = ground.make_skus(number, pieces)
        self.made += skus
        return skus

    def _writer(self, guard: str) -> AbstractContextManager[None]:
        return _writing(self.app) if guard == guards.QUEUE else nullcontext()

    def _line(
        self, way: str, guard: str, goods: str, tally: Tally, skus: Sequence[int], pieces: int, bare: Tally | None
    ) -> Line:
        return Line(
            way,
            guard,
            goods,
            round(tally.per_s, 1),
            round(tally.percentile_ms(50), 1),
            round(tally.percentile_ms(99), 1),
            tally.outcomes[PLACED],
            tally.outcomes[REFUSED],
            tally.outcomes[FAILED],
            ground.count_oversold(skus, pieces) if pieces == FEW else ground.count_wrong(skus),
            round(tally.per_s / bare.per_s, 2) if bare is not None and bare.per_s else None,
        )


@contextmanager
def _writing(app: Flask) -> Iterator[None]:
    """The one writer in a process of its own, as worker.py runs it."""

    context = multiprocessing.get_context("fork")
    stop = context.Event()

    def work() -> None:
        with app.app_context():
            writer.serve(stop)

    # no connection may cross the fork: a child that closes an inherited SQLite line takes the parent's log away
    db.session.remove()
    db.engine.dispose()
    process = context.Process(target=work, daemon=True)
    process.start()
    try:
        yield
    finally:
        stop.set()  # not killed: the lease is given back, and the next writer need not wait for its end
        process.join(10)


COLUMNS = (
    "way",
    "guard",
    "goods",
    "orders/s",
    "p50 ms",
    "p99 ms",
    "placed",
    "refused",
    "failed",
    "oversold",
    "of bare",
)


def table(lines: Sequence[Line]) -> str:
    """Columns as wide as their widest cell, Markdown between bars."""
    rows = [COLUMNS, *(["" if cell is None else str(cell) for cell in asdict(line).values()] for line in lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    told = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    return "\n".join([told[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *told[1:]])
