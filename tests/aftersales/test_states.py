"""The table of states, exhaustively: every pair is tried on a real row, only the allowed ones pass."""

import itertools

import pytest
from flask import Flask

from app.aftersales.errors import IllegalStep
from app.aftersales.models import AfterSale
from app.aftersales.states import ALLOWED, OPEN, Kind, State, may_move
from app.aftersales.words import KIND, SMS, STATE

WISHED = {
    Kind.REFUND: {
        ("asked", "approved"),
        ("asked", "refused"),
        ("asked", "cancelled"),
        ("approved", "paying"),
        ("paying", "paid"),
    },
    Kind.RETURN: {
        ("asked", "approved"),
        ("asked", "refused"),
        ("asked", "cancelled"),
        ("approved", "goods_back"),
        ("goods_back", "paying"),
        ("paying", "paid"),
    },
}


@pytest.mark.parametrize(("kind", "old", "new"), list(itertools.product(Kind, State, State)))
def test_every_pair_of_states(kind: Kind, old: State, new: State) -> None:
    document = AfterSale(kind=kind.value, state=old.value)
    if (old.value, new.value) in WISHED[kind]:
        document.move_to(new)
        assert document.state == new
    else:
        with pytest.raises(IllegalStep):
            document.move_to(new)
        assert document.state == old


def test_every_state_is_reached_and_ends_are_ends() -> None:
    for kind in Kind:
        reached = {State.ASKED}
        for _ in State:
            reached |= {new for old in reached for new in ALLOWED[kind].get(old, ())}
        unreachable = {State.GOODS_BACK} if kind is Kind.REFUND else set()
        assert reached == set(State) - unreachable
        for end in set(State) - OPEN:
            assert not any(may_move(kind, end, new) for new in State)


def test_every_word_is_there(ctx: Flask) -> None:
    assert set(KIND) == set(Kind)
    assert set(STATE) == set(State)
    assert set(SMS) == set(State) - {State.CANCELLED, State.GOODS_BACK}
