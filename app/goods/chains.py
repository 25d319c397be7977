"""Where an SPU stands in the tree: level 3, and the two above it, read under lock. Joins the verb."""

from dataclasses import dataclass

from sqlalchemy import select

from app.goods.errors import BadChain
from app.goods.models import Category
from app.shared.db import db
from app.shared.uow import in_unit_of_work


@dataclass(frozen=True)
class Chain:
    """The three categories of an SPU; 0 for one that was left open and follows from the third."""

    category1_id: int
    category2_id: int
    category3_id: int


def lock_chain(given: Chain) -> Chain:
    """The whole chain, held until the commit, so that nobody moves a category from under a new SPU. BadChain."""
    leaf = lock_category(given.category3_id)
    middle = lock_category(leaf.parent_id) if leaf is not None and leaf.level == 3 else None
    if leaf is None or middle is None or middle.parent_id is None:
        raise BadChain()
    found = Chain(middle.parent_id, middle.id, leaf.id)
    if given.category1_id not in (0, found.category1_id) or given.category2_id not in (0, found.category2_id):
        raise BadChain()
    return found


def lock_category(category_id: int | None) -> Category | None:
    """One row, freshly read."""
    assert in_unit_of_work(), "a lock belongs to a unit of work"
    query = select(Category).where(Category.id == category_id).with_for_update()
    return db.session.scalar(query.execution_options(populate_existing=True))
