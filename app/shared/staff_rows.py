"""Reading a list of the admin site: only the shown columns, by key, never the whole table counted."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.orm import InstrumentedAttribute

from app.shared.db import db
from app.shared.errors import BadValue
from app.shared.keyset import Order, read_cursor, write_cursor
from app.shared.staff_columns import Col
from app.shared.staff_lists import LONGEST_VALUE, Filter, NotUnderstood

PAGE = 50
COUNTED = 1000  # beyond, a list says "more than"
EXPORTED = 100_000
CURSORS = ("after", "before")


@dataclass(frozen=True)
class Rows:
    """A page of rows; the cursors lead on, empty where nothing follows."""

    rows: Sequence[Any] = ()
    newer: str = ""
    older: str = ""
    count: int = 0
    is_capped: bool = False


@dataclass
class Asked:
    """What an address asks of a list, and the statement that answers it."""

    base: Select[Any]  # already narrowed, without columns of its own
    pk: Any
    columns: Sequence[Col]
    needs_too: Sequence[Any]
    filters: Sequence[Filter]
    default_sort: tuple[str, str]
    args: Mapping[str, str]
    found: ColumnElement[bool] | None = None  # what the search box adds
    faults: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.args = {name: value.strip() for name, value in self.args.items() if value.strip()}
        self.faults = {name for name, value in self.args.items() if name not in CURSORS and len(value) > LONGEST_VALUE}
        clauses = [] if self.found is None else [self.found]
        for each in self.filters:
            try:
                clauses += each.clauses(self.args)
            except NotUnderstood as problem:
                self.faults.add(problem.name)
        self.clauses = clauses
        self.order = self._order()

    def _order(self) -> Order:
        name, way = self.default_sort
        asked = self.args.get("sort", "")
        sources = {col.key: col.source for col in self.columns if col.sorts}
        if asked.lstrip("-") in sources and asked.count("-") <= 1:
            name, way = asked.lstrip("-"), "desc" if asked.startswith("-") else "asc"
        elif asked:
            self.faults.add("sort")
        by = self.pk if name == "id" else {col.key: col.source for col in self.columns}[name]
        return Order(by, self.pk, way == "desc")

    @property
    def sort(self) -> str:
        """The sort in force, as the address writes it."""
        name, way = self.default_sort
        return self.args.get("sort") or (f"-{name}" if way == "desc" else name)

    def statement(self) -> Select[Any]:
        """All rows without order and limit: the key, the shown columns, and what cells need beside."""
        chosen = {"id": self.pk}
        chosen.update({col.key: col.source for col in self.columns if col.source is not None})
        for each in self.needs_too:
            chosen.setdefault(each.key, each)
        labelled = [self._labelled(name, source) for name, source in chosen.items()]
        return self.base.with_only_columns(*labelled, self.order.by.label("sorted_by"))

    def rows(self, place: tuple[Any, int] | None = None, backwards: bool = False) -> Select[Any]:
        """The same in order, those that fit; behind a place (before it: backwards) where one is given."""
        return self._ordered(self.statement(), place, backwards)

    def _ordered(self, asked: Select[Any], place: tuple[Any, int] | None, backwards: bool) -> Select[Any]:
        if place is None:
            return self.order.sorted(asked.where(*self.clauses), backwards)
        clauses, lead = self.order.seeking(self.clauses)
        return self.order.sorted(asked.where(*clauses, self.order.behind(*place, backwards)), backwards, lead)

    @staticmethod
    def _labelled(name: str, source: Any) -> Any:
        if isinstance(source, InstrumentedAttribute) and source.key == name:
            return source
        return source.label(name)

    def page(self) -> Rows:
        """One page, with where it goes on. Nothing is asked while a filter is not understood."""
        if self.faults:
            return Rows()
        back, cursor = "before" in self.args, self.args.get("before") or self.args.get("after")
        asked = self.rows(read_cursor(cursor) if cursor else None, back).limit(PAGE + 1)
        try:
            rows = list(db.session.execute(asked).all())
        except DBAPIError:
            raise
        except StatementError:
            raise BadValue() from None  # a cursor of another sort
        more, rows = len(rows) > PAGE, rows[:PAGE]
        if back:
            rows.reverse()
        count = self._count()
        if not rows:
            return Rows(count=min(count, COUNTED), is_capped=count > COUNTED)
        first, last = (write_cursor(row.sorted_by, row.id) for row in (rows[0], rows[-1]))
        newer = first if (more if back else bool(cursor)) else ""
        older = last if (more or back) else ""
        return Rows(rows, newer, older, min(count, COUNTED), count > COUNTED)

    def _count(self) -> int:
        some = self.base.with_only_columns(self.pk).where(*self.clauses).limit(COUNTED + 1).subquery()
        return db.session.scalar(select(func.count()).select_from(some)) or 0

    def beside(self, which: ColumnElement[bool], told: Any) -> tuple[Any, Any]:
        """`told` of the rows before and after this one in the list, None at its ends.

        The row itself need not fit any more: who sends the first of what waits goes on with the second.
        """
        here = db.session.execute(self.base.with_only_columns(self.order.by, self.pk).where(which)).first()
        if here is None or self.faults:
            return None, None
        found = []
        for backwards in (True, False):
            asked = self._ordered(self.base.with_only_columns(told), (here[0], here[1]), backwards)
            found.append(db.session.scalar(asked.limit(1)))
        return found[0], found[1]

    def all(self, most: int = EXPORTED) -> Iterator[Any]:
        """Every row that fits, in order, page by page."""
        cursor: tuple[Any, int] | None = None
        while not self.faults and most > 0:
            rows = db.session.execute(self.rows(cursor).limit(min(most, COUNTED))).all()
            yield from rows
            most -= len(rows)
            if len(rows) < COUNTED:
                return
            cursor = rows[-1].sorted_by, rows[-1].id

    def address(self, **changes: str | None) -> str:
        """The query of this list with some parts changed; cursors go away with everything else that changes."""
        kept = {name: value for name, value in self.args.items() if name not in CURSORS}
        kept |= {name: value for name, value in changes.items() if value}
        left = {name: value for name, value in kept.items() if changes.get(name, value)}
        return f"?{urlencode(left)}" if left else "?"

    def chips(self) -> list[tuple[str, str]]:
        """(words, address without it) of everything that is chosen."""
        return [
            (words, self.address(**{name: None}))
            for each in self.filters
            for name, words in each.chosen(self.args)
            if name not in self.faults
        ]
