"""The chain of the audit log: every entry carries the hash of the one before, and one row says where it ends."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, select, update

from app.shared import clock
from app.shared.db import db
from app.shared.uow import in_unit_of_work
from app.shared.upsert import upsert
from app.staff.models import AuditEntry, AuditHead, AuditObject

START = "0" * 64
PAGE = 1000
COLUMNS = AuditEntry.__table__.c


def append(values: Mapping[str, str], objects: list[str]) -> int:
    """Add an entry at the end; its number. The last thing of a unit of work: the end of the chain is held until then.

    `values`: who, address, what, object, before, after.
    """
    assert in_unit_of_work(), "the log belongs to the transaction that it tells of"
    upsert(AuditHead, [{"id": 1, "number": 0, "hash": START}], keys=["id"], change=lambda row: {"id": 1})
    line = db.session.connection()
    number, previous = line.execute(select(AuditHead.number, AuditHead.hash).where(AuditHead.id == 1)).one()
    entry: dict[str, Any] = {**values, "id": number + 1, "at": clock.now(), "previous": previous}
    entry["hash"] = link(entry)
    line.execute(insert(AuditEntry.__table__), entry)  # type: ignore[arg-type]  # a mapped class's table
    rows = [{"entry_id": entry["id"], "object": each[:64]} for each in dict.fromkeys(objects)]
    if rows:
        line.execute(insert(AuditObject.__table__), rows)  # type: ignore[arg-type]  # a mapped class's table
    line.execute(update(AuditHead).where(AuditHead.id == 1).values(number=entry["id"], hash=entry["hash"]))
    return number + 1


def link(entry: Mapping[str, Any]) -> str:
    """The hash over everything an entry says and the hash before it, 64 hex digits."""
    said = [entry["id"], entry["at"].isoformat(timespec="microseconds")]
    said += [entry[name] for name in ("who", "address", "what", "object", "before", "after", "previous")]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def first_broken() -> tuple[int, str] | None:
    """Number and fault of the first entry that is not as it was written; None for a whole chain."""
    number, previous = 0, START
    while True:
        rows = db.session.execute(select(*COLUMNS).where(COLUMNS.id > number).order_by(COLUMNS.id).limit(PAGE)).all()
        for row in rows:
            if row.id != number + 1:
                return number + 1, "missing"
            if row.previous != previous:
                return row.id, "does not follow the entry before it"
            if link(row._asdict()) != row.hash:
                return row.id, "was changed"
            number, previous = row.id, row.hash
        if len(rows) < PAGE:
            break
    head = db.session.execute(select(AuditHead.number, AuditHead.hash)).first()
    if head is None:
        return (number, "the end of the chain is missing") if number else None
    if head.number > number:
        return number + 1, "missing"
    return None if tuple(head) == (number, previous) else (number, "is not the end that was written")


def end() -> tuple[int, str]:
    """Number and hash of the last entry: kept elsewhere, they prove that nothing before was changed since."""
    found = db.session.execute(select(AuditHead.number, AuditHead.hash)).first()
    return (int(found.number), str(found.hash)) if found else (0, START)
