"""Verbs of the divisions."""

from app.areas import store
from app.areas.models import Area
from app.areas.reading import Division
from app.shared.uow import then, unit_of_work
from app.shared.upsert import upsert


@unit_of_work
def load_areas(divisions: list[Division]) -> int:
    """Insert or rename the divisions, parents first; safe to repeat. Returns how many were written."""
    rows = [
        {"id": each.id, "name": each.name, "parent_id": each.parent_id, "level": each.level}
        for each in sorted(divisions, key=lambda each: (each.level, each.id))
    ]
    upsert(
        Area,
        rows,
        keys=["id"],
        change=lambda new: {"name": new.name, "parent_id": new.parent_id, "level": new.level},
    )
    then(
        store.forget_areas, sorted({each.parent_id or each.id for each in divisions} | {each.id for each in divisions})
    )
    return len(rows)
