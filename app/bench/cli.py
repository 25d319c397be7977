"""Proof as commands: what load tests need, never in production."""

import json
import secrets
from typing import TextIO

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from app.bench.shoppers import session_cookie
from app.shared import passwords
from app.users import seeding

cli = AppGroup("bench", help="Things for load tests; refused in production.")

AT_ONCE = 200
MOST = 99_999


@cli.command("shoppers")
@click.argument("number", type=click.IntRange(1, MOST))
@click.argument("file", type=click.File("w", encoding="utf-8"))
def shoppers(number: int, file: TextIO) -> None:
    """Make NUMBER ready shoppers and write each to FILE as one JSON line: username, password, cookies."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # the proxy's own way out
    if app.config["MALL_MODE"] == "production":
        raise click.ClickException("ready-made shoppers have written-down passwords: not in production")
    place = seeding.find_place()
    if place is None:
        raise click.ClickException("no areas yet: run `flask areas load` first")
    password = secrets.token_urlsafe(12)
    hashed = passwords.hash_password(password)  # one for all: a thousand would take minutes
    batch, first = secrets.token_hex(3), secrets.randbelow(10**8)
    with click.progressbar(range(0, number, AT_ONCE), label="shoppers") as starts:
        for start in starts:
            people = [_person(batch, first, n) for n in range(start, min(start + AT_ONCE, number))]
            for ready in seeding.make_shoppers(people, hashed, place):
                line = {"username": ready.username, "password": password, "cookies": session_cookie(app, ready)}
                file.write(json.dumps(line) + "\n")
    click.echo(f"{number} shoppers written")


def _person(batch: str, first: int, n: int) -> tuple[str, str]:
    """A name and a number of the 199 range that no other batch is likely to have."""
    return f"bench-{batch}-{n:05d}", f"199{(first + n) % 10**8:08d}"
