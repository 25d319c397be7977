"""What the database reads for a page: each of its statements explained, and those named that read a whole table."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event, func, select, table, text
from sqlalchemy.engine import Connection

from app.shared.db import MYSQL, db

LARGE = 5000  # rows; below, reading all of a table is the right way
SLOW_WORDS = ("Using filesort", "Using temporary")
SHOWN = 160


@dataclass(frozen=True)
class Finding:
    """One table of one statement that is read in a costly way."""

    page: str
    table: str
    how: str
    rows: int
    statement: str


class Explainer:
    """Stands between a walker and the mall: `hear` runs the page and then explains what it asked."""

    def __init__(self) -> None:
        self.findings: dict[tuple[str, str, str], Finding] = {}
        self.explained: set[str] = set()
        self.is_mysql = db.engine.dialect.name in MYSQL
        self.large = {} if self.is_mysql else _sizes()

    def hear(self, page: str, fetch: Callable[[], Any]) -> Any:
        """Fetch it and note the statements."""
        asked: list[tuple[str, Any]] = []

        def note(_line: object, _cursor: object, statement: str, values: Any, *_: object) -> None:
            if statement.lstrip().upper().startswith(("SELECT", "WITH")):
                asked.append((statement, values))

        engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            answer = fetch()
        finally:
            event.remove(engine, "before_cursor_execute", note)
        with engine.connect() as line:
            for statement, values in asked:
                for finding in self._explain(line, page, statement, values):
                    self.findings.setdefault((finding.statement, finding.table, finding.how), finding)
        return answer

    def _explain(self, line: Connection, page: str, statement: str, values: Any) -> list[Finding]:
        shape = f"{kind_of_page(page)} {statement}"
        if shape in self.explained:
            return []
        self.explained.add(shape)
        said = " ".join(statement.split())
        if not self.is_mysql:
            plan = line.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
            return [finding for row in plan if (finding := self._scan(page, str(row[3]), said))]
        plan = line.exec_driver_sql(f"EXPLAIN {statement}", values)
        return [finding for row in plan.mappings() if (finding := _costly(page, dict(row), said))]

    def _scan(self, page: str, detail: str, said: str) -> Finding | None:
        """SQLite: `SCAN orders` reads all of it; with an index it may still stop at a LIMIT."""
        words = detail.split()
        if words[:1] != ["SCAN"] or "USING" in words or len(words) < 2:
            return None
        rows = self.large.get(words[1], 0)
        return Finding(page, words[1], "whole table", rows, said[:SHOWN]) if rows >= LARGE else None


def _costly(page: str, row: dict[str, Any], said: str) -> Finding | None:
    """MariaDB: a whole table, a whole index, or a sort of many rows; estimates, as the optimizer has them."""
    # a filter by row numbers says `136 (3%)`
    rows, extra = int(str(row.get("rows") or 0).split()[0]), str(row.get("Extra") or "")
    if rows < LARGE or str(row.get("table") or "").startswith("<"):
        return None
    ways = {"ALL": "whole table", "index": "whole index"}
    how = ways.get(str(row.get("type")), "")
    if how == "whole index" and " LIMIT " in said and " WHERE " not in said:
        how = ""  # it stops at the limit
    sorts = ", ".join(word for word in SLOW_WORDS if word in extra)
    if not how and not sorts:
        return None
    key = f" {row['key']}" if row.get("key") else ""
    return Finding(page, str(row["table"]), f"{how or row.get('type')}{key} {sorts}".strip(), rows, said[:SHOWN])


def kind_of_page(page: str) -> str:
    """Pages of one path share their statements."""
    return page.partition("?")[0]


def _sizes() -> dict[str, int]:
    with db.engine.connect() as line:
        names = [row[0] for row in line.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))]
        return {name: _rows(line, name) for name in names}


def _rows(line: Connection, name: str) -> int:
    return int(line.execute(select(func.count()).select_from(table(name))).scalar_one())
