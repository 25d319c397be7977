"""Many wishes in one transaction: what one writer commits at once. Exact, for the UPDATE of a sum is as conditional as
that of one; where it fails, the wishes are taken one by one in order of arrival."""

import dataclasses
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, or_, select
from sqlalchemy.exc import IntegrityError

from app.goods import guards, offers, stock
from app.goods.offers import Offer
from app.orders import placing
from app.orders.models import Order
from app.orders.queueing import Answer, Queued
from app.orders.settlement import Settlement
from app.shared import clock
from app.shared.errors import Busy, DomainError, NotFound
from app.shared.prepared import Listed, slots
from app.shared.uow import savepoint, unit_of_work
from app.users.delivery import Delivery, find_deliveries

log = logging.getLogger(__name__)
Key = tuple[int, str]  # user id and submit token: one order
_TWINS = Listed(
    lambda number: select(Order.user_id, Order.submit_token, Order.number).where(
        or_(
            *(
                and_(Order.user_id == user, Order.submit_token == token)
                for user, token in zip(slots("user", number), slots("token", number), strict=True)
            )
        )
    )
)
_IDS = Listed(lambda number: select(Order.number, Order.id).where(Order.number.in_(slots("number", number))))


@dataclass(frozen=True)
class _Agreed:
    queued: Queued
    real: Settlement
    address: Delivery


def place_batch(batch: Sequence[Queued]) -> list[Answer]:
    """An answer for each wish, in the order given; committed when this returns."""
    try:
        answers = _together(batch)
    except (guards.Lost, IntegrityError, Busy) as problem:
        log.info("a batch of %d goes one by one: %s", len(batch), type(problem).__name__)
        return _one_by_one(batch)
    return [answers[_key(queued)] for queued in batch]


def _one_by_one(batch: Sequence[Queued]) -> list[Answer]:
    """Each behind a savepoint of one transaction; who fails there for a reason that may pass, tries again alone."""
    try:
        answers = _behind_savepoints(batch)
    except Busy:
        answers = [None] * len(batch)
    return [_alone(queued) if answer is None else answer for queued, answer in zip(batch, answers, strict=True)]


@unit_of_work
def _behind_savepoints(batch: Sequence[Queued]) -> list[Answer | None]:
    """The notes' savepoints: an order keeps every line or none, and its failure undoes nothing of the others."""
    answers: list[Answer | None] = []
    for queued in batch:
        try:
            with savepoint():
                placing.write_order(queued.wish, queued.number, queued.shown)
        except (DomainError, guards.Lost, IntegrityError):
            answers.append(None)  # alone, a twin is looked for before this is told
            continue
        answers.append(queued.number)
        _follow_up([queued])
    return answers


def _key(queued: Queued) -> Key:
    return queued.wish.user_id, queued.wish.submit_token


def _alone(queued: Queued) -> Answer:
    try:
        return placing.place_numbered(queued.wish, queued.number, queued.shown, empties=False)
    except DomainError as problem:
        return problem
    except Exception as problem:
        # one wish that nobody can write must not hold up all that come after it
        log.exception("order %s", queued.number, exc_info=problem)
        return DomainError()


@unit_of_work
def _together(batch: Sequence[Queued]) -> dict[Key, Answer]:
    answers: dict[Key, Answer] = {**_twins([_key(queued) for queued in batch])}
    addresses = find_deliveries({(queued.wish.user_id, queued.wish.address_id) for queued in batch})
    left = dict(offers.read_offers({sku_id for queued in batch for sku_id in queued.wish.counts}))
    agreed: list[_Agreed] = []
    for queued in batch:
        if _key(queued) in answers:
            continue
        try:
            each = _agree(queued, left, addresses)
        except DomainError as problem:
            answers[_key(queued)] = problem
            continue
        for sku_id, count in queued.wish.counts.items():
            left[sku_id] = dataclasses.replace(left[sku_id], stock=left[sku_id].stock - count)
        answers[_key(queued)] = queued.number
        agreed.append(each)
    if agreed:
        _write(agreed, left)
        _follow_up([each.queued for each in agreed])
    return answers


def _follow_up(placed: Sequence[Queued]) -> None:
    """After the commit one reminder for all; who answers the buyers empties their carts with it."""
    wishes = [each.wish for each in placed]
    for wish in {(wish.pay_method, wish.reservation_minutes): wish for wish in wishes}.values():
        placing.remind(wish)


def _agree(queued: Queued, left: dict[int, Offer], addresses: dict[tuple[int, int], Delivery]) -> _Agreed:
    wish = queued.wish
    real = placing.agree(wish, left, queued.shown)
    address = addresses.get((wish.user_id, wish.address_id))
    if address is None:
        raise NotFound(address_id=wish.address_id)
    return _Agreed(queued, real, address)


def _twins(keys: Sequence[Key]) -> dict[Key, str]:
    """Orders that these tokens have already become."""
    rows = _TWINS.rows(user=[user_id for user_id, _ in keys], token=[token for _, token in keys])
    return {(user_id, token): number for user_id, token, number in rows}


def _write(agreed: Sequence[_Agreed], left: dict[int, Offer]) -> None:
    """Every order of the batch in as many statements as one: rows, diary, stock by its sum, ledger, lines."""
    now = clock.now()
    placing.INSERT_ORDER.insert_all(
        [placing.order_row(each.queued.wish, each.queued.number, each.real, each.address, now) for each in agreed]
    )
    numbers = [each.queued.number for each in agreed]
    ids: dict[str, int] = dict(_IDS.rows(number=numbers))
    placing.INSERT_EVENT.insert_all(
        [placing.event_row(each.queued.wish, ids[each.queued.number], now) for each in agreed]
    )
    sums: dict[int, int] = {}
    for each in agreed:
        for sku_id, count in each.queued.wish.counts.items():
            sums[sku_id] = sums.get(sku_id, 0) + count
    for sku_id in sorted(sums):
        if not stock.sell(sku_id, sums[sku_id], price=left[sku_id].price):
            raise guards.Lost(sku_id)
    rest = {sku_id: left[sku_id].stock for sku_id in sums}
    stock.record_sales(
        stock.Sale(each.queued.number, f"user:{each.queued.wish.user_id}", each.queued.wish.counts, rest)
        for each in agreed
    )
    placing.INSERT_LINES.insert_all(
        [row for each in agreed for row in placing.line_rows(ids[each.queued.number], each.real.lines)]
    )
