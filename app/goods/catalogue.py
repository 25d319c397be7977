"""Verbs of the category tree: add, rename, order, move beside others of its level, delete while nothing needs it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.exc import IntegrityError

from app.goods import ordering
from app.goods.categories import forget_categories
from app.goods.chains import lock_category
from app.goods.checks import NAME_LONGEST, check_text
from app.goods.errors import BadChain, CategoryInUse, NameTaken, NoSuchCategory, StaleDesk
from app.goods.models import SKU, SPU, Category, Channel
from app.goods.template_models import SpecTemplate
from app.goods.touching import touch_skus
from app.shared import clock
from app.shared.db import db
from app.shared.uow import then, unit_of_work

DEEPEST = 3


@unit_of_work
def add_category(parent_id: int | None, name: str) -> int:
    """A category at the end of its level; NameTaken by one beside it. Its id."""
    parent = _held(parent_id) if parent_id is not None else None
    if parent is not None and parent.level >= DEEPEST:
        raise BadChain()
    beside = _children(parent_id)
    text = check_text(name, NAME_LONGEST, "name")
    _check_name(beside, text, 0)
    level = parent.level + 1 if parent is not None else 1
    row = Category(name=text, parent_id=parent_id, level=level, sequence=_last(beside) + 1)
    db.session.add(row)
    db.session.flush()
    then(forget_categories)
    return row.id


@unit_of_work
def rename_category(category_id: int, seen: datetime, name: str) -> None:
    """Another name, unless somebody changed the category since it was `seen` (StaleDesk)."""
    row = _held(category_id)
    if row.updated_at != seen:
        raise StaleDesk()
    text = check_text(name, NAME_LONGEST, "name")
    _check_name(_children(row.parent_id), text, row.id)
    row.name = text
    row.updated_at = clock.now()
    _tell(row.id)


@unit_of_work
def step_category(category_id: int, up: bool) -> bool:
    """One place up or down among its like; False at the end."""
    row = _held(category_id)
    moved = ordering.step(_children(row.parent_id), category_id, up)
    then(forget_categories)
    return moved


@unit_of_work
def order_categories(parent_id: int | None, seen: Sequence[int], wanted: Sequence[int]) -> None:
    """The children of a category (None: the top level) in this order, unless they are not what was `seen`."""
    if parent_id is not None:
        _held(parent_id)
    ordering.put(_children(parent_id), seen, wanted)
    then(forget_categories)


@unit_of_work
def move_category(category_id: int, seen: datetime, parent_id: int) -> None:
    """Below another parent of the same level, with all SPUs; BadChain where that would change its level."""
    rows = {row.id: row for row in _locked([category_id, parent_id])}
    row, parent = rows.get(category_id), rows.get(parent_id)
    if row is None or parent is None:
        raise NoSuchCategory(category_id=category_id)
    if row.updated_at != seen:
        raise StaleDesk()
    if parent.level != row.level - 1:
        raise BadChain()
    beside = _children(parent_id)
    _check_name(beside, row.name, row.id)
    row.parent_id, row.sequence, row.updated_at = parent_id, _last(beside) + 1, clock.now()
    db.session.flush()
    above = {"category1_id": parent.parent_id, "category2_id": parent.id}
    values = above if row.level == DEEPEST else {"category1_id": parent.id}
    moved = update(SPU).where(_in(row.id)).values(**values, updated_at=SPU.updated_at)
    db.session.execute(moved.execution_options(synchronize_session=False))
    _tell(row.id)


@unit_of_work
def delete_category(category_id: int) -> None:
    """CategoryInUse says what hangs on it."""
    _held(category_id)
    uses = count_uses(category_id)
    if any(uses.values()):
        raise CategoryInUse(**uses)
    try:
        db.session.execute(delete(Category).where(Category.id == category_id))
    except IntegrityError:  # somebody used it at this moment
        raise CategoryInUse(**uses) from None
    then(forget_categories)


def count_uses(category_id: int) -> dict[str, Any]:
    """How many SPUs, subcategories, channels and spec templates need it."""
    counts = {
        "spus": select(func.count(SPU.id)).where(_in(category_id)),
        "children": select(func.count(Category.id)).where(Category.parent_id == category_id),
        "channels": select(func.count(Channel.id)).where(Channel.category_id == category_id),
        "templates": select(func.count(SpecTemplate.id)).where(SpecTemplate.category_id == category_id),
    }
    return {name: db.session.scalar(query) or 0 for name, query in counts.items()}


def _in(category_id: int) -> Any:
    columns = (SPU.category1_id, SPU.category2_id, SPU.category3_id)
    return or_(*(column == category_id for column in columns))


def _held(category_id: int) -> Category:
    row = lock_category(category_id)
    if row is None:
        raise NoSuchCategory(category_id=category_id)
    return row


def _locked(ids: Sequence[int]) -> list[Category]:
    query = select(Category).where(Category.id.in_(ids)).order_by(Category.id).with_for_update()
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def _children(parent_id: int | None) -> list[Category]:
    """Locked, in their order. Of the top level the locks are all that keeps two from the same name at once."""
    below = Category.parent_id == parent_id if parent_id is not None else Category.parent_id.is_(None)
    query = select(Category).where(below).order_by(Category.id).with_for_update()
    rows = db.session.scalars(query.execution_options(populate_existing=True))
    return sorted(rows, key=lambda row: (row.sequence, row.id))


def _last(rows: Sequence[Category]) -> int:
    return max((row.sequence for row in rows), default=0)


def _check_name(beside: Sequence[Category], name: str, own_id: int) -> None:
    if any(row.name == name and row.id != own_id for row in beside):
        raise NameTaken(name=name)


def _tell(category_id: int) -> None:
    """The tree is read anew; lists and search hear of everything that stands there."""
    db.session.flush()
    then(forget_categories)
    touch_skus(SKU.spu_id.in_(select(SPU.id).where(_in(category_id))))
