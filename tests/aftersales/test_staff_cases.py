"""What staff decide without, or beside, what was asked: a line of an order, a part of a request."""

from dataclasses import replace
from decimal import Decimal

import pytest

from app.aftersales import queries, services
from app.aftersales.errors import NoReason, NothingAsked, TooManyPieces
from app.aftersales.services import Asking
from app.aftersales.states import Kind, State
from app.orders.models import OrderStatus
from app.shared.errors import BadValue
from tests.aftersales.bought import TOTAL, Bought
from tests.aftersales.test_parallel import in_context
from tests.concurrency.conftest import at_once


def case(bought: Bought, counts: dict[int, int], kind: Kind = Kind.REFUND, token: str = "case-0001") -> Asking:
    return Asking(bought.user_id, bought.number, kind, counts, "other", "电话里说好的", token)


def test_one_line_before_it_was_sent(bought: Bought) -> None:
    number = services.open_case(case(bought, {bought.first: 1}), "staff:7", decide=True)
    document = queries.get_any(number)
    assert (document.state, document.amount, document.freight) == ("paying", Decimal("19.99"), Decimal("0.00"))
    assert (bought.refunded(), bought.stock()) == ([1, 0], [8, 8])
    assert [event.actor for event in document.events] == ["staff:7"] * 3
    bought.pay_back()
    assert (bought.state(number), bought.bank.given_back()) == (State.PAID, Decimal("19.99"))


def test_all_of_it_brings_the_freight_only_while_nothing_was_sent(bought: Bought) -> None:
    everything = {bought.first: 3, bought.second: 2}
    services.open_case(case(bought, everything), "staff:7", decide=True)
    assert (bought.owed(), bought.status()) == (TOTAL, OrderStatus.CANCELLED)


def test_after_it_was_sent_the_freight_stays(bought: Bought) -> None:
    bought.ship()
    everything = {bought.first: 3, bought.second: 2}
    number = services.open_case(case(bought, everything, Kind.RETURN), "staff:7", decide=True)
    assert (bought.state(number), bought.owed()) == (State.APPROVED, 0)
    services.goods_back(number, "staff:7")
    assert (bought.owed(), bought.stock()) == (Decimal("60.17"), [10, 10])


def test_who_may_not_decide_only_writes_it_down(bought: Bought) -> None:
    number = services.open_case(case(bought, {bought.second: 2}), "staff:8", decide=False)
    assert (bought.state(number), bought.owed()) == (State.ASKED, 0)
    services.approve(number, "staff:7")
    assert bought.owed() == Decimal("0.20")


def test_what_cannot_be(bought: Bought) -> None:
    with pytest.raises(TooManyPieces):
        services.open_case(case(bought, {bought.first: 4}), "staff:7", decide=True)
    with pytest.raises(NothingAsked):
        services.open_case(case(bought, {bought.first: 0}), "staff:7", decide=True)
    with pytest.raises(NoReason):
        services.open_case(replace(case(bought, {bought.first: 1}), words=" "), "staff:7", decide=True)
    assert (bought.owed(), bought.refunded()) == (0, [0, 0])


@pytest.mark.race
def test_pressed_ten_times_it_is_one_document(bought: Bought) -> None:
    asking = case(bought, {bought.first: 1})
    answers = at_once([in_context(bought.app, lambda: services.open_case(asking, "staff:7", decide=True))] * 10)
    assert set(answers) == {"ok"}
    assert (bought.owed(), bought.refunded()) == (Decimal("19.99"), [1, 0])


def test_a_part_of_what_was_asked(bought: Bought) -> None:
    number = bought.ask({bought.first: 3, bought.second: 1})
    services.approve(number, "staff:7", counts={bought.first: 2})
    document = queries.get_any(number)
    assert [(line.line_id, line.count) for line in document.lines] == [(bought.first, 2)]
    assert (document.amount, bought.owed(), bought.refunded()) == (Decimal("39.98"), Decimal("39.98"), [2, 0])
    assert document.events[1].text == "商家同意一部分"
    bought.ask({bought.first: 1, bought.second: 1})  # what was left out can be asked for again


def test_a_part_is_no_more_than_the_whole(bought: Bought) -> None:
    number = bought.ask({bought.first: 1})
    for counts in ({bought.first: 2}, {bought.second: 1}, {bought.first: -1}):
        with pytest.raises(BadValue):
            services.approve(number, "staff:7", counts=counts)
    with pytest.raises(NothingAsked):
        services.approve(number, "staff:7", counts={bought.first: 0})
    assert (bought.state(number), bought.owed()) == (State.ASKED, 0)
