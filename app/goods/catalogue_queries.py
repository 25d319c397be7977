"""Reads of the tree and the menu for their desks: fresh rows, not the kept tree."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from app.goods.errors import NoSuchCategory
from app.goods.models import SPU, Category, Channel, ChannelGroup
from app.shared.db import db


@dataclass(frozen=True)
class Child:
    """A category in the list of a level, with how many lie below it and how many SPUs stand in it."""

    id: int
    name: str
    below: int
    spus: int


@dataclass(frozen=True)
class Step:
    """A category on the way down."""

    id: int
    name: str


@dataclass(frozen=True)
class Level:
    """What lies below a category; `at` None is the top."""

    at: int | None
    depth: int
    way: Sequence[Step]
    children: Sequence[Child]


@dataclass(frozen=True)
class CategoryNode:
    """One category with its way, and where it could be moved to."""

    id: int
    name: str
    parent_id: int | None
    level: int
    updated_at: datetime
    way: Sequence[Step]
    parents: Sequence[tuple[int, str]]


@dataclass(frozen=True)
class MenuChannel:
    """A channel in its group."""

    id: int
    category_id: int
    name: str


@dataclass(frozen=True)
class MenuGroup:
    """A channel group with its channels in order."""

    id: int
    name: str
    updated_at: datetime
    channels: Sequence[MenuChannel]


@dataclass(frozen=True)
class Menu:
    """The whole menu; `free` are level-1 categories that are no channel yet."""

    groups: Sequence[MenuGroup]
    free: Sequence[tuple[int, str]]


def get_level(at: int | None) -> Level:
    """The children of a category; NoSuchCategory."""
    way = _way(at) if at is not None else []
    under = aliased(Category)
    below = select(func.count(under.id)).where(under.parent_id == Category.id).scalar_subquery()
    column = (SPU.category1_id, SPU.category2_id, SPU.category3_id)[min(len(way), 2)]
    spus = select(func.count(SPU.id)).where(column == Category.id).scalar_subquery()
    query = select(Category.id, Category.name, below.label("below"), spus.label("spus"))
    query = query.where(Category.parent_id == at if at is not None else Category.parent_id.is_(None))
    found = db.session.execute(query.order_by(Category.sequence, Category.id))
    return Level(at, len(way) + 1, way, [Child(**row._mapping) for row in found])


def get_category(category_id: int) -> CategoryNode:
    """One category; NoSuchCategory."""
    row = db.session.get(Category, category_id)
    if row is None:
        raise NoSuchCategory(category_id=category_id)
    above = aliased(Category)
    query = (
        select(Category.id, Category.name, above.name.label("above"))
        .outerjoin(above, above.id == Category.parent_id)
        .where(Category.level == row.level - 1)
        .order_by(above.sequence, above.id, Category.sequence, Category.id)
    )
    parents = [(each.id, " / ".join(filter(None, (each.above, each.name)))) for each in db.session.execute(query)]
    return CategoryNode(row.id, row.name, row.parent_id, row.level, row.updated_at, _way(category_id), parents)


def get_menu() -> Menu:
    """Groups, their channels, and what could become one."""
    groups = db.session.scalars(select(ChannelGroup).order_by(ChannelGroup.sequence, ChannelGroup.id)).all()
    query = select(Category.id, Category.name, Channel.id.label("channel_id"), Channel.group_id)
    query = query.outerjoin(Channel, Channel.category_id == Category.id).where(Category.level == 1)
    lines = db.session.execute(query.order_by(Channel.sequence, Channel.id, Category.sequence, Category.id)).all()
    return Menu(
        [
            MenuGroup(
                group.id,
                group.name,
                group.updated_at,
                [MenuChannel(line.channel_id, line.id, line.name) for line in lines if line.group_id == group.id],
            )
            for group in groups
        ],
        [(line.id, line.name) for line in lines if line.channel_id is None],
    )


def _way(category_id: int) -> list[Step]:
    """From the top down to the category itself, at most three steps."""
    way: list[Step] = []
    wanted: int | None = category_id
    while wanted is not None:
        row = db.session.execute(
            select(Category.id, Category.name, Category.parent_id).where(Category.id == wanted)
        ).first()
        if row is None:
            raise NoSuchCategory(category_id=category_id)
        way.insert(0, Step(row.id, row.name))
        wanted = row.parent_id
    return way
