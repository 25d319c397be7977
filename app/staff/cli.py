"""Commands about staff: accounts and roles under `flask users`, the log under `flask audit`; and who types them."""

import functools
import getpass
import os
from collections.abc import Callable
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from app.shared import passwords
from app.shared.acting import Act, acting
from app.shared.errors import DomainError
from app.shared.web import say
from app.staff import chain, queries, second_factor, services
from app.staff.policy import OWNER
from app.users import policy, seeding
from app.users import queries as accounts
from app.users import services as users
from app.users.addresses import AddressValues
from app.users.guessing import Caller

cli = AppGroup("audit", help="The log of everything staff changed.")

HERE = Caller("", "flask")
DEMO_MOBILES = {"shopper": "18800000001", "staff": "18800000002"}
# Commands that are no act of staff, and why: the machine types them, or they refuse production.
NO_ACT = {
    "bench": "load tests, refused in production",
    "chaos": "load tests, refused in production",
    "db": "the schema, not the books",
    "sweeps": "the scheduler: nobody types it",
}


@cli.command("verify")
def verify() -> None:
    """Walk the chain from its beginning; exit 1 and name the first entry that is not as it was written."""
    broken = chain.first_broken()
    if broken is not None:
        raise click.ClickException("entry {} {}".format(*broken))
    number, last = chain.end()
    click.echo(f"{number} entries, each as it was written; the last one's hash is {last}")


@click.command("create-staff")
@click.argument("name")
@click.argument("mobile")
@click.option("--role", "roles", multiple=True, help="A role to begin with, as often as needed.")
@click.option("--password", envvar="STAFF_PASSWORD", prompt=True, hide_input=True, confirmation_prompt=True)
@with_appcontext
def create_staff(name: str, mobile: str, roles: tuple[str, ...], password: str) -> None:
    """A staff account; the password is asked for, or read from STAFF_PASSWORD."""
    if not policy.is_username(name):
        raise click.ClickException("NAME: 5 to 20 letters, digits, _ or -, and not like a mobile number")
    if not policy.is_mobile(mobile):
        raise click.ClickException("MOBILE: eleven digits, 13… to 19…")
    if not policy.is_password(password) or policy.is_guessable(password, name, mobile):
        raise click.ClickException("the password must have 8 to 64 characters and not be easy to guess")
    services.make_ready_roles()
    known = [role.name for role in queries.roles()]
    if not set(roles) <= set(known):
        raise click.ClickException(f"--role: one of {', '.join(known)}")
    try:
        user_id = users.register(name, mobile, passwords.hash_password(password), is_staff=True)
        for role in roles:
            services.grant(user_id, role, None)
    except DomainError as problem:
        raise click.ClickException(say(problem)) from None
    click.echo(f"staff account {name} made (id {user_id})")
    if not roles:
        click.echo(f"It has no role yet and sees nothing: flask users grant {name} ROLE ({', '.join(known)})")


@click.command("create-demo")
@with_appcontext
def create_demo() -> None:
    """The demo's shopper and owner; safe to repeat, refused in production."""
    if current_app.config["MALL_MODE"] == "production":
        raise click.ClickException("demo accounts have published passwords: not in production")
    services.make_ready_roles()
    for role, (name, password) in current_app.config["DEMO_ACCOUNTS"].items():
        known = accounts.find_account(username=name)
        if known is None:
            hashed = passwords.hash_password(password)
            user_id = users.register(name, DEMO_MOBILES[role], hashed, is_staff=role == "staff")
        else:
            user_id = known.id
        if role == "shopper":
            _give_address(user_id)
        else:
            services.grant(user_id, OWNER, None)
            if queries.sealed_secret(user_id) is None:
                second_factor.enrol(user_id, current_app.config["DEMO_TOTP_SECRET"], 0, HERE)
        click.echo(f"{role} {name} is ready")


@click.command("refuse-demo")
@with_appcontext
def refuse_demo() -> None:
    """Exit 1 while an account can be entered with a published demo password: production does not start with it."""
    for name, password in current_app.config["PUBLISHED_ACCOUNTS"].items():
        known = accounts.find_account(username=name)
        if known is not None and known.is_active and passwords.is_right(known.password_hash, password):
            raise click.ClickException(f"the account {name} has the published demo password: change it first")


@click.command("reset-totp")
@click.argument("name")
@with_appcontext
def reset_totp(name: str) -> None:
    """Forget the second factor of the staff account NAME and end its sign-ins; the next sign-in sets up another."""
    user_id = queries.find_staff(name)
    if user_id is None:
        raise click.ClickException(f"no staff account {name}")
    had = services.reset_factor(user_id, None, HERE)
    click.echo(f"{name} {'sets up another second factor at the next sign-in' if had else 'had no second factor'}")


def _give_address(user_id: int) -> None:
    """One address, if she has none and the areas are loaded."""
    place = seeding.find_place()
    if place is None or accounts.address_cards(user_id):
        return
    values = AddressValues("李莉", *place, place="美多路 8 号院 2 号楼 301", mobile=DEMO_MOBILES["shopper"], title="家")
    users.add_address(user_id, values)


def _change(verb: Callable[[int, str, int | None], bool], name: str, role: str) -> bool:
    services.make_ready_roles()
    user_id = queries.find_staff(name)
    if user_id is None:
        raise click.ClickException(f"no staff account {name}")
    if role not in {each.name for each in queries.roles()}:
        raise click.ClickException(f"ROLE: one of {', '.join(each.name for each in queries.roles())}")
    try:
        return verb(user_id, role, None)
    except DomainError as problem:
        raise click.ClickException(say(problem)) from None


@click.command("grant")
@click.argument("name")
@click.argument("role")
@with_appcontext
def grant(name: str, role: str) -> None:
    """Give the staff account NAME a ROLE."""
    is_new = _change(services.grant, name, role)
    click.echo(f"{name} {'is' if is_new else 'was already'} {role}")


@click.command("revoke")
@click.argument("name")
@click.argument("role")
@with_appcontext
def revoke(name: str, role: str) -> None:
    """Take a ROLE from the staff account NAME; the last owner stays."""
    had = _change(services.revoke, name, role)
    click.echo(f"{name} {'is no longer' if had else 'was not'} {role}")


OF_USERS = (create_staff, create_demo, refuse_demo, grant, revoke, reset_totp)


def mount(app: Flask) -> None:
    """The commands in their groups, and every command of every room as an act that the log tells of."""
    users_group = app.cli.commands["users"]
    assert isinstance(users_group, click.Group)
    for command in OF_USERS:
        users_group.add_command(command)
    app.cli.add_command(cli)
    for name, found in app.cli.commands.items():
        if name not in NO_ACT:
            _watch(found, f"flask {name}")


def _watch(command: click.Command, path: str) -> None:
    if isinstance(command, click.Group):
        for name, child in command.commands.items():
            _watch(child, f"{path} {name}")
    if command.callback is not None and not getattr(command.callback, "is_act", False):
        command.callback = _as_act(command.callback, path)


def _as_act(callback: Callable[..., Any], path: str) -> Callable[..., Any]:
    @functools.wraps(callback)
    def typed(*args: Any, **kwargs: Any) -> Any:
        with acting(Act(f"cli:{_system_user()}", path)):
            return callback(*args, **kwargs)

    typed.is_act = True  # type: ignore[attr-defined]  # read by the next mount and a house test
    return typed


def _system_user() -> str:
    """Who typed it, as the system knows them; a container may know a number only."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())
