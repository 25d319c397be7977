"""The jobs that send codes, and the sweep that finishes what they left."""

import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from app.gateways.doors import gateways
from app.gateways.mail import Mail
from app.gateways.sms import SmsFailed, SmsRefused
from app.shared.redis import redis
from app.verifications import sending, services, store, tasks
from app.verifications.cli import run_sweep

MOBILE = "13912345678"
EMAIL = "lily@mall.example"


class Desk:
    """Doors that keep what passes them."""

    def __init__(self) -> None:
        self.codes: list[tuple[str, str, int]] = []
        self.mails: list[Mail] = []
        self.problem: Exception | None = None

    def send_code(self, mobile: str, code: str, minutes: int) -> None:
        if self.problem:
            raise self.problem
        self.codes.append((mobile, code, minutes))

    def send_text(self, mobile: str, text: str) -> None:
        raise AssertionError("codes have a way of their own")

    def send(self, mail: Mail) -> None:
        if self.problem:
            raise self.problem
        self.mails.append(mail)


@pytest.fixture
def desk(ctx: Flask) -> Iterator[Desk]:
    doors, door = ctx.extensions["meiduo_gateways"], Desk()
    ctx.extensions["meiduo_gateways"] = replace(doors, sms=door, mail=door)
    yield door
    ctx.extensions["meiduo_gateways"] = doors


def send_sms(mobile: str = MOBILE, **how: bool) -> str:
    """Ask for a code; the id of its ticket."""
    before = set(redis().zrange(store.WAITING(), 0, -1))
    services.send_sms_code(mobile, "register", "10.0.0.1", **how)
    (code_id,) = set(redis().zrange(store.WAITING(), 0, -1)) - before
    return str(code_id)


def code_of(to: str = MOBILE, channel: str = "sms") -> str:
    return str(redis().hget(store.code_key(channel, "register", to), "code"))


def let_pass(seconds: int) -> None:
    """Leases and waits were begun so much earlier."""
    for code_id in redis().zrange(store.WAITING(), 0, -1):
        redis().zincrby(store.WAITING(), -seconds, code_id)
        redis().hincrby(store.TICKET(code_id=code_id), "leased_until", -seconds)


def test_sec_24_a_code_is_sent_once_and_nothing_of_it_is_logged(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        code_id = send_sms()
        code = code_of()
        tasks.deliver_sms(code_id)
        tasks.deliver_sms(code_id)
    assert desk.codes == [(MOBILE, code, 5)]
    assert code_id in caplog.text
    assert MOBILE not in caplog.text
    assert code not in caplog.text


def test_a_replaced_or_used_code_is_not_sent(desk: Desk) -> None:
    one = send_sms()
    redis().delete(*redis().keys("codes_to_*"))
    two = send_sms()
    tasks.deliver_sms(one)
    services.check_sms_code(MOBILE, "register", code_of())
    tasks.deliver_sms(two)
    tasks.deliver_sms("never was")
    assert desk.codes == []
    assert redis().zcard(store.WAITING()) == 0


def test_a_failing_door_leaves_the_ticket_for_the_next_try(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    code_id = send_sms()
    desk.problem = SmsFailed(cause="ReadTimeout")
    with pytest.raises(SmsFailed):
        tasks.deliver_sms(code_id)
    assert "ReadTimeout" in caplog.text
    desk.problem = None
    tasks.deliver_sms(code_id)
    assert [mobile for mobile, _, _ in desk.codes] == [MOBILE]


def test_what_a_provider_will_never_take_is_given_up(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    code_id = send_sms()
    desk.problem = SmsRefused(cause="isv.MOBILE_NUMBER_ILLEGAL")
    tasks.deliver_sms(code_id)
    assert "isv.MOBILE_NUMBER_ILLEGAL" in caplog.text
    desk.problem = None
    tasks.deliver_sms(code_id)
    let_pass(60)
    assert run_sweep() == 0
    assert desk.codes == []


def test_while_one_worker_sends_another_does_not(desk: Desk) -> None:
    code_id = send_sms()
    assert store.claim_ticket(code_id) is not None
    tasks.deliver_sms(code_id)
    assert desk.codes == []


def test_the_sweep_sends_what_a_dead_worker_left(desk: Desk) -> None:
    code_id = send_sms()
    store.claim_ticket(code_id)  # and then it was killed
    assert run_sweep() == 0, "its turn has not come"
    let_pass(30)
    assert run_sweep() == 1
    assert desk.codes == [(MOBILE, code_of(), 5)]
    assert run_sweep() == 0


def test_the_sweep_sends_what_no_queue_remembers(desk: Desk) -> None:
    send_sms()
    redis().delete(*redis().keys("rq:*"))
    let_pass(30)
    assert (run_sweep(), len(desk.codes)) == (1, 1)


def test_the_sweep_goes_on_after_the_door_opens_again(desk: Desk) -> None:
    send_sms()
    send_sms("13912345679")
    let_pass(30)
    desk.problem = SmsFailed(cause="ConnectTimeout")
    assert run_sweep() == 0
    desk.problem = None
    let_pass(30)
    assert run_sweep() == 2


def test_a_ticket_that_expired_is_forgotten_by_the_sweep(desk: Desk) -> None:
    code_id = send_sms()
    let_pass(30)
    redis().delete(store.TICKET(code_id=code_id))
    assert run_sweep() == 0
    assert redis().zcard(store.WAITING()) == 0


def test_pretending_does_the_same_work_and_sends_nothing(desk: Desk) -> None:
    code_id = send_sms("nobody_here", pretend=True)
    stands_for = store.code_key("sms", "register", "nobody_here")
    assert redis().hkeys(stands_for) == ["code", "code_id", "tries"]
    kept = redis().hget(stands_for, "code")
    assert len(kept) == 32, "no six digits are right"
    with pytest.raises(services.SentTooOften):
        services.send_sms_code("nobody_here", "register", "10.0.0.1", pretend=True)
    tasks.deliver_sms(code_id)
    let_pass(30)
    assert run_sweep() == 0
    assert desk.codes == []


def test_a_mailed_code_comes_as_text_and_html_in_the_askers_language(desk: Desk) -> None:
    services.request_mail_code(EMAIL, "register", "10.0.0.1")
    (code_id,) = redis().zrange(store.WAITING(), 0, -1)
    code = code_of(EMAIL, "mail")
    redis().hset(store.TICKET(code_id=code_id), "language", "en")
    tasks.deliver_mail(code_id)
    (mail,) = desk.mails
    assert (mail.to, mail.subject) == (EMAIL, "Meiduo Mall code")
    for said in (mail.text, mail.html or ""):
        assert f"Your code is {code}. It is valid for 5 minutes" in said
    services.check_mail_code("Lily@mall.example", "register", code)


def test_every_code_leaves_through_the_open_door(ctx: Flask) -> None:
    assert sending.deliver("never was", gateways()) is False
