"""Accounts disabled by staff: out at once, with a reason, and back again."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.shared.db import db
from app.shared.errors import DomainError, NotFound, NotPossible
from app.shared.uow import unit_of_work
from app.users import disabling, forgetting
from app.users.disabling import By
from app.users.errors import OwnAccount, ReasonNeeded, StaffAccount
from app.users.guessing import Caller
from app.users.models import SecurityEvent, SignIn, User
from app.users.person_card import get_person, newest_events, past_sign_ins
from tests.factories.world import Person
from tests.pages import PageClient

BY = By(None, Caller("127.0.0.1", "test"))


def test_out_at_once_and_no_way_in(app: Flask, lily: Person, lily_client: PageClient) -> None:
    assert lily_client.json("GET", "/info/")[0] == 200
    with app.app_context():
        assert disabling.disable(lily.id, "  refund \n fraud ", BY) == 1
        card = get_person(lily.id)
        assert (card.is_active, card.disabled_reason, card.disabled_at is None) == (False, "refund fraud", False)
        assert [each.ended_reason for each in past_sign_ins(lily.id)] == ["account_disabled"]
        assert newest_events(lily.id)[0].kind == "account_disabled"
    assert lily_client.json("GET", "/info/")[0] == 401
    again = PageClient(app)
    assert again.json("POST", "/login/", {"username": lily.username, "password": lily.password})[0] == 400
    with app.app_context():
        disabling.enable(lily.id, BY)
        assert get_person(lily.id).disabled_reason == ""
    again.sign_in(lily.username, lily.password)


@pytest.mark.parametrize("reason", ["", "   ", "x" * 201])
def test_a_reason_is_wanted(app: Flask, lily: Person, reason: str) -> None:
    with app.app_context():
        with pytest.raises(ReasonNeeded):
            disabling.disable(lily.id, reason, BY)
        assert get_person(lily.id).is_active


def test_colleagues_oneself_and_who_has_left_are_refused(app: Flask, lily: Person, tom: Person, fred: Person) -> None:
    with app.app_context():
        unit_of_work(forgetting.forget_person)(fred.id)
        verbs = (lambda who, by: disabling.disable(who, "why", by), disabling.enable, disabling.end_sign_ins)
        for verb in verbs:
            with pytest.raises(StaffAccount):
                verb(tom.id, BY)
            with pytest.raises(OwnAccount):
                verb(lily.id, By(lily.id, BY.caller))
            for gone in (fred.id, 10**9):
                with pytest.raises(NotFound):
                    verb(gone, BY)
        with pytest.raises(NotPossible):
            disabling.enable(lily.id, BY)


def test_devices_are_signed_out_and_may_come_back(app: Flask, lily: Person, lily_client: PageClient) -> None:
    other = PageClient(app)
    other.sign_in(lily.username, lily.password)
    with app.app_context():
        assert disabling.end_sign_ins(lily.id, BY) == 2
    for client in (lily_client, other):
        assert client.json("GET", "/info/")[0] == 401
    other.sign_in(lily.username, lily.password)


def test_of_two_who_disable_at_once_one_is_told_that_it_is_so(app: Flask, lily: Person) -> None:
    start, said = threading.Barrier(4), []

    def press() -> None:
        with app.app_context():
            start.wait(10)
            try:
                disabling.disable(lily.id, "why", BY)
                said.append("done")
            except DomainError as problem:
                said.append(type(problem).__name__)

    all_four = [threading.Thread(target=press) for _ in range(4)]
    for each in all_four:
        each.start()
    for each in all_four:
        each.join(30)
    assert sorted(said) == ["NotPossible", "NotPossible", "NotPossible", "done"]
    with app.app_context():
        kinds = db.session.scalars(select(SecurityEvent.kind).where(SecurityEvent.user_id == lily.id)).all()
    assert list(kinds).count("account_disabled") == 1


def test_a_sign_in_on_its_way_while_the_door_shuts_stays_outside(app: Flask, lily: Person) -> None:
    """Whoever signs in holds the account's row; of the two orders neither leaves an open sign-in behind."""
    start = threading.Barrier(2)

    def enter() -> None:
        start.wait(10)
        PageClient(app).json("POST", "/login/", {"username": lily.username, "password": lily.password})

    def shut() -> None:
        with app.app_context():
            start.wait(10)
            disabling.disable(lily.id, "why", BY)

    both = [threading.Thread(target=each) for each in (enter, shut)]
    for each in both:
        each.start()
    for each in both:
        each.join(30)
    with app.app_context():
        live = select(SignIn.id).where(SignIn.user_id == lily.id, SignIn.ended_at.is_(None))
        assert db.session.scalars(live).all() == []
        assert not db.session.get_one(User, lily.id).is_active


def test_the_card_costs_three_statements(app: Flask, lily: Person, count_queries: Callable[[], Any]) -> None:
    with count_queries() as counted, app.app_context():
        get_person(lily.id)
        past_sign_ins(lily.id)
        newest_events(lily.id)
    assert len(counted.sql) == 3
