"""Reads of pictures: what hangs where, and whose one is."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from app.pictures.models import Picture
from app.pictures.policy import Kind
from app.shared.db import db


def hanging(kind: Kind, owner_ids: Iterable[int]) -> dict[int, list[str]]:
    """Stems by owner, in their order, in one statement; owners without any are absent."""
    wanted = list(owner_ids)
    found: dict[int, list[str]] = {}
    if not wanted:
        return found
    query = (
        select(Picture.owner_id, Picture.stem)
        .where(Picture.kind == kind.value, Picture.owner_id.in_(wanted), Picture.dropped_at.is_(None))
        .order_by(Picture.owner_id, Picture.sequence)
    )
    for owner_id, stem in db.session.execute(query):
        if owner_id is not None:
            found.setdefault(owner_id, []).append(stem)
    return found


def waiting(stems: Sequence[str], kind: Kind, user_id: int) -> list[str]:
    """Which of these are one's own and hang nowhere yet, in the given order."""
    query = select(Picture.stem).where(
        Picture.stem.in_(stems),
        Picture.kind == kind.value,
        Picture.user_id == user_id,
        Picture.owner_id.is_(None),
        Picture.dropped_at.is_(None),
    )
    mine = set(db.session.scalars(query)) if stems else set()
    return [stem for stem in dict.fromkeys(stems) if stem in mine]


def find_bringer(stem: str) -> int | None:
    """Who brought a picture that is still kept; None when there is none, or nobody any more."""
    return db.session.scalar(select(Picture.user_id).where(Picture.stem == stem, Picture.dropped_at.is_(None)))
