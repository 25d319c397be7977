"""The rule of freight is one, and a change of it between settlement and submit is told, never charged."""

from decimal import Decimal

import pytest
from flask import Flask

import config
from app.orders.policy import FreightRule, freight_of
from tests.factories.world import Person, World
from tests.pages import PageClient

FLAT = Decimal("10.00")


@pytest.mark.parametrize(
    ("goods", "rule", "freight"),
    [
        ("1.00", FLAT, "10.00"),
        ("9999.00", FreightRule(FLAT), "10.00"),
        ("98.99", FreightRule(FLAT, Decimal("99.00")), "10.00"),
        ("99.00", FreightRule(FLAT, Decimal("99.00")), "0.00"),
        ("99.01", FreightRule(FLAT, Decimal("99.00")), "0.00"),
        ("0.01", FreightRule(FLAT, Decimal("0.00")), "0.00"),
    ],
)
def test_the_rule(goods: str, rule: Decimal | FreightRule, freight: str) -> None:
    assert freight_of(Decimal(goods), rule) == Decimal(freight)


def test_the_settings(tmp_path: object) -> None:
    bare = {"INSTANCE": str(tmp_path), "MALL_MODE": "test"}
    assert config.from_environ(bare)["FREIGHT_FREE_FROM"] == ""
    assert config.from_environ({**bare, "FREIGHT_FREE_FROM": "99"})["FREIGHT_FREE_FROM"] == "99"
    with pytest.raises(config.BadSetting):
        config.from_environ({**bare, "FREIGHT_FREE_FROM": "a lot"})


def settle(client: PageClient) -> dict[str, str]:
    page = client.json("GET", "/orders/settlement/")[1]
    return {name: page[name] for name in ("freight", "total_amount", "submit_token")}


def test_free_from_an_amount_through_the_whole_purchase(
    app: Flask, lily: Person, make: World, lily_client: PageClient
) -> None:
    app.config["FREIGHT_FREE_FROM"] = "200.00"
    address, sku = make.address(lily.id), make.sku()
    lily_client.json("POST", "/carts/", {"sku_id": sku, "count": 1})
    assert settle(lily_client)["freight"] == "10.00"
    lily_client.json("POST", "/carts/", {"sku_id": sku, "count": 1})
    page = settle(lily_client)
    assert (page["freight"], page["total_amount"]) == ("0.00", "200.00")
    status, answer = lily_client.json("POST", "/orders/commit/", {"address_id": address, "pay_method": 2, **page})
    assert status == 200
    order = lily_client.json("GET", f"/orders/{answer['order_id']}/")[1]["order"]
    assert (order["freight"], order["total_amount"]) == ("0.00", "200.00")


def test_a_changed_rule_leads_back_to_the_settlement(
    app: Flask, lily: Person, make: World, lily_client: PageClient
) -> None:
    app.config["FREIGHT_FREE_FROM"] = "100.00"
    address, sku = make.address(lily.id), make.sku()
    lily_client.json("POST", "/carts/", {"sku_id": sku, "count": 1})
    page = settle(lily_client)
    app.config["FREIGHT_FREE_FROM"] = ""
    status, answer = lily_client.json("POST", "/orders/commit/", {"address_id": address, "pay_method": 2, **page})
    assert (status, answer["code"]) == (409, "5201")
    assert answer["changes"] == [{"kind": "freight", "old": "0.00", "new": "10.00"}]
    assert lily_client.json("GET", "/orders/info/")[1]["orders"] == []
