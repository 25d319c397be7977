"""Verbs of specs: which an SPU has, with which options, and which of them a SKU is. One transaction each (ADM-2)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from app.goods import stock
from app.goods.checks import NAME_LONGEST, OPTION_LONGEST, check_text
from app.goods.editing import lock_spu, touch
from app.goods.errors import (
    BadSpecs,
    CombinationTaken,
    NameTaken,
    NoSuchSKU,
    OptionInUse,
    StaleEdit,
    TooManySpecs,
)
from app.goods.models import SKU, SPU, SKUSpec, Spec, SpecOption
from app.goods.policy import MOST_OPTIONS, MOST_SPECS
from app.shared.db import db
from app.shared.uow import unit_of_work

NAMED_SKUS = 10  # of those that hold an option


@dataclass(frozen=True)
class OptionEdit:
    """An option that is there: its value and place from now on, or that it goes."""

    id: int
    value: str
    place: int = 0
    removed: bool = False


@dataclass(frozen=True)
class SpecEdit:
    """A spec as it shall be; `id` 0 is a new one, `more` are options to add."""

    id: int
    name: str
    place: int = 0
    removed: bool = False
    options: Sequence[OptionEdit] = field(default_factory=tuple)
    more: Sequence[str] = ()


@unit_of_work
def save_specs(spu_id: int, seen: datetime, edits: Sequence[SpecEdit]) -> datetime:
    """Specs and options of an SPU, all at once, unless somebody changed it since it was `seen` (StaleDesk).

    What a SKU holds cannot go: OptionInUse names the option and the SKUs. Returns the moment of the change.
    """
    spu = lock_spu(spu_id, seen)
    rows = {spec.id: spec for spec in _specs(spu_id)}
    if any(edit.id and edit.id not in rows for edit in edits):
        raise BadSpecs()
    options = _options(rows)
    _remove(edits, options)
    kept = [edit for edit in edits if not edit.removed]
    _set_names({rows[edit.id]: check_text(edit.name, NAME_LONGEST, "spec") for edit in kept if edit.id})
    for place, edit in enumerate(sorted(kept, key=lambda each: each.place), 1):
        if edit.id:
            rows[edit.id].sequence = place
            _set_options(edit, options)
    _add(spu, {edit.name: edit.more for edit in kept if not edit.id} | _more(kept, rows))
    return touch(spu)


@unit_of_work
def add_specs(spu_id: int, seen: datetime, lines: Sequence[tuple[str, Sequence[str]]]) -> datetime:
    """Specs with their options, as a template has them; what is there already stays and gets the options it lacks."""
    spu = lock_spu(spu_id, seen)
    _add(spu, dict(lines))
    return touch(spu)


@unit_of_work
def set_sku_specs(sku_id: int, version: int, option_ids: Collection[int]) -> int:
    """Make these the options of a SKU, in place of all it had; the new version.

    Each belongs to a spec of its SPU, at most one to each (BadSpecs); no other SKU is the same (CombinationTaken).
    """
    spu_id = db.session.scalar(select(SKU.spu_id).where(SKU.id == sku_id))
    if spu_id is None:
        raise NoSuchSKU(sku_id=sku_id)
    spu = lock_spu(spu_id)
    sku = stock.lock_skus([sku_id])[0]
    if sku.version != version:
        raise StaleEdit(sku_id=sku_id)
    chosen = specs_of(spu_id, option_ids)
    check_free(spu_id, set(chosen.values()), except_for=sku_id)
    db.session.execute(delete(SKUSpec).where(SKUSpec.sku_id == sku_id))
    hold(sku_id, chosen)
    sku.combination = combination(chosen.values())
    sku.category_id = spu.category3_id
    try:
        db.session.flush()
    except IntegrityError:
        raise CombinationTaken(name="") from None
    except StaleDataError:
        raise StaleEdit(sku_id=sku_id) from None
    touch(spu)
    return sku.version


def combination(option_ids: Iterable[int]) -> str:
    """How a SKU's options are written in its row; the unique key compares it."""
    return "-".join(str(each) for each in sorted(option_ids))


def specs_of(spu_id: int, option_ids: Collection[int]) -> dict[int, int]:
    """Spec -> option; BadSpecs for an option of another SPU, and for two of one spec."""
    query = (
        select(SpecOption.spec_id, SpecOption.id)
        .join(Spec, Spec.id == SpecOption.spec_id)
        .where(SpecOption.id.in_(option_ids), Spec.spu_id == spu_id)
    )
    found = {spec_id: option_id for spec_id, option_id in db.session.execute(query)}
    if len(found) != len(set(option_ids)):
        raise BadSpecs()
    return found


def held(spu_id: int) -> dict[int, frozenset[int]]:
    """SKU -> its options, of an SPU; a SKU without any is there, too."""
    query = (
        select(SKU.id, SKUSpec.option_id)
        .outerjoin(SKUSpec, SKUSpec.sku_id == SKU.id)
        .where(SKU.spu_id == spu_id)
        .order_by(SKU.id)
    )
    found: dict[int, set[int]] = {}
    for sku_id, option_id in db.session.execute(query):
        found.setdefault(sku_id, set()).add(option_id or 0)
    found = {sku_id: options - {0} for sku_id, options in found.items()}
    return {sku_id: frozenset(options) for sku_id, options in found.items()}


def check_free(spu_id: int, option_ids: Collection[int], except_for: int) -> None:
    """CombinationTaken when another SKU of the SPU, whose row is locked, is exactly this."""
    wanted = frozenset(option_ids)
    for sku_id, options in held(spu_id).items():
        if options == wanted and sku_id != except_for:
            raise CombinationTaken(name=db.session.scalar(select(SKU.name).where(SKU.id == sku_id)))


def hold(sku_id: int, chosen: Mapping[int, int]) -> None:
    """The rows of a SKU's options."""
    rows = [{"sku_id": sku_id, "spec_id": spec, "option_id": option} for spec, option in chosen.items()]
    if rows:
        db.session.execute(insert(SKUSpec), rows)


def _specs(spu_id: int) -> list[Spec]:
    return list(db.session.scalars(select(Spec).where(Spec.spu_id == spu_id).order_by(Spec.sequence, Spec.id)))


def _options(specs: Iterable[int]) -> dict[int, SpecOption]:
    query = select(SpecOption).where(SpecOption.spec_id.in_(list(specs)))
    return {option.id: option for option in db.session.scalars(query.order_by(SpecOption.sequence, SpecOption.id))}


def _remove(edits: Iterable[SpecEdit], options: Mapping[int, SpecOption]) -> None:
    """Whole specs, and single options; OptionInUse."""
    specs = {edit.id for edit in edits if edit.removed and edit.id}
    named = {option.id for edit in edits for option in edit.options if option.removed}
    gone = {id_: each for id_, each in options.items() if each.spec_id in specs or id_ in named}
    query = select(SKUSpec.option_id, SKU.name).join(SKU, SKU.id == SKUSpec.sku_id)
    query = query.where(SKUSpec.option_id.in_(list(gone))).order_by(SKUSpec.option_id, SKU.id).limit(NAMED_SKUS)
    users = list(db.session.execute(query))
    if users:
        first = users[0].option_id
        names = "；".join(name for option_id, name in users if option_id == first)
        raise OptionInUse(value=gone[first].value, skus=names)
    db.session.execute(delete(SpecOption).where(SpecOption.id.in_(list(gone))))
    db.session.execute(delete(Spec).where(Spec.id.in_(specs)))


def _set_options(edit: SpecEdit, options: Mapping[int, SpecOption]) -> None:
    kept = [each for each in edit.options if not each.removed]
    if any(each.id not in options or options[each.id].spec_id != edit.id for each in kept):
        raise BadSpecs()
    _set_names({options[each.id]: check_text(each.value, OPTION_LONGEST, "option") for each in kept})
    for place, each in enumerate(sorted(kept, key=lambda option: option.place), 1):
        options[each.id].sequence = place


def _set_names(wanted: Mapping[Spec | SpecOption, str]) -> None:
    """New names for rows among which they are unique: two may change places, so they leave their old ones first."""
    changed = {row: text for row, text in wanted.items() if _named(row) != text}
    for texts in ({row: f"~{row.id}" for row in changed}, changed):
        for row, text in texts.items():
            if isinstance(row, Spec):
                row.name = text
            else:
                row.value = text
        try:
            db.session.flush()
        except IntegrityError:
            raise NameTaken(name="、".join(changed.values())[:60]) from None


def _named(row: Spec | SpecOption) -> str:
    return row.name if isinstance(row, Spec) else row.value


def _more(kept: Iterable[SpecEdit], rows: Mapping[int, Spec]) -> dict[str, Sequence[str]]:
    return {rows[edit.id].name: edit.more for edit in kept if edit.id and edit.more}


def _add(spu: SPU, lines: Mapping[str, Sequence[str]]) -> None:
    specs = {spec.name: spec for spec in _specs(spu.id)}
    options = _options(spec.id for spec in specs.values())
    for name, values in lines.items():
        spec = specs.get(check_text(name, NAME_LONGEST, "spec"))
        if spec is None:
            spec = Spec(spu_id=spu.id, name=check_text(name, NAME_LONGEST, "spec"), sequence=len(specs) + 1)
            specs[spec.name] = spec
            db.session.add(spec)
            db.session.flush()
        there = [option.value for option in options.values() if option.spec_id == spec.id]
        new = [value for value in values if value not in there]
        if len(specs) > MOST_SPECS or len(there) + len(new) > MOST_OPTIONS:
            raise TooManySpecs(most=MOST_SPECS if len(specs) > MOST_SPECS else MOST_OPTIONS)
        for place, value in enumerate(new, len(there) + 1):
            text = check_text(value, OPTION_LONGEST, "option")
            db.session.add(SpecOption(spec_id=spec.id, value=text, sequence=place))
    db.session.flush()
