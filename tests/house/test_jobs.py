"""House test 3: every job handle points at a function in a tasks.py and at a queue that the worker serves."""

import importlib
import inspect

import worker as worker_entry
from app.shared.jobs import QUEUES, REGISTER, Job
from app.shared.sweeps import REGISTER as SWEEPS
from tests.house.reading import APP


def faults(job: Job) -> list[str]:
    """What is wrong with a handle."""
    found = []
    module, _, name = job.path.rpartition(".")
    if not module.startswith("app.") or not module.endswith(".tasks"):
        found.append(f"{job.path} is not in a tasks.py")
    try:
        task = getattr(importlib.import_module(module), name, None)
    except ImportError:
        task = None
    if not inspect.isfunction(task):
        found.append(f"{job.path} does not exist")
    if job.queue not in QUEUES:
        found.append(f"{job.path}: nobody serves the queue {job.queue}")
    return found


def test_every_handle_leads_somewhere(mall: object) -> None:
    assert REGISTER
    assert [fault for job in REGISTER.values() for fault in faults(job)] == []


def test_a_wrong_handle_is_noticed() -> None:
    wrong = Job("app.payment.services.settle", queue="nowhere")
    gone = Job("app.payment.tasks.no_such_task")
    try:
        assert len(faults(wrong)) == 2
        assert faults(gone) == ["app.payment.tasks.no_such_task does not exist"]
    finally:
        del REGISTER[wrong.path], REGISTER[gone.path]


def test_every_task_has_a_handle(mall: object) -> None:
    """A task without a handle is a job that nobody can enqueue by the house's rules."""
    for path in sorted(APP.glob("*/tasks.py")):
        module = importlib.import_module(f"app.{path.parent.name}.tasks")
        for name, task in inspect.getmembers(module, inspect.isfunction):
            if task.__module__ == module.__name__ and not name.startswith("_"):
                assert f"{module.__name__}.{name}" in REGISTER


def test_the_worker_serves_the_register() -> None:
    assert worker_entry.QUEUES is QUEUES


def test_sweeps_are_named_after_their_room_and_run_often(mall: object) -> None:
    """What a lost job leaves undone is finished within a minute or so."""
    assert {"payment.expire-unpaid", "payment.reconcile", "outbox.sweep"} <= set(SWEEPS)
    for name, sweep in SWEEPS.items():
        assert (APP / name.split(".")[0]).is_dir(), name
        assert 0 < sweep.every_s <= 300, name
