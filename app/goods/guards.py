"""The stock guards: how an order takes its goods. One protocol; which one stands at the till is a setting.

`look` tells what the rows say; `take`, later in the same transaction, lets the goods go or raises `Lost`, and then
nothing is kept and the caller starts again in a fresh transaction. Where goods are taken only on conditions that the
UPDATE itself checks (price included), a read without a lock is enough, under READ COMMITTED and REPEATABLE READ.
"""

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from app.goods import offers, stock
from app.goods.offers import Offer

PAUSE_S = 0.004  # grows to LONGEST_PAUSE_S
LONGEST_PAUSE_S = 0.12
LOOKS = 10  # fresh looks inside one transaction
TRIES = 60  # a loser sees a winner each time: with 50 pieces nobody loses more often than that

Offers = Mapping[int, Offer]
Counts = Mapping[int, int]


class Lost(Exception):
    """Somebody changed a row between look and take: run the whole unit again."""


@dataclass(frozen=True)
class Guard:
    """A way of taking stock that never sells what is not there."""

    name: str
    look: Callable[[Iterable[int]], Offers]
    subtract: Callable[[Offer, int], bool]  # False: the row was no longer as it was seen

    def take(self, seen: Offers, counts: Counts, *, order_number: str, actor: str) -> None:
        """Every line or, with Lost, none: the rows in id order, then the ledger."""
        for sku_id in sorted(counts):
            if not self.subtract(seen[sku_id], counts[sku_id]):
                raise Lost(sku_id)
        left = {sku_id: seen[sku_id].stock - count for sku_id, count in counts.items()}
        stock.record_sales([stock.Sale(order_number, actor, counts, left)])


def _compare_and_set(seen: Offer, count: int) -> bool:
    """Only if the stock is still exactly what was read; else read again, a few times.

    A fresh read that shows no change although the UPDATE met one is a REPEATABLE READ snapshot: no use to look again.
    """
    for _ in range(LOOKS):
        if stock.sell(seen.id, count, price=seen.price, seen=seen.stock):
            return True
        fresh = offers.read_offers([seen.id]).get(seen.id)
        if fresh is None or fresh.stock == seen.stock or fresh.stock < count or fresh.price != seen.price:
            return False
        seen = fresh
    return False


# the rows are locked since they were read
PESSIMISTIC = Guard("pessimistic", offers.lock_offers, lambda seen, n: stock.sell(seen.id, n))
# one UPDATE that holds only while it is true: enough left, on the shelf, at the price that was agreed
CONDITIONAL = Guard("conditional", offers.read_offers, lambda seen, n: stock.sell(seen.id, n, price=seen.price))
# the notes' way: compare and set
OPTIMISTIC = Guard("optimistic", offers.read_offers, _compare_and_set)

GUARDS = {guard.name: guard for guard in (CONDITIONAL, PESSIMISTIC, OPTIMISTIC)}
QUEUE = "queue"  # orders go through one writer (app.orders.queueing); it takes stock by the conditional UPDATE
NAMES = (*GUARDS, QUEUE)


def named(name: str) -> Guard:
    """The guard that a setting names; behind the queue stands the conditional one."""
    return CONDITIONAL if name == QUEUE else GUARDS[name]


def pause_s(attempt: int) -> float:
    """How long a loser waits before it tries again: longer each time, never two of them in step."""
    longest: float = min(PAUSE_S * 2**attempt, LONGEST_PAUSE_S)
    return random.uniform(0.2, 1.0) * longest
