"""The launchers' decisions, without starting anything."""

from pathlib import Path

import pytest

from launch import packages, redis_server, venv
from launch.children import Child
from launch.packages import Need
from launch.place import from_environ, is_loopback
from launch.test import Sums, choose, provide, read_sums, verdict
from launch.words import Refusal, box, width

pytestmark = pytest.mark.once


def test_a_box_is_straight_with_chinese_in_it() -> None:
    lines = box(["美多商城 Meiduo", "", "plain"]).splitlines()

    assert len({width(line) for line in lines}) == 1


def test_the_defaults_of_a_place() -> None:
    place = from_environ("demo", {"PORT": " ", "HOST": ""})

    assert (place.host, place.port, place.demo_data) == ("127.0.0.1", 8000, True)
    assert place.instance == Path("instance").absolute()
    assert not from_environ("production", {}).demo_data


@pytest.mark.parametrize(("host", "inside"), [("localhost", True), ("127.0.0.9", True), ("::1", True), ("mall", False)])
def test_loopback(host: str, inside: bool) -> None:
    assert is_loopback(host) is inside


def test_a_server_on_the_path_goes_before_the_wheel(tmp_path: Path) -> None:
    assert redis_server.find(str(tmp_path)) == redis_server.bundled()
    for name in ("redis-server", "valkey-server"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
        assert redis_server.find(str(tmp_path)) == tmp_path / name


def test_the_bundled_server_is_there_and_may_be_run() -> None:
    assert redis_server.bundled().is_file()


def test_a_child_is_forgiven_three_deaths() -> None:
    child = Child("web", [], Path("web.log"), {})

    assert [child.may_restart() for _ in range(4)] == [True, True, True, False]


def test_errors_in_a_log_reach_the_terminal_with_their_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "web.log"
    child = Child("web", [], log, {})
    log.write_text(
        "x INFO fine\nx ERROR app broke\nTraceback (most recent call last):\n  line 1\nValueError: no\nx INFO on\nhalf"
    )

    child.show_trouble()
    child.show_trouble()

    shown = capsys.readouterr().err
    assert [line.split("] ", 1)[1] for line in shown.splitlines()] == [
        "x ERROR app broke",
        "Traceback (most recent call last):",
        "  line 1",
        "ValueError: no",
    ]


def test_pins_decide_whether_pip_runs(tmp_path: Path) -> None:
    pins = tmp_path / "requirements.txt"
    pins.write_text("Flask==3.1.3\n")
    before = venv.fingerprint([pins])
    pins.write_text("Flask==3.1.4\n")

    assert venv.fingerprint([pins]) != before


def test_only_missing_packages_are_named() -> None:
    here, gone = Need("here", lambda: True, "browser"), Need("gone", lambda: False, "MariaDB")

    assert packages.missing([here, gone]) == [gone]


def test_lists_are_fetched_first_when_apt_knows_nothing() -> None:
    update, install = packages.install_commands(["chromium"], fresh_lists=False)

    assert update[-1] == "update"
    assert install[-1] == "chromium"
    assert "--no-install-recommends" in install
    assert packages.install_commands(["chromium"], fresh_lists=True) == [install]


@pytest.mark.parametrize("own", [None, "#!/bin/sh\nexit 0\n"])
def test_nothing_starts_while_packages_go_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own: str | None) -> None:
    policy = tmp_path / "policy-rc.d"
    if own is not None:
        policy.write_text(own)
    monkeypatch.setattr(packages, "POLICY", policy)

    def be_interrupted() -> None:
        with packages.nothing_starts():
            assert "exit 101" in policy.read_text()
            assert policy.stat().st_mode & 0o111
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        be_interrupted()

    assert (policy.read_text() if policy.exists() else None) == own


def test_what_is_missing_is_said_and_in_ci_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(packages, "missing", lambda: [Need("chromium", lambda: False, "browser")])
    monkeypatch.setattr(packages, "may_install", lambda: False)

    assert provide(False, tmp_path / "apt.log") == {"browser"}
    assert "chromium" in capsys.readouterr().err
    with pytest.raises(Refusal, match="no test may be left out"):
        provide(True, tmp_path / "apt.log")


def test_what_is_missing_is_installed_where_that_is_allowed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lacking = [Need("chromium", lambda: False, "browser")]
    asked: list[str] = []

    def install(names: list[str], log: Path) -> bool:
        asked.extend(names)
        lacking.clear()
        return True

    monkeypatch.setattr(packages, "missing", lambda: list(lacking))
    monkeypatch.setattr(packages, "may_install", lambda: True)
    monkeypatch.setattr(packages, "install", install)

    assert provide(True, tmp_path / "apt.log") == set()
    assert asked == ["chromium"]


def test_engines() -> None:
    assert choose(None, set()) == ["sqlite", "mariadb"]
    assert choose(None, {"MariaDB"}) == ["sqlite"]
    with pytest.raises(Refusal):
        choose("mariadb", {"MariaDB"})


def test_sums_come_from_the_report(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text('<testsuites><testsuite tests="9" failures="1" errors="2" skipped="1"/></testsuites>')

    assert str(read_sums(report) + Sums(1, 0, 0)) == "6 passed, 3 failed, 1 skipped"
    assert read_sums(tmp_path / "none.xml").failed == 1


@pytest.mark.parametrize(
    ("total", "strict", "code"),
    [
        (Sums(3, 0, 0), True, 0),
        (Sums(3, 1, 0), False, 1),
        (Sums(0, 0, 0), False, 1),
        (Sums(3, 0, 1), False, 0),
        (Sums(3, 0, 1), True, 1),
    ],
)
def test_green_means_that_something_ran_and_nothing_was_left_out(total: Sums, strict: bool, code: int) -> None:
    assert verdict(total, strict) == code
