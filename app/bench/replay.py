"""The bare-driver limit: the very statements of the verb, learned by listening to it once, sent by the driver alone."""

import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pymysql
from sqlalchemy import event
from sqlalchemy.engine import Engine

from app.shared.prepared import NAMES

ORDER_ID = "order_id"
NAMED = re.compile(r"%\((\w+)\)s")
Fresh = dict[str, str | int]
Source = Callable[[Fresh, int], Any]


class Slot(NamedTuple):
    """Where a parameter comes from: the order at hand, or as it was heard."""

    name: str  # of the parameter in the statement
    value: Any


@dataclass
class Script:
    """Statements in order, each with its parameters; `marks` are the values that belonged to the order heard."""

    marks: Fresh
    statements: list[tuple[str, list[list[Slot]], bool]] = field(default_factory=list)

    def source(self, slot: Slot) -> Source | Any:
        """A function where the parameter differs from order to order, else the value itself."""
        if slot.name.startswith(ORDER_ID):
            return lambda _fresh, order_id: order_id
        for name, mark in self.marks.items():
            if slot.value == mark and type(slot.value) is type(mark):
                return _own(name)
        if isinstance(slot.value, str):
            pattern = slot.value.replace("{", "{{").replace("}", "}}")
            for name, mark in self.marks.items():
                if len(str(mark)) > 8:
                    pattern = pattern.replace(str(mark), "{" + name + "}")
            if "{" in pattern.replace("{{", ""):
                return lambda fresh, _order_id: pattern.format_map(fresh)
        return slot.value


def _own(name: str) -> Source:
    return lambda fresh, _order_id: fresh[name]


@contextmanager
def listening(engine: Engine, script: Script) -> Iterator[None]:
    """Whatever the block sends to the database becomes the script."""

    def hear(_line: object, _cursor: object, statement: str, parameters: Any, context: Any, many: bool) -> None:
        if statement.split(None, 1)[0].upper() in {"BEGIN", "PRAGMA", "ROLLBACK", "SET"}:
            return
        rows = list(parameters) if many else [parameters]
        if isinstance(rows[0], Mapping):
            names = NAMED.findall(statement)
            statement, rows = NAMED.sub("%s", statement), [[row[name] for name in names] for row in rows]
        else:
            named = getattr(context.compiled, "positiontup", None) or context.execution_options.get(NAMES)
            names = list(named or [""] * len(rows[0]))
        told = [[Slot(name, value) for name, value in zip(names, row, strict=True)] for row in rows]
        script.statements.append((statement, told, many))

    event.listen(engine, "before_cursor_execute", hear)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", hear)


def open_line(engine: Engine) -> Any:
    """A connection of the plain driver, set as the mall sets its own."""
    url = engine.url
    if engine.dialect.name == "sqlite":
        line = sqlite3.connect(str(url.database), timeout=15, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=15000"):
            line.execute(f"PRAGMA {pragma}")
        return line
    line = pymysql.connect(
        host=url.host, port=url.port or 3306, user=url.username, password=url.password or "", database=url.database
    )
    line.cursor().execute("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED")
    line.commit()
    return line


def sender(engine: Engine, script: Script) -> Callable[[Fresh], None]:
    """One order a call: every statement of the script, then COMMIT, with no framework between."""
    line = open_line(engine)
    cursor = line.cursor()
    is_sqlite = engine.dialect.name == "sqlite"
    plan = [
        (
            sql,
            [[script.source(Slot(*slot)) for slot in row] for row in rows],
            many,
            sql.startswith("SELECT"),
            "INTO orders " in sql,
        )
        for sql, rows, many in script.statements
    ]

    def send(fresh: Fresh) -> None:
        order_id = 0
        try:
            if is_sqlite:
                cursor.execute("BEGIN IMMEDIATE")
            for sql, sources, many, reads, orders in plan:
                rows = [[each(fresh, order_id) if callable(each) else each for each in row] for row in sources]
                cursor.executemany(sql, rows) if many else cursor.execute(sql, rows[0])
                if reads:
                    cursor.fetchall()
                if orders:
                    order_id = int(cursor.lastrowid)
            line.commit()
        except BaseException:
            line.rollback()
            raise

    return send
