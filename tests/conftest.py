"""Only the list of fixtures, and which tests run on the second engine."""

import os

import pytest

pytest_plugins = ["tests.fixtures.mall", "tests.fixtures.search", "tests.fixtures.people", "tests.fixtures.browser"]

# fixtures that touch the database or Redis: what uses none of them needs no second run
SERVED = {"app", "reindex", "ctx", "client", "guest", "make", "server", "make_server", "strict"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The MariaDB leg runs what speaks SQL or Redis, and of the browser journeys those marked `both`."""
    if os.environ.get("TEST_ENGINE", "sqlite") == "sqlite":
        return
    keep, leave = [], []
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        again = bool(fixtures & SERVED) and not item.get_closest_marker("once")
        if item.get_closest_marker("browser"):
            again = item.get_closest_marker("both") is not None
        (keep if again else leave).append(item)
    items[:] = keep
    config.hook.pytest_deselected(items=leave)
