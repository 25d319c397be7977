"""The category tree: read in one query, kept in the cache, walked in memory."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypedDict

from sqlalchemy import select

from app.goods.errors import NoSuchCategory
from app.goods.models import Category, Channel, ChannelGroup
from app.shared import kept_pages
from app.shared.cache import forget, remember
from app.shared.db import db

KEPT = "goods.categories"
Row = tuple[int, str, int | None, int, int | None]  # id, name, parent, level, place in the menu


@dataclass(frozen=True)
class Node:
    """A category of the tree."""

    id: int
    name: str
    parent_id: int | None
    level: int


class Link(TypedDict):
    """A category as the menu prints it."""

    id: int
    name: str


class Branch(TypedDict):
    """A level-2 category with what lies below it."""

    id: int
    name: str
    children: list[Link]


class Entry(TypedDict):
    """A channel of the menu: a level-1 category and its branches."""

    category: Link
    children: list[Branch]


class CategoryTree:
    """All categories, in the order of the menu."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.nodes: dict[int, Node] = {}
        self.below: dict[int | None, list[Node]] = {}
        self.channels: list[tuple[int, Node]] = []
        for id_, name, parent_id, level, place in rows:
            node = Node(id=id_, name=name, parent_id=parent_id, level=level)
            self.nodes[id_] = node
            self.below.setdefault(parent_id, []).append(node)
            if place is not None:
                self.channels.append((place, node))

    def get(self, category_id: int) -> Node:
        """NoSuchCategory for an unknown id."""
        if category_id not in self.nodes:
            raise NoSuchCategory(category_id=category_id)
        return self.nodes[category_id]

    def path(self, category_id: int) -> list[Node]:
        """From level 1 down to the category itself."""
        node = self.get(category_id)
        way = [node]
        while node.parent_id is not None:
            node = self.get(node.parent_id)
            way.append(node)
        return way[::-1]

    def children(self, category_id: int) -> list[Node]:
        """What lies directly below."""
        return self.below.get(category_id, [])

    def with_descendants(self, category_id: int) -> list[int]:
        """The category's id and every id below it, at whatever depth."""
        ids = [self.get(category_id).id]
        for each in ids:
            ids.extend(node.id for node in self.children(each))
        return ids

    def menu(self) -> list[Entry]:
        """The channels in their order, each with two levels below: plain values for templates."""
        return [
            {"category": _link(top), "children": [self._branch(second) for second in self.children(top.id)]}
            for _place, top in sorted(self.channels, key=lambda each: (each[0], each[1].id))
        ]

    def _branch(self, node: Node) -> Branch:
        return {"id": node.id, "name": node.name, "children": [_link(third) for third in self.children(node.id)]}


def _link(node: Node) -> Link:
    return {"id": node.id, "name": node.name}


def category_tree() -> CategoryTree:
    """The kept tree, or one query."""
    return CategoryTree(remember(KEPT, read_rows))


def forget_categories() -> None:
    """Drop the kept tree after a change of categories or channels."""
    forget(KEPT)
    kept_pages.drop(KEPT)


def read_rows() -> list[Row]:
    """Every category once, with its place in the menu (channels are ordered by group, then by their own number)."""
    query = (
        select(Category.id, Category.name, Category.parent_id, Category.level, Channel.id.label("channel_id"))
        .outerjoin(Channel, Channel.category_id == Category.id)
        .outerjoin(ChannelGroup, ChannelGroup.id == Channel.group_id)
        .order_by(ChannelGroup.sequence, ChannelGroup.id, Channel.sequence, Category.sequence, Category.id)
    )
    rows: dict[int, Row] = {}
    for place, row in enumerate(db.session.execute(query)):
        shown = place if row.channel_id is not None else None
        rows.setdefault(row.id, (row.id, row.name, row.parent_id, row.level, shown))
    return list(rows.values())
