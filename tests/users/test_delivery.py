"""What an order copies of an address."""

import pytest
from flask import Flask

from app.shared.errors import NotFound
from app.users import addresses, delivery
from tests.factories.world import Person, World


def test_it_reads_as_the_address_book_shows_it(ctx: Flask, make: World, lily: Person, fred: Person) -> None:
    mine = make.address(lily.id)
    card = addresses.get_address(lily.id, mine)
    short = delivery.get_delivery(lily.id, mine)
    assert (short.receiver, short.mobile, short.full_text) == (card.receiver, card.mobile, card.full_text)
    with pytest.raises(NotFound):
        delivery.get_delivery(fred.id, mine)


def test_many_at_once_and_nobody_elses(ctx: Flask, make: World, lily: Person, fred: Person) -> None:
    hers, his = make.address(lily.id), make.address(fred.id)
    wanted = {(lily.id, hers), (fred.id, his), (fred.id, hers), (lily.id, 10**9)}
    found = delivery.find_deliveries(wanted)
    assert found == {
        (owner, each): delivery.get_delivery(owner, each) for owner, each in [(lily.id, hers), (fred.id, his)]
    }
    assert delivery.find_deliveries(set()) == {}
