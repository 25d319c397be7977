"""From combinations of options to SKUs: named, priced, off the shelf, their stock begun in the ledger."""

import itertools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.goods import stock
from app.goods.checks import check_prices
from app.goods.editing import lock_spu, touch
from app.goods.errors import BadSpecs, BadStock, CombinationTaken, TooManySpecs
from app.goods.models import SPU, Spec, SpecOption
from app.goods.policy import MOST_AT_ONCE
from app.goods.spec_editing import combination, held, hold
from app.shared.db import db
from app.shared.uow import unit_of_work

SKU_NAME_LONGEST = 200
MOST_STOCK = 1_000_000


@dataclass(frozen=True)
class Terms:
    """What a new SKU costs and how many there are; None is what is given for all."""

    price: Decimal | None = None
    market_price: Decimal | None = None
    cost_price: Decimal | None = None
    stock: int | None = None


@dataclass(frozen=True)
class NewSKU:
    """A combination to sell, with what is its own."""

    option_ids: frozenset[int]
    terms: Terms = Terms()


@unit_of_work
def create_skus(spu_id: int, wanted: Sequence[NewSKU], common: Terms, *, actor: str) -> list[int]:
    """The SKUs that are missing of these, in their order; what exists already stays as it is, so it is safe to repeat.

    Each has one option of every spec of the SPU (BadSpecs). The SPU's row is held, and the unique key is behind it.
    """
    if len(wanted) > MOST_AT_ONCE:
        raise TooManySpecs(most=MOST_AT_ONCE)
    spu = lock_spu(spu_id)
    there = set(held(spu_id).values())
    specs = _values(spu_id)
    asked = {each.option_ids: each for each in wanted}
    missing = [each for options, each in asked.items() if options not in there]
    chosen = [_choose(specs, each.option_ids) for each in missing]
    rows = [_row(spu, specs, picks, _merge(each.terms, common)) for each, picks in zip(missing, chosen, strict=True)]
    try:
        ids = stock.add_skus(rows, actor=actor)
    except IntegrityError:
        raise CombinationTaken(name="") from None
    for sku_id, picks in zip(ids, chosen, strict=True):
        hold(sku_id, picks)
    if ids:
        touch(spu)
    return ids


def all_combinations(specs: Mapping[int, Collection[int]]) -> list[frozenset[int]]:
    """One option of every spec, in the order of the specs; TooManySpecs beyond what a page can show."""
    count = 1
    for options in specs.values():
        count *= len(options)
    if count > MOST_AT_ONCE:
        raise TooManySpecs(most=MOST_AT_ONCE)
    return [frozenset(each) for each in itertools.product(*specs.values())]


def _values(spu_id: int) -> dict[int, dict[int, str]]:
    """Spec -> option -> its value, in order."""
    query = (
        select(Spec.id, SpecOption.id, SpecOption.value)
        .outerjoin(SpecOption, SpecOption.spec_id == Spec.id)
        .where(Spec.spu_id == spu_id)
        .order_by(Spec.sequence, Spec.id, SpecOption.sequence, SpecOption.id)
    )
    found: dict[int, dict[int, str]] = {}
    for spec_id, option_id, value in db.session.execute(query):
        options = found.setdefault(spec_id, {})
        if value is not None:  # a spec without options yet
            options[option_id] = value
    return found


def _choose(specs: Mapping[int, Mapping[int, str]], option_ids: Collection[int]) -> dict[int, int]:
    """Spec -> option, complete and in the order of the specs."""
    by_option = {option_id: spec_id for spec_id, options in specs.items() for option_id in options}
    found = {by_option[each]: each for each in option_ids if each in by_option}
    if len(found) != len(option_ids) or len(found) != len(specs):
        raise BadSpecs()
    return {spec_id: found[spec_id] for spec_id in specs}


def _merge(own: Terms, common: Terms) -> Terms:
    def pick(name: str) -> Any:
        value = getattr(own, name)
        return getattr(common, name) if value is None else value

    return Terms(pick("price"), pick("market_price"), pick("cost_price"), pick("stock"))


def _row(spu: SPU, specs: Mapping[int, Mapping[int, str]], chosen: Mapping[int, int], terms: Terms) -> dict[str, Any]:
    count = terms.stock or 0
    if not 0 <= count <= MOST_STOCK:
        raise BadStock()
    values = " ".join(specs[spec_id][option_id] for spec_id, option_id in chosen.items())
    return {
        "spu_id": spu.id,
        "category_id": spu.category3_id,
        "name": f"{spu.name} {values}".strip()[:SKU_NAME_LONGEST],
        "caption": spu.caption,
        **check_prices(terms.price, terms.market_price, terms.cost_price),
        "stock": count,
        "is_launched": False,
        "combination": combination(chosen.values()),
    }
