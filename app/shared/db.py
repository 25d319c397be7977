"""The database handle, the declarative Base and the column vocabulary every table is written in."""

import logging
import sqlite3
import time
from contextvars import ContextVar
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any

from flask import Flask, current_app
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BigInteger, DateTime, Dialect, Engine, Integer, MetaData, Numeric, String, Text, event
from sqlalchemy.dialects import mysql
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column
from sqlalchemy.types import TypeDecorator, TypeEngine

from app.shared import clock
from app.shared.money import from_fen, to_fen

log = logging.getLogger(__name__)

MYSQL = ("mysql", "mariadb")
TRUSTED_S = 1.0  # a connection that rested longer is asked whether it still lives
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Money(TypeDecorator[Decimal]):
    """Yuan: NUMERIC(10,2) on MariaDB, whole fen as INTEGER on SQLite, where NUMERIC would be a float."""

    impl = Numeric(10, 2)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(BigInteger() if dialect.name == "sqlite" else Numeric(10, 2))

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if not isinstance(value, Decimal):
            raise TypeError(f"money is Decimal, not {type(value).__name__}")
        fen = to_fen(value)
        return fen if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        if value is None:
            return None
        return from_fen(value) if dialect.name == "sqlite" else Decimal(value).quantize(Decimal("0.01"))


class When(TypeDecorator[datetime]):
    """A moment: aware UTC in Python, DATETIME(6) in UTC in the database."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(mysql.DATETIME(fsp=6) if dialect.name in MYSQL else DateTime())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError("a naive time has no place here")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


def key(length: int) -> String:
    """Numbers, tokens, open ids: compared byte by byte on both engines."""
    binary = mysql.VARCHAR(length, charset="utf8mb4", collation="utf8mb4_bin")
    return String(length).with_variant(binary, *MYSQL)


def long_text() -> Text:
    """Descriptions: MEDIUMTEXT on MariaDB, where TEXT ends at 64 KiB."""
    return Text().with_variant(mysql.MEDIUMTEXT(charset="utf8mb4", collation="utf8mb4_unicode_ci"), *MYSQL)


BIG = BigInteger().with_variant(Integer(), "sqlite")  # SQLite counts up only an INTEGER key

pk = Annotated[int, mapped_column(BIG, primary_key=True, autoincrement=True)]
money = Annotated[Decimal, mapped_column(Money())]
when = Annotated[datetime, mapped_column(When())]
created_at = Annotated[datetime, mapped_column(When(), default=clock.now)]
updated_at = Annotated[datetime, mapped_column(When(), default=clock.now, onupdate=clock.now)]
str20 = Annotated[str, mapped_column(String(20))]
str32 = Annotated[str, mapped_column(String(32))]
str64 = Annotated[str, mapped_column(String(64))]
str100 = Annotated[str, mapped_column(String(100))]
str200 = Annotated[str, mapped_column(String(200))]
str255 = Annotated[str, mapped_column(String(255))]
# names that are unique among their like: a server's collation must not decide what equals what
exact20 = Annotated[str, mapped_column(key(20))]
exact64 = Annotated[str, mapped_column(key(64))]
key32 = Annotated[str, mapped_column(key(32))]
key64 = Annotated[str, mapped_column(key(64))]
key100 = Annotated[str, mapped_column(key(100))]


class Base(DeclarativeBase):
    """Every table's base; a house test keeps relationships `lazy="raise"` and foreign keys indexed."""

    metadata = MetaData(naming_convention=NAMING)
    __table_args__: Any = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        cls.__table_args__ = _with_mysql_options(cls.__dict__.get("__table_args__", ()))
        super().__init_subclass__(**kwargs)


def _with_mysql_options(args: Any) -> tuple[Any, ...]:
    """InnoDB and utf8mb4 for every table, whatever the server's defaults."""
    options = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_unicode_ci"}
    constraints = tuple(arg for arg in args if not isinstance(arg, dict)) if isinstance(args, tuple) else ()
    return (*constraints, options)


db = SQLAlchemy(model_class=Base, disable_autonaming=True)


def install_sqlite_hooks(engine: Engine, busy_ms: int = 15_000) -> None:
    """WAL, foreign keys, and our own BEGIN: pysqlite's own one silently loses updates (546 of 800 in the trial)."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def connect(raw: sqlite3.Connection, _record: object) -> None:
        raw.isolation_level = None
        cursor = raw.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", f"busy_timeout={busy_ms}"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {mode}")


def install_mariadb_hooks(engine: Engine) -> None:
    """Two round trips less a transaction: a ping only after an idle spell, no ROLLBACK of what was just committed."""
    if engine.dialect.name not in MYSQL:
        return

    @event.listens_for(engine, "begin")
    def begin(line: Connection) -> None:
        line.info["open"] = True

    event.listen(engine, "commit", _ended)
    event.listen(engine, "rollback", _ended)

    @event.listens_for(engine, "reset")
    def reset(raw: Any, record: Any, _state: object) -> None:
        if record.info.pop("open", True):
            raw.rollback()

    @event.listens_for(engine, "checkin")
    def checkin(_raw: object, record: Any) -> None:
        record.info["idle_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def checkout(raw: Any, record: Any, _proxy: object) -> None:
        if time.monotonic() - record.info.get("idle_since", 0.0) < TRUSTED_S:
            return
        try:
            engine.dialect.do_ping(raw)
        except Exception as problem:
            raise DisconnectionError from problem  # the pool opens another


# the connection of the unit of work in hand; nobody but it sets this
unit_line: ContextVar[Connection | None] = ContextVar("unit_line", default=None)


def sees_the_present(session: Session) -> bool:
    """Is a transaction open that has only read, and in which each statement has a snapshot of its own?

    Outside a unit of work nobody locks or writes, so under READ COMMITTED such a transaction is as good as a new one.
    """
    if not session.in_transaction():
        return False
    options = current_app.config["SQLALCHEMY_ENGINE_OPTIONS"]
    return bool(options.get("isolation_level") == "READ COMMITTED" and db.engine.dialect.name in MYSQL)


def _ended(line: Connection) -> None:
    """Of a line that broke there is nothing left to say."""
    if not line.invalidated:
        line.info["open"] = False


def end_sessions_quietly(app: Flask) -> None:
    """A line that broke while a request was only reading must not turn its finished answer into a 500."""

    @app.teardown_appcontext
    def let_go(_problem: BaseException | None) -> None:
        try:
            db.session.remove()
        except DBAPIError as problem:
            log.warning("a session ended with its line: %s", problem.orig)
            db.session.registry.clear()
