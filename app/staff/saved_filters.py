"""Filters that staff keep for themselves: read by every list, kept and dropped by their owner alone."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import delete, func, select

from app.shared.db import db
from app.shared.errors import BadValue, NotFound
from app.shared.uow import unit_of_work
from app.shared.upsert import upsert
from app.staff.errors import TooManyFilters
from app.staff.models import SavedFilter

MOST = 20  # of one person on one list
TITLE_LONGEST = 30
QUERY_LONGEST = 500


@dataclass(frozen=True)
class Saved:
    """A kept filter; `query` begins with its question mark."""

    id: int
    title: str
    query: str


def saved_filters(user_id: int, page: str) -> list[Saved]:
    """What this member of staff kept for that list."""
    found = select(SavedFilter.id, SavedFilter.title, SavedFilter.query)
    mine = (SavedFilter.user_id == user_id, SavedFilter.page == page)
    return [Saved(*row) for row in db.session.execute(found.where(*mine).order_by(SavedFilter.id))]


@unit_of_work
def keep_filter(user_id: int, page: str, title: str, query: str) -> None:
    """Keep it under this name; the same name again is kept anew."""
    title, query = title.strip(), _clean(query)
    if not 0 < len(title) <= TITLE_LONGEST or len(query) > QUERY_LONGEST or not 0 < len(page) <= 64:
        raise BadValue()
    mine = (SavedFilter.user_id == user_id, SavedFilter.page == page, SavedFilter.title != title)
    if (db.session.scalar(select(func.count()).where(*mine)) or 0) >= MOST:
        raise TooManyFilters(most=MOST)
    row = {"user_id": user_id, "page": page, "title": title, "query": query}
    upsert(SavedFilter, [row], keys=["user_id", "page", "title"], change=lambda new: {"query": new.query})


@unit_of_work
def drop_filter(user_id: int, filter_id: int) -> None:
    """Forget one of one's own."""
    mine = (SavedFilter.id == filter_id, SavedFilter.user_id == user_id)
    gone = db.session.execute(delete(SavedFilter).where(*mine).execution_options(synchronize_session=False))
    if not gone.rowcount:  # type: ignore[attr-defined]  # a DELETE's result has it
        raise NotFound()


def _clean(query: str) -> str:
    """A query written anew, so that it can never be more than a query."""
    try:
        return f"?{urlencode(parse_qsl(query.lstrip('?'), max_num_fields=30))}"
    except ValueError:
        raise BadValue() from None
