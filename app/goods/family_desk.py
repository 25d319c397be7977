"""An SPU as its desk shows it: head, specs with their options, SKUs, and the combinations that are missing."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select

from app.goods.errors import NoSuchSKU, NoSuchSPU
from app.goods.launching import all_combinations
from app.goods.models import SKU, SPU, Brand, SKUSpec, Spec, SpecOption
from app.shared.db import db


@dataclass(frozen=True)
class OptionLine:
    """An option, and how many SKUs have it."""

    id: int
    value: str
    skus: int


@dataclass(frozen=True)
class SpecLine:
    """A spec with its options in order."""

    id: int
    name: str
    options: Sequence[OptionLine]


@dataclass(frozen=True)
class SKULine:
    """A SKU as a line of the table; `values` are its options in the order of the specs, "" where it has none."""

    id: int
    name: str
    price: Decimal
    market_price: Decimal
    cost_price: Decimal
    stock: int
    sales: int
    is_launched: bool
    is_removed: bool
    image: str
    version: int
    option_ids: frozenset[int]
    values: Sequence[str]


@dataclass(frozen=True)
class Desk:
    """Everything on the page of an SPU; `updated_at` is what edits of it refer to."""

    id: int
    name: str
    caption: str
    brand_id: int
    brand: str
    category1_id: int
    category2_id: int
    category3_id: int
    has_texts: bool
    updated_at: datetime
    specs: Sequence[SpecLine]
    skus: Sequence[SKULine]

    @property
    def on_shelf(self) -> int:
        """How many of its SKUs are sold."""
        return sum(sku.is_launched for sku in self.skus)

    @property
    def waiting(self) -> int:
        """How many could be put on the shelf."""
        return sum(not sku.is_launched and not sku.is_removed for sku in self.skus)


@dataclass(frozen=True)
class Missing:
    """A combination that no SKU is; `values` in the order of the specs."""

    option_ids: frozenset[int]
    key: str
    values: Sequence[str]


def get_desk(spu_id: int) -> Desk:
    """In four statements, however many SKUs there are; NoSuchSPU."""
    length = func.length(SPU.desc_detail) + func.length(SPU.desc_pack) + func.length(SPU.desc_service)
    head = (SPU.id, SPU.name, SPU.caption, SPU.brand_id, Brand.name.label("brand"), SPU.updated_at)
    chain = (SPU.category1_id, SPU.category2_id, SPU.category3_id)
    query = select(*head, *chain, (length > 0).label("has_texts")).join(Brand, Brand.id == SPU.brand_id)
    row = db.session.execute(query.where(SPU.id == spu_id)).first()
    if row is None:
        raise NoSuchSPU(spu_id=spu_id)
    held = _held(spu_id)
    specs = _specs(spu_id, held)
    facts = {**row._mapping, "has_texts": bool(row.has_texts)}
    return Desk(**facts, specs=specs, skus=_skus(spu_id, specs, held))


def spu_of(sku_id: int) -> int:
    """The SPU of a SKU; NoSuchSKU."""
    found = db.session.scalar(select(SKU.spu_id).where(SKU.id == sku_id))
    if found is None:
        raise NoSuchSKU(sku_id=sku_id)
    return found


def missing(desk: Desk, only: Collection[int] = ()) -> list[Missing]:
    """The combinations that nobody is yet, of these options where any of a spec are named; TooManySpecs."""
    chosen = {
        spec.id: [option.id for option in spec.options if option.id in only or not _is_narrowed(spec, only)]
        for spec in desk.specs
    }
    there = {sku.option_ids for sku in desk.skus}
    values = {option.id: option.value for spec in desk.specs for option in spec.options}
    order = {option.id: place for place, spec in enumerate(desk.specs) for option in spec.options}
    found = []
    for combination in all_combinations(chosen):
        if combination not in there:
            ids = sorted(combination, key=lambda each: order[each])
            found.append(Missing(combination, "-".join(map(str, ids)), [values[each] for each in ids]))
    return found


def _is_narrowed(spec: SpecLine, only: Collection[int]) -> bool:
    return any(option.id in only for option in spec.options)


def _held(spu_id: int) -> dict[int, set[int]]:
    query = select(SKUSpec.sku_id, SKUSpec.option_id).join(SKU, SKU.id == SKUSpec.sku_id).where(SKU.spu_id == spu_id)
    found: dict[int, set[int]] = {}
    for sku_id, option_id in db.session.execute(query):
        found.setdefault(sku_id, set()).add(option_id)
    return found


def _specs(spu_id: int, held: dict[int, set[int]]) -> list[SpecLine]:
    query = (
        select(Spec.id, Spec.name, SpecOption.id.label("option_id"), SpecOption.value)
        .outerjoin(SpecOption, SpecOption.spec_id == Spec.id)
        .where(Spec.spu_id == spu_id)
        .order_by(Spec.sequence, Spec.id, SpecOption.sequence, SpecOption.id)
    )
    options: dict[tuple[int, str], list[OptionLine]] = {}
    for row in db.session.execute(query):
        lines = options.setdefault((row.id, row.name), [])
        if row.option_id is not None:
            lines.append(OptionLine(row.option_id, row.value, sum(row.option_id in each for each in held.values())))
    return [SpecLine(id_, name, tuple(lines)) for (id_, name), lines in options.items()]


def _skus(spu_id: int, specs: Sequence[SpecLine], held: dict[int, set[int]]) -> list[SKULine]:
    amounts = (SKU.price, SKU.market_price, SKU.cost_price, SKU.stock, SKU.sales)
    state = (SKU.is_launched, SKU.removed_at.is_not(None).label("is_removed"), SKU.default_image.label("image"))
    query = select(SKU.id, SKU.name, *amounts, *state, SKU.version).where(SKU.spu_id == spu_id)
    places = [{option.id: option.value for option in spec.options} for spec in specs]
    rank = {option.id: at for spec in specs for at, option in enumerate(spec.options)}
    lines = []
    for row in db.session.execute(query.order_by(SKU.id)):
        own = held.get(row.id, set())
        values = ["".join(spec[each] for each in own if each in spec) for spec in places]
        facts = {**row._mapping, "is_removed": bool(row.is_removed)}
        lines.append(SKULine(**facts, option_ids=frozenset(own), values=tuple(values)))

    def place(line: SKULine) -> tuple[object, ...]:
        return tuple(next((rank[each] for each in line.option_ids if each in spec), -1) for spec in places)

    return sorted(lines, key=lambda line: (line.is_removed, place(line), line.id))
