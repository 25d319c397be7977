"""Many at once, in real threads: each guard lets exactly one in, and each control shows what happens without it."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from rq import Queue

from app.shared.errors import DomainError
from app.shared.redis import redis
from app.verifications import services, store
from app.verifications.errors import SentTooOften, WrongImageCode, WrongSmsCode
from app.verifications.store import Caps
from tests.pages import PageClient

pytestmark = [pytest.mark.race, pytest.mark.once]

MANY = 50
MOBILE, ADDRESS = "13912345678", "10.0.0.1"


def at_once(app: Flask, act: Callable[[int], object]) -> list[object]:
    """Run in fifty threads that start together; what each returned, or the kind of error it met."""
    gate, results = threading.Barrier(MANY), list[object]()

    def run(place: int) -> None:
        with app.app_context():
            gate.wait(60)
            try:
                results.append(act(place))
            except DomainError as problem:
                results.append(type(problem))

    threads = [threading.Thread(target=run, args=(place,)) for place in range(MANY)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(results) == MANY
    return results


def queued(app: Flask) -> int:
    return len(Queue("sms", connection=app.extensions["meiduo_rq"]).jobs)


def pictures(app: Flask, count: int = MANY) -> list[tuple[str, str]]:
    with app.app_context():
        idents = [services.new_image_code() for _ in range(count)]
        return [(ident, store.peek_image_code(ident) or "") for ident in idents]


# --- one mobile, many requests --------------------------------------------------------------------------------------


def test_sec_12_of_fifty_requests_for_one_mobile_one_sms_is_sent(app: Flask) -> None:
    codes = pictures(app)
    results = at_once(app, lambda n: services.request_sms_code(MOBILE, "register", *codes[n], f"10.0.0.{n}"))
    assert (results.count(60), results.count(SentTooOften)) == (1, MANY - 1)
    assert queued(app) == 1
    with app.app_context():
        assert redis().zcard(store.SENT_TO(channel="sms", slot=MOBILE)) == 1


def test_sec_12_the_same_over_the_web(app: Flask) -> None:
    codes, clients = pictures(app), [PageClient(app) for _ in range(MANY)]
    for client in clients:
        client.json("GET", "/csrf_token/")

    def ask(n: int) -> object:
        ident, text = codes[n]
        body = {"image_code_id": ident, "image_code": text, "purpose": "register"}
        status, answer = clients[n].json("POST", f"/sms_codes/{MOBILE}/", body)
        assert 0 < answer["retry_after"] <= 60
        return status

    results = at_once(app, ask)
    assert (results.count(200), results.count(429)) == (1, MANY - 1)
    assert queued(app) == 1


def test_sec_12_of_fifty_numbers_from_one_address_as_many_as_the_cap_get_an_sms(app: Flask) -> None:
    app.config["SMS_PER_ADDRESS_PER_HOUR"] = 7
    results = at_once(app, lambda n: services.send_sms_code(f"139000000{n:02}", "register", ADDRESS))
    assert (results.count(60), results.count(SentTooOften)) == (7, MANY - 7)
    assert queued(app) == 7


def test_control_looking_and_taking_in_two_steps_sends_fifty(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    everybody_has_looked = threading.Barrier(MANY)
    gate = store.wait_before

    def take_in_two_steps(code_id: str, channel: str, to: str, address: str, caps: Caps) -> int:
        wait_s = gate(channel, to, address, caps)
        everybody_has_looked.wait(60)
        if not wait_s:
            redis().zadd(store.SENT_TO(channel=channel, slot=to), {code_id: 1})
        return wait_s

    monkeypatch.setattr(store, "take_turn", take_in_two_steps)
    results = at_once(app, lambda n: services.send_sms_code(MOBILE, "register", f"10.0.0.{n}"))
    assert results.count(60) == queued(app) == MANY


# --- one SMS code, many uses ----------------------------------------------------------------------------------------


def keep_code(app: Flask) -> None:
    with app.app_context():
        store.keep_sms_code("one", MOBILE, "register", "123456")


def test_sec_11_of_fifty_uses_of_one_code_one_succeeds(app: Flask) -> None:
    for _ in range(5):
        keep_code(app)
        results = at_once(app, lambda _: services.check_sms_code(MOBILE, "register", "123456"))
        assert (results.count(None), results.count(WrongSmsCode)) == (1, MANY - 1)


def test_sec_11_fifty_wrong_guesses_at_once_void_the_code(app: Flask) -> None:
    keep_code(app)
    results = at_once(app, lambda n: services.check_sms_code(MOBILE, "register", f"{n:06}"))
    assert results.count(WrongSmsCode) == MANY
    with app.app_context(), pytest.raises(WrongSmsCode):
        services.check_sms_code(MOBILE, "register", "123456")


def test_sec_11_no_wrong_guess_is_lost_from_the_count(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_code(app)
    monkeypatch.setattr(store, "CODE_TRIES", MANY + 1)
    at_once(app, lambda _: services.check_sms_code(MOBILE, "register", "000000"))
    with app.app_context():
        assert redis().hget(store.code_key("sms", "register", MOBILE), "tries") == str(MANY)
        with pytest.raises(WrongSmsCode):
            services.check_sms_code(MOBILE, "register", "000000")
        assert not redis().exists(store.code_key("sms", "register", MOBILE)), "that was one too many"


def test_control_comparing_and_deleting_in_two_steps_lets_fifty_in(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_code(app)
    everybody_has_compared = threading.Barrier(MANY)

    def use_in_two_steps(channel: str, to: str, purpose: str, given: str) -> bool:
        key = store.code_key(channel, purpose, to)
        is_right = redis().hget(key, "code") == given
        everybody_has_compared.wait(60)
        if is_right:
            redis().delete(key)
        return bool(is_right)

    monkeypatch.setattr(store, "use_code", use_in_two_steps)
    results = at_once(app, lambda _: services.check_sms_code(MOBILE, "register", "123456"))
    assert results.count(None) == MANY


# --- one picture code, many uses ------------------------------------------------------------------------------------


def test_sec_12_of_fifty_uses_of_one_picture_one_succeeds(app: Flask) -> None:
    ((ident, text),) = pictures(app, 1)
    results = at_once(app, lambda _: services.use_image_code(ident, text))
    assert (results.count(None), results.count(WrongImageCode)) == (1, MANY - 1)


def test_sec_12_one_picture_buys_one_sms_however_many_numbers_ask(app: Flask) -> None:
    ((ident, text),) = pictures(app, 1)
    results = at_once(
        app, lambda n: services.request_sms_code(f"139000000{n:02}", "register", ident, text, f"10.0.0.{n}")
    )
    assert (results.count(60), results.count(WrongImageCode)) == (1, MANY - 1)
    assert queued(app) == 1


def test_control_reading_and_deleting_a_picture_in_two_steps_lets_fifty_in(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    ((ident, text),) = pictures(app, 1)
    everybody_has_read = threading.Barrier(MANY)

    def take_in_two_steps(image_code_id: str) -> Any:
        kept = store.peek_image_code(image_code_id)
        everybody_has_read.wait(60)
        redis().delete(store.IMAGE(image_code_id=image_code_id))
        return kept

    monkeypatch.setattr(store, "take_image_code", take_in_two_steps)
    results = at_once(app, lambda _: services.use_image_code(ident, text))
    assert results.count(None) == MANY
