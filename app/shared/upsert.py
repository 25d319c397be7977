"""Insert-or-change in one statement on either engine: no read before it, so nothing to race with."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy.dialects.mysql import insert as mysql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from app.shared.db import MYSQL, Base, db


def upsert(
    model: type[Base],
    rows: Sequence[Mapping[str, Any]],
    *,
    keys: Sequence[str],
    change: Callable[[Any], Mapping[str, Any]],
) -> None:
    """Insert the rows; where `keys` (a unique constraint) are taken, set what `change(proposed row)` says.

    MariaDB takes any unique key for the clash, SQLite exactly `keys`: give a table's only one.
    """
    if not rows:
        return
    table: Any = model.__table__
    if db.session.get_bind().dialect.name in MYSQL:
        mysql = mysql_insert(table)
        db.session.execute(mysql.on_duplicate_key_update(dict(change(mysql.inserted))), list(rows))
    else:
        sqlite = sqlite_insert(table)
        statement = sqlite.on_conflict_do_update(index_elements=list(keys), set_=dict(change(sqlite.excluded)))
        db.session.execute(statement, list(rows))
