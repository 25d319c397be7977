"""Commands of the room."""

import click
from flask import current_app
from flask.cli import AppGroup

from app.shared import passwords
from app.shared.errors import DomainError
from app.shared.sweeps import Sweep
from app.users import notices, policy, queries, security_log, seeding, services
from app.users.addresses import AddressValues

FORGET = Sweep("users.forget-old-events", security_log.forget_old, every_s=300)
NOTICES = Sweep("users.stock-notices", notices.sweep, every_s=60)
cli = AppGroup("users", help="Accounts: staff, and the demo's people.")

DEMO_MOBILES = {"shopper": "18800000001", "staff": "18800000002"}


@cli.command("create-staff")
@click.argument("name")
@click.argument("mobile")
@click.option("--password", envvar="STAFF_PASSWORD", prompt=True, hide_input=True, confirmation_prompt=True)
def create_staff(name: str, mobile: str, password: str) -> None:
    """A staff account; the password is asked for, or read from STAFF_PASSWORD."""
    if not policy.is_username(name):
        raise click.ClickException("NAME: 5 to 20 letters, digits, _ or -, and not like a mobile number")
    if not policy.is_mobile(mobile):
        raise click.ClickException("MOBILE: eleven digits, 13… to 19…")
    if not policy.is_password(password) or policy.is_guessable(password, name, mobile):
        raise click.ClickException("the password must have 8 to 64 characters and not be easy to guess")
    try:
        user_id = services.register(name, mobile, passwords.hash_password(password), is_staff=True)
    except DomainError as problem:
        raise click.ClickException(str(problem)) from None
    click.echo(f"staff account {name} made (id {user_id})")


@cli.command("create-demo")
def create_demo() -> None:
    """The demo's shopper and staff member; safe to repeat, refused in production."""
    if current_app.config["MALL_MODE"] == "production":
        raise click.ClickException("demo accounts have published passwords: not in production")
    for role, (name, password) in current_app.config["DEMO_ACCOUNTS"].items():
        known = queries.find_account(username=name)
        if known is None:
            hashed = passwords.hash_password(password)
            user_id = services.register(name, DEMO_MOBILES[role], hashed, is_staff=role == "staff")
        else:
            user_id = known.id
        if role == "shopper":
            _give_address(user_id)
        click.echo(f"{role} {name} is ready")


def _give_address(user_id: int) -> None:
    """One address, if she has none and the areas are loaded."""
    place = seeding.find_place()
    if place is None or queries.address_cards(user_id):
        return
    values = AddressValues("李莉", *place, place="美多路 8 号院 2 号楼 301", mobile=DEMO_MOBILES["shopper"], title="家")
    services.add_address(user_id, values)
