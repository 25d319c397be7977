"""A Redis that takes calls and does not answer: nobody waits for it twice, and who is only slow is not given up."""

import os
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from redis.exceptions import TimeoutError as TimedOut

from app.factory import create_app
from app.orders import store
from app.shared import away
from app.shared.db import db
from app.shared.jobs import Job
from app.shared.redis import redis
from launch import redis_server
from tests.factories.world import Person, World
from tests.pages import PageClient

AT_ONCE_S = 0.6  # far below the time-out of one call, and generous to a busy machine
PING = Job("app.outbox.tasks.send_message", queue="mail")


@pytest.fixture
def deaf() -> Iterator[str]:
    """A socket that accepts everybody and says nothing."""
    with tempfile.TemporaryDirectory(prefix="deaf") as folder, socket.socket(socket.AF_UNIX) as ear:
        ear.bind(f"{folder}/redis.sock")
        ear.listen(128)
        ear.settimeout(0.05)
        taken: list[socket.socket] = []
        done = threading.Event()

        def accept() -> None:
            while not done.is_set():
                try:
                    taken.append(ear.accept()[0])
                except TimeoutError:
                    continue

        thread = threading.Thread(target=accept)
        thread.start()
        yield f"unix://{folder}/redis.sock"
        done.set()
        thread.join()
        for line in taken:
            line.close()


@pytest.fixture
def own_redis() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A real server of our own, to be stopped and woken."""
    with tempfile.TemporaryDirectory(prefix="hang") as folder:
        path = Path(folder) / "redis.sock"
        process = redis_server.start(redis_server.bundled(), Path(folder) / "data", path, Path(folder) / "log")
        try:
            deadline = time.monotonic() + 20
            while not redis_server.answers(path) and time.monotonic() < deadline:
                time.sleep(0.02)
            yield f"unix://{path}", process
        finally:
            os.kill(process.pid, signal.SIGCONT)
            process.kill()
            process.wait(10)


def mall_on(settings: dict[str, Any], folder: Path, url: str) -> Flask:
    return create_app({**settings, "INSTANCE": folder, "REDIS_URL": url})


@pytest.fixture
def hung(app: Flask, settings: dict[str, Any], tmp_path: Path, deaf: str) -> Iterator[Flask]:
    """The same database, and a Redis that says nothing."""
    mall = mall_on(settings, tmp_path, deaf)
    yield mall
    with mall.app_context():
        db.session.remove()
        db.engine.dispose()


def took_s(client: PageClient, path: str, *, fails: bool = False) -> float:
    begun = time.monotonic()
    client.get(path, fails=fails)
    return time.monotonic() - begun


def test_one_page_waits_and_the_others_are_served_at_once(hung: Flask, make: World) -> None:
    sku, client = make.sku(stock=5), PageClient(hung)
    first = took_s(client, "/")
    assert first < away.CONNECT_S + away.ANSWER_S + 2 * AT_ONCE_S
    times = [took_s(client, path) for path in (f"/detail/{sku}/", "/search/?q=手机", "/login/", "/areas/", "/")]
    assert max(times) < away.ANSWER_S + AT_ONCE_S  # one of them may be the one that asks again
    assert sum(each > AT_ONCE_S for each in times) <= 1, times


def test_the_cart_and_ordering_say_so_quickly(hung: Flask, lily: Person, make: World) -> None:
    sku, client = make.sku(stock=5), PageClient(hung)
    client.sign_in(lily.username, lily.password)
    begun = time.monotonic()
    body = {"address_id": 1, "pay_method": 2, "submit_token": "0123456789abcdef", "total_amount": "110.00"}
    for method, path, sent in (
        ("GET", "/carts/", None),
        ("POST", "/carts/", {"sku_id": sku, "count": 1}),
        ("GET", "/orders/settlement/", None),
        ("POST", "/orders/commit/", body),
    ):
        status, answer = client.json(method, path, sent)
        assert (status, answer["code"]) == (503, "5203"), (method, path, answer)
    assert time.monotonic() - begun < away.ANSWER_S + 4 * AT_ONCE_S


def test_every_client_of_a_process_knows(hung: Flask) -> None:
    with hung.app_context():
        with pytest.raises(TimedOut):
            redis().ping()
        begun = time.monotonic()
        with pytest.raises(TimedOut):
            PING.enqueue(1)
        with pytest.raises(TimedOut):
            store.await_answer(1, "token", 1.0)
        assert time.monotonic() - begun < AT_ONCE_S


def test_a_stopped_server_is_left_alone_and_found_again(
    app: Flask, settings: dict[str, Any], tmp_path: Path, own_redis: tuple[str, subprocess.Popen[bytes]], lily: Person
) -> None:
    url, server = own_redis
    mall = mall_on(settings, tmp_path, url)
    client = PageClient(mall)
    client.sign_in(lily.username, lily.password)
    assert client.json("GET", "/carts/")[0] == 200

    os.kill(server.pid, signal.SIGSTOP)
    assert client.json("GET", "/carts/")[0] == 503  # this one waited
    begun = time.monotonic()
    assert [client.json("GET", "/carts/")[0] for _ in range(3)] == [503] * 3
    assert took_s(client, "/orders/info/") < AT_ONCE_S
    assert time.monotonic() - begun < away.FIRST_PAUSE_S

    os.kill(server.pid, signal.SIGCONT)
    deadline = time.monotonic() + away.FIRST_PAUSE_S + away.ANSWER_S + 5
    while (status := client.json("GET", "/carts/")[0]) == 503 and time.monotonic() < deadline:
        threading.Event().wait(0.05)
    assert status == 200
    with mall.app_context():
        db.session.remove()
        db.engine.dispose()


def test_the_pause_doubles_and_one_asks_for_all() -> None:
    watch = away.Watch("trial")
    watch.timed_out(time.monotonic() - away.ANSWER_S)
    with pytest.raises(TimedOut):
        watch.check()
    watch.until = time.monotonic()
    watch.check()  # the pause is over: this caller asks
    with pytest.raises(TimedOut):
        watch.check()  # and nobody else
    watch.timed_out(time.monotonic() - away.ANSWER_S)
    assert watch.pause_s == 2 * away.FIRST_PAUSE_S
    watch.answered()
    watch.check()


def test_who_is_slow_is_not_given_up(own_redis: tuple[str, subprocess.Popen[bytes]]) -> None:
    """A command occupies the server longer than its caller waits: that caller is told, the others are served."""
    url, _ = own_redis
    client, hasty = away.client(url), away.client(url, wait_s=0.01)
    spin = "local n = 0 for i = 1, 2000000 do n = n + i % 7 end return n"
    for _ in range(5):
        with pytest.raises(TimedOut):
            hasty.eval(spin, 0)
        assert client.ping()
    assert away.watch_of(url).pause_s == 0


def test_many_at_once_trip_nothing(own_redis: tuple[str, subprocess.Popen[bytes]]) -> None:
    url, _ = own_redis
    client, faults = away.client(url), []

    def work() -> None:
        try:
            for n in range(200):
                client.set(f"key{n}", "x" * 5000)
                client.get(f"key{n}")
        except TimedOut as problem:
            faults.append(problem)

    threads = [threading.Thread(target=work) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert away.watch_of(url).pause_s == 0


def test_a_long_wait_at_redis_is_no_silence(
    settings: dict[str, Any], tmp_path: Path, own_redis: tuple[str, subprocess.Popen[bytes]]
) -> None:
    mall = mall_on(settings, tmp_path, own_redis[0])
    with mall.app_context():
        begun = time.monotonic()
        assert store.await_answer(1, "token", away.ANSWER_S + 0.5) is None
        assert time.monotonic() - begun > away.ANSWER_S
        assert away.watch_of(own_redis[0]).pause_s == 0
