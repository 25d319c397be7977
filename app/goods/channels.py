"""Verbs of the home page's menu: channel groups, and the level-1 categories that are channels in them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from app.goods import ordering
from app.goods.categories import forget_categories
from app.goods.checks import NAME_LONGEST, check_text
from app.goods.errors import BadChain, GroupInUse, NameTaken, NoSuchChannel, StaleDesk
from app.goods.models import Category, Channel, ChannelGroup
from app.shared import clock
from app.shared.db import db
from app.shared.uow import then, unit_of_work


@unit_of_work
def add_group(name: str) -> int:
    """A group at the end; NameTaken. Its id."""
    rows = _groups()
    row = ChannelGroup(name=check_text(name, NAME_LONGEST, "name"), sequence=_last(rows) + 1)
    _add(row, name)
    return row.id


@unit_of_work
def rename_group(group_id: int, seen: datetime, name: str) -> None:
    """Another name, unless somebody changed the group since it was `seen` (StaleDesk)."""
    row = _group(group_id)
    if row.updated_at != seen:
        raise StaleDesk()
    row.name, row.updated_at = check_text(name, NAME_LONGEST, "name"), clock.now()
    _add(row, name)


@unit_of_work
def step_group(group_id: int, up: bool) -> bool:
    """One place up or down; False at the end."""
    _group(group_id)
    moved = ordering.step(_groups(), group_id, up)
    then(forget_categories)
    return moved


@unit_of_work
def order_groups(seen: Sequence[int], wanted: Sequence[int]) -> None:
    """All groups in this order, unless they are not what was `seen`."""
    ordering.put(_groups(), seen, wanted)
    then(forget_categories)


@unit_of_work
def delete_group(group_id: int) -> None:
    """GroupInUse says how many channels it has."""
    _group(group_id)
    count = db.session.scalar(select(func.count(Channel.id)).where(Channel.group_id == group_id)) or 0
    if count:
        raise GroupInUse(channels=count)
    try:
        db.session.execute(delete(ChannelGroup).where(ChannelGroup.id == group_id))
    except IntegrityError:  # a channel came at this moment
        raise GroupInUse(channels=1) from None
    then(forget_categories)


@unit_of_work
def add_channel(group_id: int, category_id: int) -> int:
    """A level-1 category at the end of a group; it may stand in one group only (NameTaken). Its id."""
    _group(group_id)
    category = db.session.scalar(select(Category).where(Category.id == category_id).with_for_update())
    if category is None or category.level != 1:
        raise BadChain()
    if db.session.scalar(select(Channel.id).where(Channel.category_id == category_id)):
        raise NameTaken(name=category.name)
    row = Channel(group_id=group_id, category_id=category_id, sequence=_last(_channels(group_id)) + 1)
    _add(row, category.name)
    return row.id


@unit_of_work
def step_channel(channel_id: int, up: bool) -> bool:
    """One place up or down in its group; False at the end."""
    moved = ordering.step(_channels(_channel(channel_id).group_id), channel_id, up)
    then(forget_categories)
    return moved


@unit_of_work
def order_channels(group_id: int, seen: Sequence[int], wanted: Sequence[int]) -> None:
    """The channels of a group in this order, unless they are not what was `seen`."""
    _group(group_id)
    ordering.put(_channels(group_id), seen, wanted)
    then(forget_categories)


@unit_of_work
def move_channel(channel_id: int, group_id: int) -> None:
    """To the end of another group."""
    _group(group_id)
    row = _channel(channel_id)
    row.group_id, row.sequence = group_id, _last(_channels(group_id)) + 1
    db.session.flush()
    then(forget_categories)


@unit_of_work
def delete_channel(channel_id: int) -> None:
    """Out of the menu; the category stays."""
    row = _channel(channel_id)
    db.session.execute(delete(Channel).where(Channel.id == row.id))
    then(forget_categories)


def _add(row: ChannelGroup | Channel, name: str) -> None:
    db.session.add(row)
    try:
        db.session.flush()
    except IntegrityError:
        raise NameTaken(name=name) from None
    then(forget_categories)


def _group(group_id: int) -> ChannelGroup:
    query = select(ChannelGroup).where(ChannelGroup.id == group_id).with_for_update()
    row = db.session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise NoSuchChannel(group_id=group_id)
    return row


def _channel(channel_id: int) -> Channel:
    query = select(Channel).where(Channel.id == channel_id).with_for_update()
    row = db.session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise NoSuchChannel(channel_id=channel_id)
    return row


def _groups() -> list[ChannelGroup]:
    query = select(ChannelGroup).order_by(ChannelGroup.id).with_for_update()
    return sorted(db.session.scalars(query), key=lambda row: (row.sequence, row.id))


def _channels(group_id: int) -> list[Channel]:
    query = select(Channel).where(Channel.group_id == group_id).order_by(Channel.id).with_for_update()
    return sorted(db.session.scalars(query), key=lambda row: (row.sequence, row.id))


def _last(rows: Sequence[ChannelGroup] | Sequence[Channel]) -> int:
    return max((row.sequence for row in rows), default=0)
