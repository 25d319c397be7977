"""`python worker.py` itself: what a provider refuses twice arrives at the third try, and what it logs is nobody's."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from app.gateways.sms.yuntongxun import Account, YuntongxunSms
from app.verifications import services
from app.verifications.cli import run_sweep
from tests.fixtures.mall import ROOT
from tests.gateways.provider import Provider, open_provider
from tests.verifications.test_tasks import code_of, let_pass

pytestmark = pytest.mark.once  # processes and Redis: no SQL in it

MOBILE, EMAIL, TOKEN, SID = "13912345678", "lily.of.the.valley@mall.example", "the-account-token-of-nobody", "aaf98f89"
SMS, MAIL = "/SMS/TemplateSMS", "/sandbox/inbox"
PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV")


@pytest.fixture
def provider() -> Iterator[Provider]:
    """Stands for 容联云 and for the post office."""
    with open_provider() as server:
        server.says({"statusCode": "000000", "templateSMS": {"smsMessageSid": "ff80808"}})
        yield server


class Worker:
    """A worker process of its own, and its log, in which nothing is left out."""

    def __init__(self, app: Flask, provider: Provider, log: Path) -> None:
        env = {name: os.environ[name] for name in PASSED_ON if name in os.environ} | {
            "MALL_MODE": "test",
            "INSTANCE": str(app.config["INSTANCE"]),
            "REDIS_URL": app.config["REDIS_URL"],
            "DATABASE_URL": os.environ.get("TEST_DATABASE_URL", ""),
            "SECRET_KEY": app.config["SECRET_KEY"],
            "SANDBOX_URL": provider.url,
            "SMS_DOOR": "yuntongxun",
            "YUNTONGXUN_URL": provider.url,
            "YUNTONGXUN_SID": SID,
            "YUNTONGXUN_TOKEN": TOKEN,
            "YUNTONGXUN_APP_ID": "8a48b551",
            "LOG_LEVEL": "DEBUG",
            "PYTHONUNBUFFERED": "1",
        }
        self.log = log
        with log.open("wb") as out:
            command = [sys.executable, "worker.py", "sms", "mail"]
            self.process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=out, stderr=subprocess.STDOUT)

    def children(self) -> list[int]:
        """RQ's scheduler, and the process that does the job in hand."""
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in listed.split()]

    def kill(self) -> None:
        """As the power fails: nobody says goodbye."""
        for pid in [self.process.pid, *self.children()]:
            os.kill(pid, signal.SIGKILL)
        self.process.wait(10)

    def stop(self) -> str:
        """Ask it to stop; its log."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()
        return self.log.read_text(errors="replace")


@pytest.fixture
def worker(ctx: Flask, provider: Provider, tmp_path: Path) -> Iterator[Callable[[], Worker]]:
    """Starts a worker when told to."""
    started: list[Worker] = []

    def start() -> Worker:
        started.append(Worker(ctx, provider, tmp_path / "worker.log"))
        return started[-1]

    yield start
    for each in started:
        each.stop()


def queued_words(app: Flask) -> str:
    """Everything that RQ keeps about jobs."""
    connection = app.extensions["meiduo_rq"]
    return " ".join(f"{key!r} {connection.hgetall(key)!r}" for key in connection.keys("rq:job:*"))


def test_sec_24_sms_and_mail_fail_twice_arrive_at_the_third_try_and_nothing_private_is_logged(
    ctx: Flask, provider: Provider, worker: Callable[[], Worker]
) -> None:
    provider.failures = 2
    services.send_sms_code(MOBILE, "register", "10.0.0.1")
    sms_code = code_of()
    queued = queued_words(ctx)
    assert "app.verifications.tasks.deliver_sms" in queued
    begun, running = time.monotonic(), worker()
    provider.wait_for(2, SMS)
    services.request_mail_code(EMAIL, "register", "10.0.0.1")
    mail_code = code_of(EMAIL, "mail")
    queued += queued_words(ctx)
    provider.wait_for(3, SMS)
    provider.wait_for(3, MAIL)
    tries = [json.loads(body)["datas"] for _, _, body in provider.at(SMS)]
    assert tries == [[sms_code, "5"]] * 3
    assert all(mail_code in json.loads(body)["text"] for _, _, body in provider.at(MAIL))
    assert time.monotonic() - begun > 3 + 6, "the pauses are real"
    said = running.stop()
    assert said.count("did not leave") == 4, said
    assert "Traceback" in said, "RQ's own lines are read too"
    for private in (MOBILE, sms_code, EMAIL, "lily.of", mail_code, TOKEN, "sig="):
        assert private not in queued, "in the queue"
        assert private not in said, "in the log"
    assert len(provider.at(SMS)) == 3, "once it arrived it is not sent again"
    services.check_sms_code(MOBILE, "register", sms_code)


def test_a_worker_killed_while_it_sends_loses_no_code(
    ctx: Flask, provider: Provider, worker: Callable[[], Worker]
) -> None:
    provider.is_silent = True
    services.send_sms_code(MOBILE, "register", "10.0.0.1")
    running = worker()
    provider.wait_for(1, SMS)
    running.kill()
    provider.is_silent = False
    account = Account(provider.url, SID, TOKEN, "8a48b551", "1")
    doors = ctx.extensions["meiduo_gateways"]
    ctx.extensions["meiduo_gateways"] = replace(doors, sms=YuntongxunSms(account))
    try:
        assert run_sweep() == 0, "it is held while somebody may still be sending"
        let_pass(30)
        assert run_sweep() == 1
    finally:
        ctx.extensions["meiduo_gateways"] = doors
    assert len(provider.at(SMS)) == 2
    assert json.loads(provider.at(SMS)[1][2])["datas"] == [code_of(), "5"]
    assert run_sweep() == 0
