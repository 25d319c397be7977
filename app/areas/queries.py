"""Reads of the divisions: lists for the picker, the way up from one, and whether three levels belong together."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from app.areas.errors import NoSuchArea, WrongArea
from app.areas.models import Area
from app.areas.policy import MOST_COUNTED
from app.shared.db import db


@dataclass(frozen=True)
class AreaName:
    """A division as pickers and addresses show it."""

    id: int
    name: str


def provinces() -> list[AreaName]:
    """The 34 provinces in the order of their codes, without closed ones."""
    query = select(Area.id, Area.name).where(Area.parent_id.is_(None), Area.is_open).order_by(Area.id)
    return [AreaName(id=row.id, name=row.name) for row in db.session.execute(query)]


def get_area(area_id: int) -> AreaName:
    """One division; NoSuchArea for an unknown code."""
    row = db.session.execute(select(Area.id, Area.name).where(Area.id == area_id)).first()
    if row is None:
        raise NoSuchArea(area_id=area_id)
    return AreaName(id=row.id, name=row.name)


def children(area_id: int) -> list[AreaName]:
    """What is offered directly below, in the order of the codes; empty for a district and a city without districts."""
    query = select(Area.id, Area.name).where(Area.parent_id == area_id, Area.is_open).order_by(Area.id)
    return [AreaName(id=row.id, name=row.name) for row in db.session.execute(query)]


def path(area_id: int) -> list[AreaName]:
    """From the province down to the division, in one statement; NoSuchArea for an unknown code."""
    above, top = aliased(Area), aliased(Area)
    row = db.session.execute(
        select(top.id, top.name, above.id, above.name, Area.id, Area.name)
        .select_from(Area)
        .outerjoin(above, above.id == Area.parent_id)
        .outerjoin(top, top.id == above.parent_id)
        .where(Area.id == area_id)
    ).first()
    if row is None:
        raise NoSuchArea(area_id=area_id)
    levels: tuple[tuple[int | None, str], ...] = ((row[0], row[1]), (row[2], row[3]), (row[4], row[5]))
    return [AreaName(id=id_, name=name) for id_, name in levels if id_ is not None]


def names(area_ids: Iterable[int]) -> dict[int, str]:
    """Names by code in one statement; unknown codes are absent."""
    wanted = set(area_ids)
    if not wanted:
        return {}
    return {row.id: row.name for row in db.session.execute(select(Area.id, Area.name).where(Area.id.in_(wanted)))}


def check_chain(province_id: int, city_id: int | None, district_id: int | None) -> None:
    """WrongArea unless each is open and lies in the one before; only a level with nothing to choose may be left out."""
    given = [area_id for area_id in (province_id, city_id, district_id) if area_id is not None]
    if city_id is None and district_id is not None:
        raise WrongArea()
    query = select(Area.id, Area.parent_id).where(Area.id.in_(given), Area.is_open)
    found = {row.id: row.parent_id for row in db.session.execute(query)}
    parent: int | None = None
    for area_id in given:
        if area_id not in found or found[area_id] != parent:
            raise WrongArea()
        parent = area_id
    below = select(Area.id).where(Area.parent_id == parent, Area.is_open).limit(1)
    if len(given) < 3 and db.session.scalar(below) is not None:
        raise WrongArea()


@dataclass(frozen=True)
class AreaCard:
    """A division in the tree of staff."""

    id: int
    name: str
    level: int
    parent_id: int | None
    is_open: bool
    version: int
    below: int  # how many lie directly below


@dataclass(frozen=True)
class Uses:
    """What points at a division; each number stops at MOST_COUNTED."""

    children: int
    addresses: int

    @property
    def total(self) -> int:
        return self.children + self.addresses


def cards(parent_id: int | None) -> list[AreaCard]:
    """What lies directly below a division, or the provinces, closed ones too; in one statement."""
    return _cards(Area.parent_id.is_(None) if parent_id is None else Area.parent_id == parent_id)


def find_cards(words: str) -> list[AreaCard]:
    """Divisions by a part of their name, or by their code."""
    if words.isascii() and words.isdigit() and len(words) < 12:
        return _cards(Area.id == int(words))
    return _cards(Area.name.contains(words, autoescape=True))


def find_below(parent_id: int | None, name: str) -> int | None:
    """The code of a neighbour that has this name."""
    level = Area.parent_id.is_(None) if parent_id is None else Area.parent_id == parent_id
    return db.session.scalar(select(Area.id).where(level, Area.name == name).limit(1))


def uses_of(area_id: int) -> Uses:
    """Rows of any table that point here: this room does not know who they are, the foreign keys do."""
    numbers = {True: 0, False: 0}
    for table in Area.metadata.tables.values():
        for column in table.columns:
            if any(key.column is Area.__table__.c.id for key in column.foreign_keys):
                some = select(column).where(column == area_id).limit(MOST_COUNTED).subquery()
                count = db.session.scalar(select(func.count()).select_from(some)) or 0
                numbers[table is Area.__table__] += count
    return Uses(children=numbers[True], addresses=numbers[False])


def _cards(where: ColumnElement[bool]) -> list[AreaCard]:
    child = aliased(Area)
    below = select(func.count()).where(child.parent_id == Area.id).correlate(Area).scalar_subquery()
    columns = (Area.id, Area.name, Area.level, Area.parent_id, Area.is_open, Area.version)
    query = select(*columns, below).where(where).order_by(Area.id).limit(MOST_COUNTED)
    return [AreaCard(*row) for row in db.session.execute(query)]
