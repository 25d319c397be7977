"""What Redis knows of jobs: those that failed for good, who works, and what waits. Redis errors reach the caller."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from rq import Queue, Worker
from rq.exceptions import InvalidJobOperation, NoSuchJobError
from rq.job import Job
from rq.registry import FailedJobRegistry

from app.shared.jobs import QUEUES


@dataclass(frozen=True)
class FailedJob:
    """A job that will not run again by itself. `reason` names the kind of problem, `place` where; `story` is all of it.

    A story can hold what somebody typed: only who may see personal data is shown it.
    """

    id: str
    path: str
    args: tuple[Any, ...]
    queue: str
    failed_at: datetime | None
    reason: str
    place: str
    story: str


@dataclass(frozen=True)
class WorkerSeen:
    """A worker process as it last told of itself."""

    name: str
    state: str
    queues: tuple[str, ...]
    seen_at: datetime | None
    done: int
    failed: int


def count_failed() -> int:
    """Over all queues."""
    return sum(int(_line().zcard(registry.key)) for registry in _registries())


def failed_jobs(start: int, most: int) -> list[FailedJob]:
    """A page of them, queue by queue, the newest first."""
    found: list[FailedJob] = []
    for registry in _registries():
        size = int(_line().zcard(registry.key))
        if start >= size:
            start -= size
            continue
        ids = registry.get_job_ids(start, start + most - len(found) - 1, desc=True, cleanup=False)
        jobs = Job.fetch_many(ids, connection=_line())
        found += [_told(job) for job in jobs if job is not None]
        start = 0
        if len(found) >= most:
            break
    return found


def retry(job_id: str) -> bool:
    """Put it back into its queue; False when it is not among the failed: somebody else was faster."""
    job = _fetch(job_id)
    if job is None:
        return False
    try:
        _registry(job.origin).requeue(job)
    except InvalidJobOperation:
        return False
    return True


def drop(job_id: str) -> bool:
    """Forget a failed job; False when it is not among the failed."""
    job = _fetch(job_id)
    if job is None or not _line().zrem(_registry(job.origin).key, job.id):
        return False
    job.delete()
    return True


def workers() -> list[WorkerSeen]:
    """Everyone who is registered; a dead one's entry ends by itself."""
    return [
        WorkerSeen(
            name=worker.name[:8],
            state=str(worker.get_state()),
            queues=tuple(worker.queue_names()),
            seen_at=worker.last_heartbeat,
            done=worker.successful_job_count,
            failed=worker.failed_job_count,
        )
        for worker in Worker.all(connection=_line())
    ]


def waiting() -> dict[str, int]:
    """Queue -> jobs that wait for a worker."""
    return {name: int(Queue(name, connection=_line()).count) for name in QUEUES}


def _line() -> Any:
    return current_app.extensions["meiduo_rq"]


def _registry(queue: str) -> FailedJobRegistry:
    return FailedJobRegistry(queue, connection=_line())


def _registries() -> Iterator[FailedJobRegistry]:
    return (_registry(name) for name in QUEUES)


def _fetch(job_id: str) -> Job | None:
    try:
        return Job.fetch(job_id, connection=_line())
    except (NoSuchJobError, ValueError):  # gone, or no id at all
        return None


def _told(job: Job) -> FailedJob:
    result = job.latest_result()
    story = (result.exc_string if result else None) or ""
    return FailedJob(
        id=job.id,
        path=job.func_name or "",
        args=tuple(job.args),
        queue=job.origin,
        failed_at=job.ended_at,
        reason=_reason(story),
        place=_place(story),
        story=story,
    )


def _reason(story: str) -> str:
    """The kind of the exception: the word before the colon, behind the last frame. Never what it says."""
    lines = story.splitlines()
    last = max((at for at, line in enumerate(lines) if line.startswith('  File "')), default=-1)
    for line in lines[last + 1 :]:
        if line and not line[0].isspace():
            return line.partition(":")[0][:100]
    return ""


def _place(story: str) -> str:
    """The last line of ours in the traceback: app/outbox/services.py:120."""
    for line in reversed(story.splitlines()):
        if line.strip().startswith('File "') and "/app/" in line and "site-packages" not in line:
            path, _, rest = line.partition('", line ')
            return f"app/{path.rpartition('/app/')[2]}:{rest.partition(',')[0]}"
    return ""
