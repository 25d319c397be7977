"""Proof as commands: what load tests need, never in production."""

import json
import secrets
import sys
from dataclasses import asdict
from typing import TextIO
from urllib.parse import urlsplit

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from app.bench import orders, pages, pages_ground, web
from app.bench.desks import explaining, measuring, report, repricing, staff, walking
from app.bench.fill import filling, people, rest
from app.bench.ground import NoGround
from app.bench.shoppers import session_cookie
from app.goods import guards
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


@cli.command("orders")
@click.option("--guard", "chosen", multiple=True, type=click.Choice(guards.NAMES), help="Only these guards.")
@click.option("--buyers", type=click.IntRange(1, 256), default=32, show_default=True)
@click.option("--processes", type=click.IntRange(1, 8), default=2, show_default=True)
@click.option("--seconds", type=click.FloatRange(0.2, 60), default=5.0, show_default=True, help="Of each run.")
@click.option("--url", help="Also over HTTP at this running mall, which uses the same database (loopback only).")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def bench_orders(
    chosen: tuple[str, ...], buyers: int, processes: int, seconds: float, url: str | None, as_json: bool
) -> None:
    """Orders a second by each guard, beside the same statements sent by the driver alone; and pieces oversold."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # the proxy's own way out
    if app.config["MALL_MODE"] == "production":
        raise click.ClickException("a load test writes thousands of orders: not in production")
    if url is not None and urlsplit(url).hostname not in web.LOOPBACK:
        raise click.ClickException("only a mall on this machine is put under load")
    try:
        bench = orders.Bench(app, orders.Plan(chosen or guards.NAMES, buyers, processes, seconds, url))
        lines = list(bench.lines())
    except NoGround as problem:
        raise click.ClickException(str(problem)) from None
    about = {**bench.about, "buyers": buyers, "processes": processes, "seconds": seconds}
    if as_json:
        click.echo(json.dumps({**about, "runs": [asdict(line) for line in lines]}, ensure_ascii=False, indent=2))
        return
    click.echo(", ".join(f"{name}: {value}" for name, value in about.items()))
    click.echo(orders.table(lines))


@cli.command("pages")
@click.option("--kind", "kinds", multiple=True, type=click.Choice(pages.KINDS), help="Only this kind of worker.")
@click.option("--clients", type=click.IntRange(1, 64), default=2, show_default=True)
@click.option("--workers", type=click.IntRange(1, 8), default=2, show_default=True)
@click.option("--threads", type=click.IntRange(1, 16), default=4, show_default=True)
@click.option("--seconds", type=click.FloatRange(0.2, 60), default=4.0, show_default=True, help="Of each line.")
@click.option("--only", default="", help="Only pages whose name has this in it.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def bench_pages(
    kinds: tuple[str, ...], clients: int, workers: int, threads: int, seconds: float, only: str, as_json: bool
) -> None:
    """Times of pages and requests a second, warm, under a gunicorn of its own; and bare views beside them."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # the proxy's own way out
    try:
        wanted = pages_ground.cases(app, people=app.config["MALL_MODE"] != "production")
    except NoGround as problem:
        raise click.ClickException(str(problem)) from None
    about = {**pages_ground.describe(), "clients": clients, "workers": workers, "threads": threads, "seconds": seconds}
    wanted = [case for case in wanted if only in case.name]
    load = pages.Load(clients, seconds)
    lines = list(pages.measure(wanted, kinds or pages.KINDS, load, workers, threads))
    if as_json:
        runs = [{**asdict(line), "ratio": line.ratio} for line in lines]
        click.echo(json.dumps({**about, "runs": runs}, ensure_ascii=False, indent=2))
        return
    click.echo(", ".join(f"{name}: {value}" for name, value in about.items()))
    click.echo(pages.table(lines))


@cli.command("fill")
@click.option("--orders", "orders_", type=click.IntRange(1, 10_000_000), default=1_000_000, show_default=True)
@click.option("--users", type=click.IntRange(1, 1_000_000), default=200_000, show_default=True)
@click.option("--seed", type=click.IntRange(0, 999), default=1, show_default=True, help="The same seed, the same shop.")
def fill(orders_: int, users: int, seed: int) -> None:
    """Two years of trade over the goods that are there. Broken off or repeated, it adds what is missing."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # the proxy's own way out
    if app.config["MALL_MODE"] == "production":
        raise click.ClickException("made-up orders have no place among real ones: not in production")
    try:
        plan = filling.make_plan(orders_, users, seed)
    except NoGround as problem:
        raise click.ClickException(str(problem)) from None
    actor = filling.staff_name()
    with click.progressbar(length=users, label="users ") as bar:
        bar.update(min(users, people.count(plan)))
        new_users = people.fill(plan, bar.update)
    with click.progressbar(length=orders_, label="orders") as bar:
        new_orders = filling.fill_orders(app, plan, actor, bar.update)
    with click.progressbar(length=rest.size(plan), label="rest  ") as bar:
        rest.fill(plan, actor, bar.update)
    filling.refresh_statistics()
    click.echo(f"{new_users} new users, {new_orders} new orders; seed {seed} now has {users} users, {orders_} orders")


@cli.command("admin")
@click.option("--clients", type=click.IntRange(1, 16), default=2, show_default=True)
@click.option("--seconds", type=click.FloatRange(0.1, 30), default=1.0, show_default=True, help="Of each kind of page.")
@click.option("--least", type=click.IntRange(1, 1000), default=10, show_default=True, help="Requests of a connection.")
@click.option("--only", default="", help="Only pages whose address has this in it.")
@click.option("--explain", is_flag=True, help="Do not measure: name the statements that read whole tables.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def bench_admin(clients: int, seconds: float, least: int, only: str, explain: bool, as_json: bool) -> None:
    """Every list, filter, sort, deep page and detail of the back office, found by walking it, and its times."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # the proxy's own way out
    if app.config["MALL_MODE"] == "production":
        raise click.ClickException("a walk signs an owner in without being asked: not in production")
    try:
        cookie = staff.owner_cookie(app)
    except NoGround as problem:
        raise click.ClickException(str(problem)) from None
    explainer = explaining.Explainer() if explain else None
    walk = walking.Walker(app, cookie, explainer.hear if explainer else None).go(only)
    if explainer is not None:
        findings = sorted(explainer.findings.values(), key=lambda each: -each.rows)
        click.echo(report.findings(findings, as_json))
        return
    load = pages.Load(clients, seconds, warm_rounds=1, least=least)
    cases = list(walk.cases.values())
    lines: list[measuring.Line] = []
    with click.progressbar(length=len(cases), label="pages", file=sys.stderr) as bar:
        for line in measuring.measure(cases, cookie, load, 2, 4):
            lines.append(line)
            bar.update(1)
    about = {**pages_ground.describe(), "orders": filling.count_orders(), "clients": clients, "seconds": seconds}
    if not only:
        about |= {f"1,000 prices, {name}": value for name, value in asdict(repricing.measure()).items()}
    click.echo(report.measured(about, lines, list(walk.refused.values()), as_json))


def _person(batch: str, first: int, n: int) -> tuple[str, str]:
    """A name and a number of the 199 range that no other batch is likely to have."""
    return f"bench-{batch}-{n:05d}", f"199{(first + n) % 10**8:08d}"
