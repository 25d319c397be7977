"""How the machine room is: every part looked at once in fifteen seconds, each in a word, and no secret among them."""

import platform
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.gateways.search import EngineAway, SearchIndex
from app.outbox import queries as outbox
from app.search import keeping
from app.shared import clock, rq_desk
from app.shared.cache import remember
from app.shared.db import db
from app.shared.errors import marked
from app.shared.redis import AWAY, redis
from app.system import queries
from app.system.policy import DISK_LOW, HEALTH_LIFE_S, INDEX_STALE_S, SCHEDULER_SILENT_S, WORKER_SILENT_S

LIBRARIES = ("Flask", "SQLAlchemy", "redis", "rq", "tantivy", "Flask-Admin")


@dataclass(frozen=True)
class Part:
    """One part: is it well, and what is known of it. `facts` are (word, value) with words to be translated."""

    name: str
    is_well: bool
    facts: list[tuple[str, str]] = field(default_factory=list)
    worry: str = ""  # what is wrong, and what to do


@dataclass(frozen=True)
class Health:
    """All parts, and when they were looked at."""

    made_at: datetime
    parts: list[Part]

    @property
    def worries(self) -> list[str]:
        """Sentences, the gravest part first."""
        return [part.worry for part in self.parts if part.worry]


def health(index: SearchIndex, folder: Path, *, is_fresh: bool = False) -> Health:
    """As kept for fifteen seconds, or looked at now."""
    if is_fresh:
        return look(index, folder)
    return remember("system.health", lambda: look(index, folder), HEALTH_LIFE_S)


def look(index: SearchIndex, folder: Path) -> Health:
    """Ask every part. One that does not answer is unwell, and the others are asked all the same."""
    looks: list[Callable[[], Part]] = [_database, _redis, _scheduler, _worker, _outbox, _jobs]
    parts = [ask() for ask in looks]
    return Health(clock.now(), [*parts, _index(index), _disk(folder), _versions()])


def _database() -> Part:
    name = marked("数据库")
    try:
        begun = time.perf_counter()
        engine = db.engine.dialect.name
        server = db.session.scalar(text("SELECT sqlite_version()" if engine == "sqlite" else "SELECT VERSION()"))
        took = time.perf_counter() - begun
        revision = db.session.scalar(text("SELECT version_num FROM alembic_version"))
    except SQLAlchemyError:
        return Part(name, False, worry=marked("数据库没有应答"))
    facts = [(marked("版本"), f"{engine} {server}"), (marked("应答"), f"{took * 1000:.1f} ms")]
    return Part(name, True, [*facts, (marked("表结构"), str(revision))])


def _redis() -> Part:
    name = marked("Redis")
    try:
        begun = time.perf_counter()
        redis().ping()
        took = time.perf_counter() - begun
        told: dict[str, Any] = {**redis().info("server"), **redis().info("memory")}
    except AWAY:
        return Part(name, False, worry=marked("Redis 没有应答：购物车、登录限制和后台任务暂时不可用"))
    facts = [(marked("版本"), str(told.get("valkey_version") or told.get("redis_version", "")))]
    facts += [(marked("应答"), f"{took * 1000:.1f} ms"), (marked("内存"), str(told.get("used_memory_human", "")))]
    return Part(name, True, facts)


def _scheduler() -> Part:
    name, age = marked("调度进程"), queries.scheduler_age_s()
    if age is None:
        return Part(name, False, worry=marked("调度进程还没有运行过：请启动 flask sweeps run"))
    failing = [sweep.name for sweep in queries.sweep_states() if sweep.is_failing]
    facts = [(marked("上次活动"), f"{age:.0f} s"), (marked("失败的巡检"), ", ".join(failing) or "0")]
    if age > SCHEDULER_SILENT_S:
        return Part(name, False, facts, marked("调度进程没有动静：未付款的订单不会关闭，丢失的任务不会补做"))
    return Part(name, not failing, facts, marked("有巡检上次没有成功") if failing else "")


def _worker() -> Part:
    name = marked("任务进程")
    try:
        found, depth = rq_desk.workers(), rq_desk.waiting()
    except AWAY:
        return Part(name, False)
    ages = [(clock.now() - worker.seen_at).total_seconds() for worker in found if worker.seen_at]
    alive = [age for age in ages if age <= WORKER_SILENT_S]
    facts = [(marked("进程"), str(len(alive))), (marked("上次活动"), f"{min(ages):.0f} s" if ages else "—")]
    facts.append((marked("等待的任务"), ", ".join(f"{queue} {count}" for queue, count in depth.items())))
    worry = "" if alive else marked("任务进程没有动静：短信、邮件和索引会等待巡检补做")
    return Part(name, bool(alive), facts, worry)


def _outbox() -> Part:
    failed, trying = outbox.count("failed"), outbox.count("retrying")
    facts = [(marked("发送失败"), str(failed)), (marked("重试中"), str(trying))]
    return Part(marked("消息"), not failed, facts, marked("有消息没有发出去，已不再重试") if failed else "")


def _jobs() -> Part:
    name = marked("失败的任务")
    try:
        failed = rq_desk.count_failed()
    except AWAY:
        return Part(name, False)
    return Part(name, not failed, [(marked("数量"), str(failed))], marked("有后台任务失败") if failed else "")


def _index(index: SearchIndex) -> Part:
    name = marked("搜索索引")
    try:
        stand = keeping.standing(index)
    except EngineAway:
        return Part(name, False, worry=marked("没有搜索索引：请运行 flask search rebuild"))
    facts = [(marked("商品"), f"{stand.documents} / {stand.on_shelf}"), (marked("上次核对"), f"{stand.age_s:.0f} s")]
    facts += [(marked("落后"), str(stand.behind)), (marked("大小"), f"{stand.size_bytes / 1_000_000:.1f} MB")]
    is_stale = stand.behind > 0 and stand.age_s > INDEX_STALE_S
    return Part(name, not is_stale, facts, marked("搜索索引落后于商品") if is_stale else "")


def _disk(folder: Path) -> Part:
    disk = shutil.disk_usage(folder)
    facts = [(marked("可用"), f"{disk.free / 1e9:.1f} GB"), (marked("总共"), f"{disk.total / 1e9:.1f} GB")]
    is_low = disk.free < disk.total * DISK_LOW
    return Part(marked("磁盘"), not is_low, facts, marked("磁盘空间不足一成") if is_low else "")


def _versions() -> Part:
    facts = [("Python", platform.python_version()), *((name, version(name)) for name in LIBRARIES)]
    return Part(marked("版本"), True, facts)
