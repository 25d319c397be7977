"""The export of personal data: whole, one's own, and not too often."""

import json

import pytest
from flask import Flask
from redis import Redis

from app.account import policy
from app.account.queries import everything
from tests.account.planted import plant
from tests.factories.world import Person, World
from tests.pages import PageClient

# Planted texts that are held, and why they are not handed over.
NOT_TOLD = {
    "outbox_messages.html": "the same words as the text",
    "outbox_messages.last_error": "why a machine did not take it",
    "outbox_messages.unique_key": "names documents that the export names anyway",
    "security_events.account_key": "a digest",
    "sign_ins.browser": "a digest",
    "sign_ins.ended_reason": "one of a list",
    "staff_recovery_codes.code_hash": "a digest",
    "staff_totp.secret": "a secret of the account",
    "users.email_nonce": "part of a secret link",
    "users.password_hash": "a secret of the account",
    "users.username_key": "the username again, folded",
}


def test_everything_that_is_held_is_handed_over(app: Flask, lily: Person) -> None:
    planted = plant(app, lily)
    with app.app_context():
        told = json.dumps(everything(lily.id), ensure_ascii=False)
    missing = sorted(set(planted.markers) - set(planted.left_in(told)))
    assert missing == sorted(name for name in NOT_TOLD if name not in planted.left_in(told))
    assert set(missing) <= set(NOT_TOLD)


def test_it_is_a_file_of_ones_own(lily_client: PageClient, lily: Person, fred: Person, make: World) -> None:
    make.address(fred.id, receiver="弗雷德")
    sku_id = make.sku()
    lily_client.json("POST", "/carts/", {"sku_id": sku_id, "count": 2})
    lily_client.json("POST", "/browse_histories/", {"sku_id": sku_id})
    answer = lily_client.post("/account/export/")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="meiduo-')
    assert answer.headers["Cache-Control"] == "no-store"
    told = answer.get_json()
    assert told["account"][0]["mobile"] == lily.mobile
    assert told["addresses"][0]["receiver"] == "莉莉"
    assert told["cart"] == [{"sku_id": sku_id, "count": 2}]
    assert told["history"] == [sku_id]
    for foreign in (fred.mobile, "弗雷德", "password_hash"):
        assert foreign not in answer.text


def test_it_is_a_write_and_not_for_strangers(client: PageClient, lily_client: PageClient) -> None:
    assert client.json("POST", "/account/export/")[0] == 401
    assert lily_client.json("GET", "/account/export/")[0] == 405


def test_so_many_an_hour(lily_client: PageClient) -> None:
    for _ in range(policy.EXPORTS_PER_HOUR):
        assert lily_client.json("POST", "/account/export/")[0] == 200
    status, answer = lily_client.json("POST", "/account/export/")
    assert (status, answer["code"]) == (429, "4002")


def test_redis_away_leaves_gaps_and_no_error(ctx: Flask, lily: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setitem(ctx.extensions, "meiduo_redis", Redis.from_url("unix:///nowhere/redis.sock"))
        told = everything(lily.id)
    assert told["cart"] is None
    assert told["history"] is None
    assert told["account"]
