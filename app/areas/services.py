"""Verbs of the divisions."""

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from app.areas import queries, store
from app.areas.errors import AreaInUse, AreaTaken, BadAreaName, BadCode, NoSuchArea, StaleArea
from app.areas.models import Area
from app.areas.policy import CODES, NAME_LONGEST
from app.areas.reading import Division
from app.shared.db import db
from app.shared.uow import then, unit_of_work
from app.shared.upsert import upsert


@unit_of_work
def load_areas(divisions: list[Division]) -> int:
    """Insert or rename the divisions, parents first; safe to repeat. Returns how many were written."""
    rows = [
        {"id": each.id, "name": each.name, "parent_id": each.parent_id, "level": each.level}
        for each in sorted(divisions, key=lambda each: (each.level, each.id))
    ]
    upsert(
        Area,
        rows,
        keys=["id"],
        change=lambda new: {"name": new.name, "parent_id": new.parent_id, "level": new.level},
    )
    then(
        store.forget_areas, sorted({each.parent_id or each.id for each in divisions} | {each.id for each in divisions})
    )
    return len(rows)


@unit_of_work
def add_area(area_id: int, name: str, parent_id: int | None) -> None:
    """A new division below another one, or a province; NoSuchArea, BadCode, BadAreaName, AreaTaken."""
    parent = None if parent_id is None else _lock(parent_id)
    level = 1 if parent is None else parent.level + 1
    if level > 3 or area_id not in CODES:
        raise BadCode()
    tidy = _tidy(name, parent_id)
    if db.session.get(Area, area_id) is not None:
        raise AreaTaken()
    db.session.add(Area(id=area_id, name=tidy, parent_id=parent_id, level=level))
    try:
        db.session.flush()
    except IntegrityError:  # at the same moment: the code is the primary key
        raise AreaTaken() from None
    then(store.forget_areas, [area_id, *([] if parent_id is None else [parent_id])])


@unit_of_work
def rename_area(area_id: int, version: int, name: str) -> None:
    """Another name, for every address that points here; NoSuchArea, StaleArea, BadAreaName."""
    area = _lock(area_id)
    _change(area, version, name=_tidy(name, area.parent_id, area_id))


@unit_of_work
def set_open(area_id: int, version: int, is_open: bool) -> None:
    """Offer it to shoppers again, or no longer; addresses that name it stay. NoSuchArea, StaleArea."""
    _change(_lock(area_id), version, is_open=is_open)


@unit_of_work
def drop_area(area_id: int, version: int) -> None:
    """Forget a division that nothing points at; NoSuchArea, StaleArea, AreaInUse."""
    area = _lock(area_id)
    use = queries.uses_of(area_id)
    if use.total:
        raise AreaInUse(children=use.children, addresses=use.addresses)
    parent_id = area.parent_id
    query = delete(Area).where(Area.id == area_id, Area.version == version)
    try:
        found = db.session.execute(query.execution_options(synchronize_session=False))
    except IntegrityError:  # an address was saved meanwhile: its foreign key holds the division
        raise AreaInUse(children=0, addresses=1) from None
    if found.rowcount != 1:  # type: ignore[attr-defined]  # a DELETE's result has it
        raise StaleArea()
    then(store.forget_areas, [area_id, *([] if parent_id is None else [parent_id])])


def _lock(area_id: int) -> Area:
    area = db.session.get(Area, area_id, with_for_update=True)
    if area is None:
        raise NoSuchArea(area_id=area_id)
    return area


def _change(area: Area, version: int, **values: object) -> None:
    """Compare and set: of two who edit the same version one is told."""
    query = update(Area).where(Area.id == area.id, Area.version == version)
    query = query.values(version=version + 1, **values).execution_options(synchronize_session=False)
    if db.session.execute(query).rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE's result has it
        raise StaleArea()
    then(store.forget_areas, [area.id, *([] if area.parent_id is None else [area.parent_id])])


def _tidy(name: str, parent_id: int | None, own_id: int | None = None) -> str:
    """On one line, of the right length, and not the name of a neighbour."""
    tidy = " ".join(name.split())
    if not tidy or len(tidy) > NAME_LONGEST or not tidy.isprintable():
        raise BadAreaName(most=NAME_LONGEST)
    if queries.find_below(parent_id, tidy) not in (None, own_id):
        raise AreaTaken()
    return tidy
