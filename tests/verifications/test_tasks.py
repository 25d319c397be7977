"""The job that sends an SMS."""

import logging
from dataclasses import replace

import pytest
from flask import Flask

from app.gateways.sms import SmsFailed
from app.verifications import store, tasks

MOBILE = "13912345678"


class Desk:
    """An SMS door that keeps what passes it."""

    def __init__(self, closed: bool = False) -> None:
        self.sent: list[tuple[str, str, int]] = []
        self.closed = closed

    def send_code(self, mobile: str, code: str, minutes: int) -> None:
        if self.closed:
            raise SmsFailed()
        self.sent.append((mobile, code, minutes))

    def send_text(self, mobile: str, text: str) -> None:
        raise AssertionError("codes have a way of their own")


@pytest.fixture
def desk(ctx: Flask, monkeypatch: pytest.MonkeyPatch) -> Desk:
    door = Desk()
    monkeypatch.setitem(ctx.extensions, "meiduo_gateways", replace(ctx.extensions["meiduo_gateways"], sms=door))
    return door


def test_it_sends_once_however_often_it_runs(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    store.keep_sms_code("one", MOBILE, "register", "123456")
    with caplog.at_level(logging.DEBUG):
        tasks.deliver_sms("one")
        tasks.deliver_sms("one")
    assert desk.sent == [(MOBILE, "123456", 5)]
    assert MOBILE not in caplog.text
    assert "123456" not in caplog.text


def test_a_replaced_or_used_code_is_not_sent(desk: Desk) -> None:
    store.keep_sms_code("one", MOBILE, "register", "111111")
    store.keep_sms_code("two", MOBILE, "register", "222222")
    tasks.deliver_sms("one")
    store.spend_sms_code("two", MOBILE, "register")
    tasks.deliver_sms("two")
    tasks.deliver_sms("never was")
    assert desk.sent == []


def test_a_closed_door_leaves_the_ticket_for_the_next_try(desk: Desk) -> None:
    store.keep_sms_code("one", MOBILE, "register", "123456")
    desk.closed = True
    with pytest.raises(SmsFailed):
        tasks.deliver_sms("one")
    desk.closed = False
    tasks.deliver_sms("one")
    assert desk.sent == [(MOBILE, "123456", 5)]
