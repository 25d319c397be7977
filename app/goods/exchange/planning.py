"""What a batch of lines would change: nothing is written here, so a dry run and a real one cannot disagree."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from app.goods.descriptions import clean
from app.goods.exchange.columns import key_of, write_specs
from app.goods.exchange.known import Family, Known, Names
from app.goods.exchange.reading import TEXTS, Problem, Wanted
from app.goods.models import SKU, SPU
from app.goods.prices import AMOUNTS, Amounts, amounts_of
from app.shared.errors import marked
from app.shared.money import ZERO

Value = str | int | bool | Decimal | None
SKU_TEXTS = {"sku_name": "name", "sku_caption": "caption"}
SPU_TEXTS = {"spu_name": "name", "spu_caption": "caption", **{name: name for name in TEXTS}}


@dataclass(frozen=True)
class Change:
    """One value of one line: from `old` to `new`, both as people read them; `old` None: the SKU is new."""

    line: int
    sku_id: int | None
    name: str
    field: str
    old: str | None
    new: str


@dataclass
class Edit:
    """An existing SKU and what becomes of it."""

    wanted: Wanted
    sku: SKU
    spu: SPU
    fields: dict[str, Value] = field(default_factory=dict)  # attributes of the SKU
    spu_fields: dict[str, str] = field(default_factory=dict)
    path: tuple[str, str, str] | None = None
    brand: str | None = None
    stock_delta: int = 0
    images: tuple[str, ...] | None = None
    specs: tuple[tuple[str, str], ...] | None = None

    @property
    def is_change(self) -> bool:
        parts = (self.fields, self.spu_fields, self.path, self.brand, self.stock_delta)
        return any(parts) or self.images is not None or self.specs is not None


@dataclass
class Plan:
    """New SKUs, edits and faults of a batch, and the sentences for people."""

    new: list[Wanted] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    same: int = 0


def make_plan(batch: Sequence[Wanted], names: Names, known: Known, create: bool) -> Plan:
    """Sort the lines of a batch; `create` allows brands and categories the shop has not got."""
    plan = Plan()
    seen: set[tuple[object, ...]] = set()
    for wanted in batch:
        problem = _unknown_names(wanted, names, create)
        sku = None if problem else _find(wanted, names, known)
        problem = problem or _clash(wanted, sku, seen)
        if problem is not None:
            plan.problems.append(problem)
        elif sku is None:
            plan.new.append(wanted)
            plan.changes.append(Change(wanted.line, None, wanted.texts["spu_name"], "sku_id", None, _new(wanted)))
        else:
            _edit(plan, wanted, sku, known, names)
    return plan


def _unknown_names(wanted: Wanted, names: Names, create: bool) -> Problem | None:
    brand = wanted.texts.get("brand")
    if create:
        return None
    if brand is not None and brand not in names.brands:
        return Problem(wanted.line, "brand", marked("没有这个品牌"), brand)
    if wanted.path is not None and wanted.path not in names.places:
        return Problem(wanted.line, "category3", marked("没有这个分类"), " / ".join(wanted.path))
    return None


def _find(wanted: Wanted, names: Names, known: Known) -> SKU | None:
    if wanted.sku_id is not None:
        return known.skus.get(wanted.sku_id)
    family = family_of(wanted, names)
    spu = known.families.get(family) if family else None
    return None if spu is None else known.by_specs.get((spu.id, key_of(wanted.specs or ())))


def family_of(wanted: Wanted, names: Names) -> Family | None:
    """The SPU a line without a number belongs to; None when that is not said, or its brand or category is new."""
    place = names.places.get(wanted.path) if wanted.path else None
    brand = names.brands.get(wanted.texts.get("brand", ""))
    name = wanted.texts.get("spu_name")
    return None if place is None or brand is None or name is None else (brand, place[2], name)


def _clash(wanted: Wanted, sku: SKU | None, seen: set[tuple[object, ...]]) -> Problem | None:
    """What only shows beside the shop's rows and the other lines."""
    if wanted.sku_id is not None and sku is None:
        return Problem(wanted.line, "sku_id", marked("没有这个 SKU"), str(wanted.sku_id))
    key: tuple[object, ...] = ("id", sku.id) if sku else ("new", *_identity(wanted))
    if key in seen:
        return Problem(wanted.line, "specs", marked("与前面的行重复"), _new(wanted))
    seen.add(key)
    fault = _amounts_fault(wanted, sku)
    if fault is not None:
        return Problem(wanted.line, "price", fault, str(wanted.price or ""))
    if sku is None:
        return None
    if wanted.version is not None and wanted.version != sku.version:
        return Problem(wanted.line, "version", marked("导出之后有人修改过此商品"), str(sku.version))
    if stock_after(wanted, sku.stock) < 0:
        return Problem(wanted.line, "stock", marked("库存不足以减少这么多"), str(sku.stock))
    return None


def _amounts_fault(wanted: Wanted, sku: SKU | None) -> str | None:
    """Amounts bound each other; those that stay as they are were somebody else's."""
    given = {name: value for name in AMOUNTS if (value := getattr(wanted, name)) is not None}
    if sku is None:
        first = wanted.price or ZERO
        return Amounts(**{"price": first, "market_price": first, "cost_price": ZERO, **given}).fault()
    old = amounts_of(sku)
    new = replace(old, **given)
    return None if new == old else new.fault()


def _identity(wanted: Wanted) -> tuple[object, ...]:
    return wanted.texts.get("brand"), wanted.path, wanted.texts.get("spu_name"), key_of(wanted.specs or ())


def stock_after(wanted: Wanted, now: int) -> int:
    """The difference to what its writer saw is applied; a number without a `seen` is a count of the shelf."""
    if wanted.stock is None:
        return now
    return wanted.stock if wanted.stock_seen is None else now + wanted.stock - wanted.stock_seen


def _new(wanted: Wanted) -> str:
    return write_specs(wanted.specs or ()) or wanted.texts.get("sku_name", wanted.texts.get("spu_name", ""))


def _edit(plan: Plan, wanted: Wanted, sku: SKU, known: Known, names: Names) -> None:
    edit = Edit(wanted, sku, known.spus[sku.spu_id])
    told = [*_sku_changes(edit, known), *_spu_changes(edit, names)]
    if not edit.is_change:
        plan.same += 1
        return
    plan.edits.append(edit)
    plan.changes += [Change(wanted.line, sku.id, sku.name, name, old, new) for name, old, new in told]


def _sku_changes(edit: Edit, known: Known) -> Iterable[tuple[str, str, str]]:
    wanted, sku = edit.wanted, edit.sku
    given: dict[str, tuple[str, Value]] = {name: (SKU_TEXTS[name], wanted.texts.get(name)) for name in SKU_TEXTS}
    given |= {name: (name, getattr(wanted, name)) for name in (*AMOUNTS, "is_launched")}
    for column, (attribute, value) in given.items():
        old = getattr(sku, attribute)
        if value is not None and value != (old.strip() if isinstance(old, str) else old):
            edit.fields[attribute] = value
            yield column, _say(old), _say(value)
    edit.stock_delta = stock_after(wanted, sku.stock) - sku.stock
    if edit.stock_delta:
        yield "stock", str(sku.stock), str(sku.stock + edit.stock_delta)
    images = known.images.get(sku.id, [])
    if wanted.images is not None and list(wanted.images) != images:
        edit.images = wanted.images
        yield "images", "|".join(images), "|".join(wanted.images)
    chosen = known.chosen.get(sku.id, {})
    if wanted.sku_id is not None and wanted.specs is not None and dict(wanted.specs) != chosen:
        edit.specs = wanted.specs
        yield "specs", write_specs(chosen.items()), write_specs(wanted.specs)


def _spu_changes(edit: Edit, names: Names) -> Iterable[tuple[str, str, str]]:
    wanted, spu = edit.wanted, edit.spu
    for column, attribute in SPU_TEXTS.items():
        value = wanted.texts.get(column)
        old = getattr(spu, attribute)
        if value is None or value == old.strip() or (column in TEXTS and value == clean(old).strip()):
            continue
        edit.spu_fields[attribute] = value
        yield column, old, value
    old_brand, old_path = names.brand_names[spu.brand_id], names.paths.get(spu.category3_id)
    brand = wanted.texts.get("brand")
    if brand is not None and brand != old_brand:
        edit.brand = brand
        yield "brand", old_brand, brand
    if wanted.path is not None and wanted.path != old_path:
        edit.path = wanted.path
        yield "category3", " / ".join(old_path or ()), " / ".join(wanted.path)


def _say(value: Value) -> str:
    return "1" if value is True else "0" if value is False else str(value)
