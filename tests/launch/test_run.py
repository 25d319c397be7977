"""One command runs the mall: what starts, what stops, what is refused."""

import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from redis import Redis
from rq import Queue

import config
from app.shared.jobs import QUEUES
from tests.launch.malls import ROOT, Mall, free_port, wait_for

pytestmark = pytest.mark.once
Start = Callable[..., Mall]


def test_a_machine_without_any_redis_server_runs_the_mall(start_mall: Start, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()

    mall = start_mall(PATH=str(tmp_path / "bin"))

    assert mall.get("/up/")[0] == 200
    assert "(wheel)" in mall.said
    path = config.redis_socket(mall.instance)
    assert path.exists()

    assert mall.stop(signal.SIGINT) == 0
    assert mall.processes() == []
    assert not path.exists()
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", mall.port))


def test_a_second_start_keeps_the_data_whichever_server_it_finds(
    start_mall: Start, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bin").mkdir()
    first = start_mall(PATH=str(tmp_path / "bin"))
    path = config.redis_socket(first.instance)
    with Redis(unix_socket_path=str(path)) as client:
        client.set("kept", "yes")
    assert first.stop(signal.SIGTERM) == 0
    secret = (first.instance / "secret_key").read_text()

    second = start_mall()  # with the machine's PATH: perhaps another Redis than the first time

    with Redis(unix_socket_path=str(path)) as client:
        assert client.get("kept") == b"yes"
    assert (second.instance / "secret_key").read_text() == secret
    with capsys.disabled():
        print(f"\nsecond start: {second.said.partition('ready in ')[2].partition(' ·')[0]}")


def test_two_malls_run_side_by_side_but_not_on_one_instance(start_mall: Start) -> None:
    one = start_mall("one")

    assert "already runs" in start_mall("one", ready=False).refusal()
    two = start_mall("two")

    assert one.get("/up/")[0] == two.get("/up/")[0] == 200
    assert one.stop() == 0
    assert two.get("/up/")[0] == 200


def test_a_supervisor_that_is_killed_leaves_nobody_behind(start_mall: Start) -> None:
    mall = start_mall()
    assert len(mall.processes()) >= 5

    mall.process.kill()

    wait_for(lambda: mall.processes() == [])
    again = start_mall()
    assert again.get("/up/")[0] == 200


def test_a_dead_child_comes_back_and_one_that_keeps_dying_ends_the_mall(start_mall: Start) -> None:
    mall = start_mall()

    def scheduler() -> list[int]:
        return [pid for pid in mall.processes() if b"sweeps" in Path(f"/proc/{pid}/cmdline").read_bytes()]

    for deaths in range(1, 5):
        wait_for(scheduler)
        os.kill(scheduler()[0], signal.SIGKILL)
        wait_for(lambda deaths=deaths: mall.said.count("scheduler ended unexpectedly") == deaths)

    assert mall.process.wait(timeout=40) == 1
    assert "keeps ending" in mall.said
    assert mall.processes() == []


def test_the_worker_runs_a_job_inside_the_app(start_mall: Start) -> None:
    mall = start_mall()
    with Redis(unix_socket_path=str(config.redis_socket(mall.instance))) as client:
        # is_away answers only inside an app context
        job = Queue(QUEUES[-1], connection=client).enqueue("app.shared.redis.is_away", result_ttl=60)
        wait_for(lambda: job.get_status(refresh=True) in {"finished", "failed"})
        assert job.return_value() is False


def test_a_port_in_use_is_one_sentence(start_mall: Start) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()

        said = start_mall(port=taken.getsockname()[1], ready=False).refusal()

    assert "已被占用" in said
    assert "is in use" in said


def test_a_folder_that_cannot_be_written_is_one_sentence(start_mall: Start, tmp_path: Path) -> None:
    (tmp_path / "one").write_text("a file where the folder should be")

    assert "cannot be written" in start_mall(ready=False).refusal()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7"])
def test_a_demo_serves_this_machine_only(start_mall: Start, host: str) -> None:
    assert "DEMO_PUBLIC=1" in start_mall(ready=False, HOST=host).refusal()


def test_a_demo_may_be_shown_to_others_on_purpose(start_mall: Start) -> None:
    mall = start_mall(HOST="0.0.0.0", DEMO_PUBLIC="1")

    assert mall.get("/up/")[0] == 200


@pytest.mark.parametrize("port", ["0", "65536", "eighty", "-1"])
def test_a_port_that_is_none_is_one_sentence(start_mall: Start, port: str) -> None:
    assert "not a port" in start_mall(ready=False, PORT=port).refusal()


def test_production_refuses_default_keys(start_mall: Start) -> None:
    assert "SECRET_KEY" in start_mall(mode="serve", ready=False).refusal()


def test_a_redis_that_is_not_there_is_one_sentence(start_mall: Start) -> None:
    url = f"redis://127.0.0.1:{free_port()}/0"

    assert "REDIS_URL" in start_mall(ready=False, REDIS_URL=url).refusal()


def test_an_old_python_is_one_sentence() -> None:
    old = "import sys, runpy; sys.version_info = (3, 9, 2); runpy.run_path('launch/python_version.py')"

    told = subprocess.run([sys.executable, "-c", old], capture_output=True, text=True, cwd=ROOT, check=False)

    assert told.returncode == 2
    assert told.stderr.count("\n") == 1
    assert "not 3.9" in told.stderr


def test_the_first_start_loads_a_shop_and_the_second_keeps_it(
    start_mall: Start, capsys: pytest.CaptureFixture[str]
) -> None:
    first = start_mall(MALL_DEMO="1")

    for name, password in config.DEMO_ACCOUNTS.values():
        assert f"{name} / {password}" in first.said
    assert first.get("/list/115/1/")[0] == 200
    assert first.get("/")[1].count("/detail/") > 10
    assert first.stop() == 0

    second = start_mall(MALL_DEMO="1")

    assert "loading" not in second.said
    assert second.get("/")[1].count("/detail/") > 10
    with capsys.disabled():
        print(f"\nsecond start with goods: {second.said.partition('ready in ')[2].partition(' ·')[0]}")


def test_production_starts_with_its_own_keys_and_without_the_sandbox(start_mall: Start, tmp_path: Path) -> None:
    own = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private, public = tmp_path / "app.pem", tmp_path / "alipay.pem"
    private.write_bytes(own.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public.write_bytes(own.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))

    mall = start_mall(
        mode="serve",
        SECRET_KEY=secrets.token_hex(32),
        PUBLIC_URL="https://mall.example",
        ALIPAY_APP_ID="2021000000000009",
        ALIPAY_SELLER_ID="2088000000000009",
        ALIPAY_APP_PRIVATE_KEY_FILE=str(private),
        ALIPAY_PUBLIC_KEY_FILE=str(public),
    )

    assert mall.get("/up/")[0] == 200
    assert mall.get("/sandbox/")[0] == 404
    assert mall.get("/areas/")[1].count("id") > 30
    assert "lily" not in mall.said
