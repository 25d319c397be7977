"""Reads of the divisions: lists for the picker, the way up from one, and whether three levels belong together."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.areas.errors import NoSuchArea, WrongArea
from app.areas.models import Area
from app.shared.db import db


@dataclass(frozen=True)
class AreaName:
    """A division as pickers and addresses show it."""

    id: int
    name: str


def provinces() -> list[AreaName]:
    """The 34 provinces in the order of their codes."""
    query = select(Area.id, Area.name).where(Area.parent_id.is_(None)).order_by(Area.id)
    return [AreaName(id=row.id, name=row.name) for row in db.session.execute(query)]


def get_area(area_id: int) -> AreaName:
    """One division; NoSuchArea for an unknown code."""
    row = db.session.execute(select(Area.id, Area.name).where(Area.id == area_id)).first()
    if row is None:
        raise NoSuchArea(area_id=area_id)
    return AreaName(id=row.id, name=row.name)


def children(area_id: int) -> list[AreaName]:
    """What lies directly below, in the order of the codes; empty for a district and for a city without districts."""
    query = select(Area.id, Area.name).where(Area.parent_id == area_id).order_by(Area.id)
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
    """WrongArea unless each lies in the one before; only a level that has nothing to choose may be left out."""
    given = [area_id for area_id in (province_id, city_id, district_id) if area_id is not None]
    if city_id is None and district_id is not None:
        raise WrongArea()
    found = {
        row.id: row.parent_id for row in db.session.execute(select(Area.id, Area.parent_id).where(Area.id.in_(given)))
    }
    parent: int | None = None
    for area_id in given:
        if area_id not in found or found[area_id] != parent:
            raise WrongArea()
        parent = area_id
    if len(given) < 3 and db.session.scalar(select(Area.id).where(Area.parent_id == parent).limit(1)) is not None:
        raise WrongArea()
