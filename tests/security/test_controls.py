"""The controls of the races of accounts: the same crowd, looking first and writing after it, all get through.

Beside test_acc_4_… and test_race_50_uses_of_one_token_…; those of codes and pictures stand in tests/verifications.
"""

import threading
from collections import Counter
from collections.abc import Callable

from flask import Flask
from sqlalchemy import select, update

from app.shared.db import db
from app.shared.passwords import hash_password
from app.shared.uow import unit_of_work
from app.users import passwords_lost, queries
from app.users.models import User
from tests.factories.world import Person
from tests.pages import PageClient
from tests.users.post import at_once
from tests.users.test_passwords_lost import proven

CROWD = 50


def test_control_of_fifty_who_look_first_all_see_a_free_name_and_number(app: Flask) -> None:
    """What a check before the insert is worth: every one of them would go on to write."""
    looked = threading.Barrier(CROWD)

    def look() -> tuple[int, int]:
        seen = queries.count_username("alice_01"), queries.count_mobile("13900000001")
        db.session.close()  # fewer lines than lookers
        looked.wait(30)  # nobody writes before all have looked, as in a rush
        return seen

    assert at_once(app, [look] * CROWD) == [(0, 0)] * CROWD


def test_control_looking_at_a_token_and_writing_after_it_lets_fifty_in(
    app: Flask, client: PageClient, lily: Person
) -> None:
    token, looked = proven(client, lily), threading.Barrier(CROWD)
    with app.app_context():
        hashes = [hash_password(f"a thoughtful phrase {n}") for n in range(3)]

    @unit_of_work
    def write(new: str) -> None:
        db.session.execute(update(User).where(User.id == lily.id).values(password_hash=new))

    def two_steps(number: int) -> Callable[[], str]:
        def run() -> str:
            passwords_lost.check_password_token(token)
            db.session.close()
            looked.wait(30)
            write(hashes[number % 3])
            return "in"

        return run

    assert Counter(at_once(app, [two_steps(n) for n in range(CROWD)])) == {"in": CROWD}
    with app.app_context():
        assert db.session.scalar(select(User.password_hash).where(User.id == lily.id)) in hashes
