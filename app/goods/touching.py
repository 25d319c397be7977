"""What is shown of SKUs changed though no column of theirs did: brand, category, SPU. Joins the verb."""

from sqlalchemy import ColumnElement, select, update

from app.goods.models import SKU
from app.goods.signals import MOST_NAMED, tell_changed
from app.shared import clock
from app.shared.db import db
from app.shared.uow import in_unit_of_work


def touch_skus(where: ColumnElement[bool]) -> None:
    """News of them for after the commit; the time of the edit moves, so that a sweep finds those who missed it."""
    assert in_unit_of_work(), "news follows a commit"
    touched = update(SKU).where(where).values(updated_at=clock.now())
    db.session.execute(touched.execution_options(synchronize_session=False))
    tell_changed(db.session.scalars(select(SKU.id).where(where).limit(MOST_NAMED + 1)))
