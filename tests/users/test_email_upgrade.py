"""Addresses that were confirmed before they were unique: the oldest account keeps one, the others confirm another."""

from alembic import command
from flask import Flask
from sqlalchemy import insert, select, text

from app.shared.db import db
from tests.house import test_migrations
from tests.house.test_migrations import alembic_config
from tests.house.test_upgrades import MOMENT, reflected

scratch = test_migrations.scratch  # the fixture: an empty database of its own
PEOPLE = [("A@b.example", True), ("a@B.example", True), ("c@b.example", False), (None, False)]


def test_of_one_address_the_oldest_account_is_the_owner(scratch: Flask) -> None:
    settings = alembic_config(scratch)
    command.upgrade(settings, "0005")
    moments = {"created_at": text(f"'{MOMENT}'"), "updated_at": text(f"'{MOMENT}'")}
    with db.engine.connect() as connection:
        for n, (email, is_verified) in enumerate(PEOPLE):
            facts = {
                "username": f"lily{n}",
                "username_key": f"lily{n}",
                "mobile": f"1380000000{n}",
                "password_hash": "x",
            }
            more = {"email": email, "email_verified": is_verified, "is_active": True, "is_staff": False}
            connection.execute(insert(reflected("users")).values(**facts, **more, **moments))
        connection.commit()
    command.upgrade(settings, "0006")
    users = reflected("users").c
    with db.engine.connect() as connection:
        rows = connection.execute(select(users.email_verified, users.verified_email).order_by(users.id)).all()
    assert [(bool(row[0]), row[1]) for row in rows] == [
        (True, "a@b.example"),
        (False, None),
        (False, None),
        (False, None),
    ]
    command.downgrade(settings, "0005")
    assert "email_nonce" not in reflected("users").c
