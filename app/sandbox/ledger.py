"""The sandbox's own SQLite file: trades, refunds, notices, messages, pay addresses; nothing of the mall."""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS trades (
    trade_no TEXT PRIMARY KEY,
    out_trade_no TEXT NOT NULL,
    twin INTEGER NOT NULL DEFAULT 0,          -- 1: the second payment of "pay twice"
    subject TEXT NOT NULL,
    body TEXT NOT NULL DEFAULT '',
    passback_params TEXT NOT NULL DEFAULT '',
    total_fen INTEGER NOT NULL CHECK (total_fen > 0),
    status TEXT NOT NULL,
    notify_url TEXT NOT NULL DEFAULT '',
    return_url TEXT NOT NULL DEFAULT '',
    time_expire REAL,                         -- times are seconds since 1970
    created_at REAL NOT NULL,
    paid_at REAL,
    closed_at REAL,
    UNIQUE (out_trade_no, twin)
);
CREATE TABLE IF NOT EXISTS refunds (
    trade_no TEXT NOT NULL REFERENCES trades (trade_no),
    out_request_no TEXT NOT NULL,
    fen INTEGER NOT NULL CHECK (fen > 0),
    reason TEXT NOT NULL DEFAULT '',
    refunded_at REAL NOT NULL,
    PRIMARY KEY (trade_no, out_request_no)
);
CREATE TABLE IF NOT EXISTS notices (
    id INTEGER PRIMARY KEY,
    notify_id TEXT NOT NULL,
    trade_no TEXT NOT NULL,
    out_trade_no TEXT NOT NULL,
    url TEXT NOT NULL,
    fields TEXT NOT NULL,                     -- JSON, unsigned: notify_time and sign are added at each try
    state TEXT NOT NULL DEFAULT 'open',       -- open, done, given_up
    due_at REAL NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    claimed_until REAL NOT NULL DEFAULT 0,
    last_at REAL,
    last_answer TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS notices_due ON notices (state, due_at);
CREATE INDEX IF NOT EXISTS notices_trade ON notices (out_trade_no);
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY,
    recipient TEXT NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    sent_at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS messages_recipient ON messages (recipient, id);
CREATE TABLE IF NOT EXISTS letters (          -- the other face of a mail, beside its line in messages
    message_id INTEGER PRIMARY KEY REFERENCES messages (id),
    subject TEXT NOT NULL,
    html TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS pay_urls (
    out_trade_no TEXT PRIMARY KEY,
    url TEXT NOT NULL,
    seen_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS grants (
    code TEXT PRIMARY KEY,                    -- what a small QQ or Gitee gave a browser to bring to the shop
    provider TEXT NOT NULL,
    client_id TEXT NOT NULL,
    redirect_uri TEXT NOT NULL,
    person TEXT NOT NULL,
    fault TEXT NOT NULL DEFAULT '',           -- which step of the way is to go wrong, and how
    created_at REAL NOT NULL,
    used_at REAL,
    access_token TEXT UNIQUE,
    refresh_token TEXT UNIQUE
);
"""

BUSY_S = 15.0


class Ledger:
    """One connection per use; safe with several web worker processes (WAL, busy timeout, BEGIN IMMEDIATE)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._ready_in: int | None = None  # the process that has seen the schema

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection for reads only."""
        with closing(self._connect()) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction that holds the write lock from its first statement; commits at the end, undoes on error."""
        with closing(self._connect()) as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def _connect(self) -> sqlite3.Connection:
        if self._ready_in != os.getpid() or not self.path.exists():
            self._create()
        return self._open()

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=BUSY_S, isolation_level=None)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection

    def _create(self) -> None:
        """Under a file lock: switching a new file to WAL from two processes at once ends in "database is locked"."""
        handle = os.open(self.path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            with closing(self._open()) as connection:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.executescript(SCHEMA)
        finally:
            os.close(handle)
        self._ready_in = os.getpid()
