"""The guard `queue`, seen from the shop: a wish goes into the queue, its buyer waits for the writer's answer.

A wish in the queue is not an order; an order is one only when it is committed. Whoever asks again with the same submit
token gets the same order, so a crash on either side costs a wait and nothing else.
"""

import json
from dataclasses import dataclass
from decimal import Decimal
from time import monotonic

from app.goods import guards
from app.goods.errors import NoSuchSKU, NotOnSale, OutOfStock
from app.orders import placing, store
from app.orders.errors import NothingToSettle, StillWaiting, TermsChanged, TotalTooLarge
from app.orders.models import PayMethod
from app.orders.numbers import new_number
from app.orders.placing import Wish
from app.orders.policy import Freight, FreightRule
from app.orders.store import Shown
from app.shared.db import db
from app.shared.errors import Busy, DomainError, NotFound

SLICE_S = 2.0  # a Redis client waits no longer at once
TOLD = (DomainError, NoSuchSKU, NotOnSale, OutOfStock, NothingToSettle, TermsChanged, TotalTooLarge, NotFound, Busy)
ERRORS: dict[str, type[DomainError]] = {error.__name__: error for error in TOLD}

Answer = str | DomainError  # the order's number, or why there is none


@dataclass(frozen=True)
class Queued:
    """A wish with the number that its order will have: a second try writes the same order."""

    wish: Wish
    number: str
    shown: Shown | None = None


def place(wish: Wish, patience_s: float, shown: Shown | None = None) -> str:
    """The order's number by the guard of the wish, for the page that was shown.

    Behind the queue: StillWaiting when no answer comes in time.
    """
    if wish.guard != guards.QUEUE:
        return placing.place_shown(wish, shown)
    db.session.close()  # who waits holds no connection: the writer needs one
    until = monotonic() + patience_s
    wanted = write(Queued(wish, new_number(), shown))
    text = store.push_wish(wish.user_id, wish.submit_token, wanted, min(patience_s, SLICE_S))
    while text is None and (left := until - monotonic()) > 0:
        text = store.await_answer(wish.user_id, wish.submit_token, min(left, SLICE_S))
    if text is None:
        raise StillWaiting()
    return _number(read_answer(text))


def look(user_id: int, token: str) -> str | None:
    """The number once the wish is an order, None while it waits; raises why it will never be one."""
    text = store.await_answer(user_id, token, 0)
    if text is not None:
        return _number(read_answer(text))
    return placing.find_by_token(user_id, token)


def _number(answer: Answer) -> str:
    if isinstance(answer, DomainError):
        raise answer
    return answer


def write(queued: Queued) -> str:
    """As JSON; counts keep the shopper's order."""
    wish = queued.wish
    return json.dumps(
        {
            "number": queued.number,
            "user_id": wish.user_id,
            "address_id": wish.address_id,
            "pay_method": int(wish.pay_method),
            "submit_token": wish.submit_token,
            "agreed_total": str(wish.agreed_total),
            "counts": list(wish.counts.items()),
            "freight": _write_freight(wish.flat_freight),
            "reservation_minutes": wish.reservation_minutes,
            "shown": None if queued.shown is None else store.write(queued.shown),
        }
    )


def read(text: str) -> Queued:
    """The other way; the writer takes stock by the conditional UPDATE."""
    kept = json.loads(text)
    flat, free_from = kept["freight"]
    wish = Wish(
        user_id=kept["user_id"],
        address_id=kept["address_id"],
        pay_method=PayMethod(kept["pay_method"]),
        submit_token=kept["submit_token"],
        agreed_total=Decimal(kept["agreed_total"]),
        counts={int(sku_id): int(count) for sku_id, count in kept["counts"]},
        flat_freight=FreightRule(Decimal(flat), None if free_from is None else Decimal(free_from)),
        reservation_minutes=kept["reservation_minutes"],
    )
    return Queued(wish, kept["number"], store.read(kept["shown"]))


def _write_freight(freight: Freight) -> tuple[str, str | None]:
    if isinstance(freight, Decimal):
        return str(freight), None
    return str(freight.flat), None if freight.free_from is None else str(freight.free_from)


def write_answer(answer: Answer) -> str:
    """As JSON."""
    if isinstance(answer, str):
        return json.dumps({"number": answer})
    return json.dumps({"error": type(answer).__name__, "facts": answer.facts}, default=str)


def read_answer(text: str) -> Answer:
    """The other way; an error we do not know reads as Busy."""
    kept = json.loads(text)
    if "number" in kept:
        return str(kept["number"])
    return ERRORS.get(kept["error"], Busy)(**kept["facts"])
