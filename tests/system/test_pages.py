"""The machine room's pages: failed jobs, sweeps and health, for who may, and while Redis is away."""

import pytest
from flask import Flask

from app.shared import rq_desk, sweeps
from tests.dashboard.test_page import away, client_of
from tests.factories.world import Person, World
from tests.pages import PageClient
from tests.system.test_jobs_desk import fail_jobs


@pytest.fixture
def desk(app: Flask, tom: Person) -> PageClient:
    """The owner's browser."""
    return client_of(app, tom)


def test_failed_jobs_are_tried_again_or_dropped(app: Flask, desk: PageClient) -> None:
    with app.app_context():
        first, second, third = fail_jobs(app, "mail", 3)
    page = desk.get("/admin/jobs/").text
    assert page.count("ZeroDivisionError") >= 3
    assert "共 3 个" in page
    desk.post("/admin/jobs/retry/", {"rowid": [first]})
    desk.post("/admin/jobs/drop/", {"rowid": [second, "no-such-job"]})
    with app.app_context():
        assert [job.id for job in rq_desk.failed_jobs(0, 9)] == [third]
        assert rq_desk.waiting()["mail"] == 1
    said = desk.get("/admin/jobs/").text
    assert "1 个任务已不在失败列表里" in said


def test_what_an_exception_says_is_for_who_may_see_people(app: Flask, make: World, desk: PageClient) -> None:
    with app.app_context():
        fail_jobs(app, "mail", 1)
    assert "division by zero" in desk.get("/admin/jobs/").text
    operations = client_of(app, make.staff("clerk", "13800000004", "operations"))
    page = operations.get("/admin/jobs/").text
    assert "ZeroDivisionError" in page
    assert "division by zero" not in page


def test_auditors_look_and_touch_nothing(app: Flask, make: World) -> None:
    with app.app_context():
        (job_id,) = fail_jobs(app, "mail", 1)
    auditor = client_of(app, make.staff("audit", "13800000005", "auditor"))
    assert "重试选中的" not in auditor.get("/admin/jobs/").text
    assert auditor.post("/admin/jobs/retry/", {"rowid": [job_id]}, fails=True).status_code == 403
    assert auditor.post("/admin/jobs/drop/", {"rowid": [job_id]}, fails=True).status_code == 403
    with app.app_context():
        assert rq_desk.count_failed() == 1


def test_pages_of_failed_jobs(app: Flask, desk: PageClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.system import admin

    monkeypatch.setattr(admin, "JOBS_SHOWN", 2)
    with app.app_context():
        fail_jobs(app, "mail", 3)
    first = desk.get("/admin/jobs/").text
    assert "start=2" in first
    last = desk.get("/admin/jobs/?start=2").text
    assert "start=4" not in last
    assert desk.get("/admin/jobs/?start=-7").status_code == 200
    assert desk.get("/admin/jobs/?start=x").status_code == 200


def test_sweeps_with_their_last_turns(app: Flask, desk: PageClient) -> None:
    before = desk.get("/admin/sweeps/").text
    assert "调度进程还没有运行过" in before
    with app.app_context():
        for sweep in sweeps.REGISTER.values():
            sweep.due = 0.0 if sweep.name == "outbox.sweep" else 10.0**12
        sweeps.run_due(100.0)
    page = desk.get("/admin/sweeps/").text
    assert "outbox.sweep" in page
    assert "正常" in page
    assert "调度进程" not in page
    for sweep in sweeps.REGISTER.values():
        sweep.due = 0.0


def test_health_names_every_part_and_no_secret(app: Flask, desk: PageClient) -> None:
    page = desk.get("/admin/health/").text
    for part in ("数据库", "Redis", "调度进程", "任务进程", "消息", "失败的任务", "搜索索引", "磁盘", "版本"):
        assert part in page
    assert app.config["SECRET_KEY"] not in page
    assert app.config["REDIS_URL"] not in page
    assert str(app.config["INSTANCE"]) not in page
    assert app.config["SQLALCHEMY_DATABASE_URI"] not in page


def test_everything_is_readable_while_redis_is_away(
    app: Flask, desk: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.get("/admin/")
    token = desk.token()
    away(app, monkeypatch)
    assert "Redis 没有应答" in desk.get("/admin/jobs/").text
    assert "Redis 没有应答" in desk.get("/admin/health/").text
    assert desk.get("/admin/sweeps/").status_code == 200
    assert desk.get("/admin/outbox/").status_code == 200
    answer = desk.post("/admin/jobs/retry/", {"rowid": ["x"], "csrf_token": token}, fails=True)
    assert answer.status_code == 503
