"""Codes and tokens of the small QQ and the small Gitee: a code lives ten minutes and is good once."""

import hashlib
import secrets
import sqlite3
from dataclasses import dataclass

from app.sandbox.ledger import Ledger
from app.shared import clock

CODE_LIFE_S = 600


@dataclass(frozen=True)
class Person:
    """Somebody with an account elsewhere."""

    key: str
    nickname: str
    gender: str

    def open_id(self, client_id: str) -> str:
        """QQ's name for them in one application: 32 hexadecimal digits."""
        return hashlib.sha256(f"{client_id}:{self.key}".encode()).hexdigest()[:32].upper()

    @property
    def number(self) -> int:
        """Gitee's name for them."""
        return 1_000_000 + int(hashlib.sha256(self.key.encode()).hexdigest()[:6], 16)


PEOPLE = {
    person.key: person
    for person in (
        Person("xiaoming", "小明同学", "男"),
        Person("lily", "Lily", "女"),
        Person("laowang", "老王 13800138000", "男"),
        Person("script", "<script>alert('嗨')</script>", "男"),
        Person("nameless", "", "男"),
    )
}


@dataclass(frozen=True)
class Grant:
    """What one person let one application have."""

    code: str
    client_id: str
    redirect_uri: str
    person: Person
    fault: str
    created_at: float
    used_at: float | None
    access_token: str
    refresh_token: str

    @property
    def is_old(self) -> bool:
        return clock.now().timestamp() > self.created_at + CODE_LIFE_S

    def fails(self, step: str) -> str:
        """How this step is to go wrong; "" when it is not."""
        where, _, how = self.fault.partition(":")
        return how if where == step else ""


def give_code(ledger: Ledger, provider: str, client_id: str, redirect_uri: str, person: str, fault: str) -> str:
    """A new code for the browser to carry."""
    code = secrets.token_hex(16).upper()
    with ledger.writing() as connection:
        connection.execute(
            "INSERT INTO grants (code, provider, client_id, redirect_uri, person, fault, created_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (code, provider, client_id, redirect_uri, person, fault, clock.now().timestamp()),
        )
    return code


def find(ledger: Ledger, provider: str, **by: str) -> Grant | None:
    """By one of code, access_token, refresh_token."""
    ((column, value),) = by.items()
    assert column in {"code", "access_token", "refresh_token"}
    with ledger.reading() as connection:
        query = f"SELECT * FROM grants WHERE provider = ? AND {column} = ?"  # noqa: S608  # one of three names
        row = connection.execute(query, (provider, value)).fetchone()
    return None if row is None else _grant(row)


def use_code(ledger: Ledger, grant: Grant) -> bool:
    """True for the first who comes with the code."""
    with ledger.writing() as connection:
        done = connection.execute(
            "UPDATE grants SET used_at = ? WHERE code = ? AND used_at IS NULL", (clock.now().timestamp(), grant.code)
        )
        return done.rowcount == 1


def give_tokens(ledger: Ledger, grant: Grant) -> Grant:
    """New tokens in place of older ones: a refresh token is used up each time."""
    access, refresh = secrets.token_hex(16).upper(), secrets.token_hex(16).upper()
    with ledger.writing() as connection:
        connection.execute(
            "UPDATE grants SET access_token = ?, refresh_token = ? WHERE code = ?", (access, refresh, grant.code)
        )
        row = connection.execute("SELECT * FROM grants WHERE code = ?", (grant.code,)).fetchone()
    return _grant(row)


def _grant(row: sqlite3.Row) -> Grant:
    return Grant(
        code=row["code"],
        client_id=row["client_id"],
        redirect_uri=row["redirect_uri"],
        person=PEOPLE.get(row["person"], PEOPLE["nameless"]),
        fault=row["fault"],
        created_at=row["created_at"],
        used_at=row["used_at"],
        access_token=row["access_token"] or "",
        refresh_token=row["refresh_token"] or "",
    )
