"""The phone of a member of staff: its codes, as often as a test needs one."""

import re

from flask import Flask
from sqlalchemy import update

from app.shared import clock, tokens, totp
from app.shared.db import db
from app.shared.uow import unit_of_work
from app.staff import queries
from app.staff.models import StaffTotp
from app.staff.second_factor import SEAL
from tests.factories.world import Person


def secret_of(app: Flask, person: Person) -> str:
    """What the phone has scanned."""
    with app.app_context():
        secret = tokens.unseal(SEAL, queries.sealed_secret(person.id) or "")
    assert secret is not None
    return secret


def code_now(app: Flask, person: Person) -> str:
    """The code on the phone, as if the earlier ones had been used long ago."""
    with app.app_context():
        unit_of_work(lambda: db.session.execute(update(StaffTotp).values(last_step=0)))()
    return totp.code_of(secret_of(app, person), totp.step_at(clock.now()))


def draft_on(page: str) -> tuple[str, str]:
    """(the signed draft in the form, the secret to type) of the page with the QR picture."""
    token = re.search(r'name="draft" value="([^"]+)"', page)
    secret = re.search(r"<code>([A-Z2-7 ]{39})</code>", page)
    assert token is not None, page
    assert secret is not None, page
    return token[1], secret[1].replace(" ", "")


def recovery_on(page: str) -> list[str]:
    """The recovery codes of the page that shows them."""
    return re.findall(r"<code>([A-Z2-9]{4}(?:-[A-Z2-9]{4}){2})</code>", page)
