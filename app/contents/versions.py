"""Versions of what staff write: read the newest, add one behind it. Helpers of the verbs; they join, never commit."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.contents.errors import StaleText
from app.contents.models import SiteVersion
from app.shared.db import db
from app.shared.errors import NotFound
from app.shared.uow import in_unit_of_work, violates

HISTORY = 50


@dataclass(frozen=True)
class Version:
    """One version; number 0 is what came with the mall."""

    number: int
    content: Any
    actor: str = ""
    note: str = ""
    at: datetime | None = None


def newest(name: str) -> Version | None:
    """What holds now; None while nobody has written."""
    row = db.session.scalars(_query(name).limit(1)).first()
    return None if row is None else _version(row)


def newest_of(names: Sequence[str]) -> dict[str, Version]:
    """The same for several, in one statement."""
    latest = select(SiteVersion.name, func.max(SiteVersion.version).label("version"))
    latest_of = latest.where(SiteVersion.name.in_(names)).group_by(SiteVersion.name).subquery()
    query = select(SiteVersion).join(
        latest_of, (latest_of.c.name == SiteVersion.name) & (latest_of.c.version == SiteVersion.version)
    )
    return {row.name: _version(row) for row in db.session.scalars(query)}


def history(name: str) -> list[Version]:
    """The last versions, newest first."""
    return [_version(row) for row in db.session.scalars(_query(name).limit(HISTORY))]


def get(name: str, number: int) -> Version:
    """One of them; NotFound."""
    row = db.session.scalars(_query(name).where(SiteVersion.version == number)).first()
    if row is None:
        raise NotFound()
    return _version(row)


def add(name: str, seen: int, content: Any, actor: str, note: str = "") -> int:
    """Another version behind the one that was `seen`; StaleText when there is one already. Returns its number."""
    assert in_unit_of_work(), "versions are added inside a unit of work"
    current = newest(name)
    if (current.number if current else 0) != seen:
        raise StaleText()
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    db.session.add(SiteVersion(name=name, version=seen + 1, content=text, actor=actor[:64], note=note[:100]))
    try:
        db.session.flush()
    except IntegrityError as problem:  # at the same moment
        if violates(problem, "uq_site_versions_name_version", "site_versions.name"):
            raise StaleText() from None
        raise
    return seen + 1


def _query(name: str) -> Any:
    return select(SiteVersion).where(SiteVersion.name == name).order_by(SiteVersion.version.desc())


def _version(row: SiteVersion) -> Version:
    return Version(row.version, json.loads(row.content), row.actor, row.note, row.created_at)
