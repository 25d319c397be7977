"""Alembic's environment: the application's own engine and metadata."""

from typing import Any

from alembic import context
from flask import current_app

config = context.config
target = current_app.extensions["migrate"].db


def include_object(_object: object, name: str | None, kind: str, _reflected: bool, _compare_to: object) -> bool:
    """Only our tables."""
    return not (kind == "table" and name == "alembic_version")


def render_item(kind: str, item: object, autogen: Any) -> str | bool:
    """Our own column types by their names, so a revision reads like the models."""
    if kind == "type" and type(item).__module__ == "app.shared.db":
        autogen.imports.add(f"from app.shared.db import {type(item).__name__}")
        return f"{type(item).__name__}()"
    return False


def run_online() -> None:
    """Migrate over a connection of its own; batch mode lets SQLite change tables."""
    with target.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=target.metadata,
            include_object=include_object,
            compare_type=True,
            render_item=render_item,
            render_as_batch=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    context.configure(url=str(target.engine.url), target_metadata=target.metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    run_online()
