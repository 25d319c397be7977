"""Verbs of pictures: take one in, hang it on what it belongs to, let it go, clear away what nothing needs."""

import hashlib
import secrets
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.exc import IntegrityError

from app.gateways.images import ImageStore, StoreAway
from app.pictures import making
from app.pictures.making import Made
from app.pictures.models import Picture
from app.pictures.policy import PRIVATE_KINDS, SHOP, UNUSED_FOR, Kind
from app.shared import clock
from app.shared.db import db
from app.shared.errors import NotFound
from app.shared.jobs import Job
from app.shared.pictures import PRIVATE, PUBLIC, look
from app.shared.uow import in_unit_of_work, then, unit_of_work, violates

CLEAR = Job("app.pictures.tasks.clear")
AT_ONCE = 500


def take(store: ImageStore, sent: bytes, kind: Kind, user_id: int) -> str:
    """Check, make anew and keep what somebody sent; its stem waits a day for `use`. What `make` raises, StoreAway.

    The row comes first and the files after it, so that a process that dies between leaves a row for the sweep.
    """
    db.session.close()  # no transaction waits for the pixels
    made = making.make(sent)
    digest = hashlib.sha256(sent).hexdigest()
    try:
        # the shop's own are named by their bytes, so the same file again is the same picture
        stem = _note(made, digest, kind, user_id) if kind in SHOP else ""
    except IntegrityError as problem:  # twice at the same moment
        if not violates(problem, "uq_pictures_stem", "pictures.stem"):
            raise
        stem = ""
    # people's by chance as well: no name tells who has a known photo, and what one drops is not another's
    stem = stem or _note(made, hashlib.sha256(secrets.token_bytes(16) + sent).hexdigest(), kind, user_id)
    _save(store, stem, made)
    return stem


def _save(store: ImageStore, stem: str, made: Made) -> None:
    try:
        for ending, (body, content_type) in made.files.items():
            store.save(f"{stem}-{ending}", body, content_type)
    except StoreAway:
        give_up([stem])
        raise


@unit_of_work
def _note(made: Made, digest: str, kind: Kind, user_id: int) -> str:
    """The row, or the one there is, for another day; "" when that one is about to be cleared away."""
    first = PRIVATE if kind in PRIVATE_KINDS else PUBLIC
    stem = f"{first}/{digest[:2]}/{digest[2:34]}-{made.width}x{made.height}-{made.colour}"
    known = db.session.scalar(select(Picture).where(Picture.stem == stem).with_for_update())
    if known is not None:
        known.created_at = clock.now()
        return "" if known.dropped_at else stem
    row = {"width": made.width, "height": made.height, "colour": f"#{made.colour}", "bytes": made.size}
    db.session.add(Picture(stem=stem, kind=kind.value, user_id=user_id, **row))
    return stem


def use(stems: Sequence[str], kind: Kind, owner_id: int, user_id: int) -> None:
    """Hang waiting pictures of one's own on their owner, in this order. NotFound for any other. Joins the unit."""
    assert in_unit_of_work(), "pictures are used inside a unit of work"
    for place, stem in enumerate(stems, 1):
        mine = (Picture.stem == stem, Picture.kind == kind.value, Picture.user_id == user_id)
        waits = (Picture.owner_id.is_(None), Picture.dropped_at.is_(None))
        values = {"owner_id": owner_id, "sequence": place, "used_at": clock.now()}
        if _change((*mine, *waits), values) != 1:
            raise NotFound()


def use_in_shop(stems: Iterable[str]) -> None:
    """Staff have hung these; NotFound for what is no picture of the shop. They stay: orders keep the stem. Joins."""
    assert in_unit_of_work(), "pictures are used inside a unit of work"
    for stem in set(stems):
        here = (Picture.stem == stem, Picture.kind.in_([kind.value for kind in SHOP]), Picture.dropped_at.is_(None))
        if _change(here, {"used_at": clock.now()}) != 1:
            raise NotFound()


def drop(kind: Kind, owner_id: int) -> None:
    """Let go of everything that hangs there. Joins; the files follow the commit."""
    _drop(Picture.kind == kind.value, Picture.owner_id == owner_id)


def drop_of_person(user_id: int) -> None:
    """Let go of everything that a person brought, but not of what staff brought for the shop. Joins."""
    _drop(Picture.user_id == user_id, Picture.kind.not_in([kind.value for kind in SHOP]))


@unit_of_work
def give_up(stems: Sequence[str]) -> None:
    """Let go of what was just taken in and is not used after all."""
    _drop(Picture.stem.in_(stems), Picture.used_at.is_(None))


def _drop(*where: ColumnElement[bool]) -> None:
    assert in_unit_of_work(), "pictures are dropped inside a unit of work"
    if _change((*where, Picture.dropped_at.is_(None)), {"dropped_at": clock.now()}):
        then(CLEAR.enqueue)


def _change(where: Iterable[ColumnElement[bool]], values: dict[str, object]) -> int:
    query = update(Picture).where(*where).values(values).execution_options(synchronize_session=False)
    return int(db.session.execute(query).rowcount)  # type: ignore[attr-defined]  # an UPDATE's result has it


def clear(store: ImageStore) -> int:
    """Files, then row, of what was dropped or has waited a day; how many. StoreAway leaves the rest to the next turn.

    A picture is dropped before its files go, so nobody can begin to use it meanwhile.
    """
    _drop_unused()
    rows = db.session.execute(select(Picture.id, Picture.stem).where(Picture.dropped_at.is_not(None)).limit(AT_ONCE))
    found = [(row.id, row.stem) for row in rows]
    db.session.close()
    for picture_id, stem in found:
        for name in files_of(stem):
            store.delete(name)
        _forget(picture_id)
    return len(found)


@unit_of_work
def _drop_unused() -> None:
    old = clock.now() - UNUSED_FOR
    where = (Picture.used_at.is_(None), Picture.dropped_at.is_(None), Picture.created_at < old)
    _change(where, {"dropped_at": clock.now()})


@unit_of_work
def _forget(picture_id: int) -> None:
    db.session.execute(delete(Picture).where(Picture.id == picture_id))


def files_of(stem: str) -> list[str]:
    """Names of all its files."""
    seen = look(stem)
    return [*(f"{stem}-{width}.webp" for width in seen.widths), f"{stem}-{seen.fallback}.jpg"]
