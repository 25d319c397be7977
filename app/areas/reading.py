"""The file of divisions: CSV with the columns code, name, parent_code and level, in any order of rows."""

import csv
from dataclasses import dataclass
from pathlib import Path

from app.areas.errors import BadAreaFile

SHIPPED = Path(__file__).parent / "data" / "areas.csv"


@dataclass(frozen=True)
class Division:
    """One line of the file."""

    id: int
    name: str
    parent_id: int | None
    level: int


def read_divisions(path: Path) -> list[Division]:
    """Every line; BadAreaFile for a wrong column, number, level or parent."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    try:
        divisions = [
            Division(
                id=int(line["code"]),
                name=line["name"].strip(),
                parent_id=int(line["parent_code"]) if line["parent_code"] else None,
                level=int(line["level"]),
            )
            for line in lines
        ]
    except (KeyError, ValueError, TypeError, AttributeError) as problem:
        raise BadAreaFile(f"{path.name}: {problem}") from problem
    _check(path, divisions)
    return divisions


def _check(path: Path, divisions: list[Division]) -> None:
    """Each division hangs on one a level above it."""
    levels = {each.id: each.level for each in divisions}
    for each in divisions:
        above = levels.get(each.parent_id) if each.parent_id is not None else 0
        if above is None or each.level != above + 1 or each.level > 3 or not each.name:
            raise BadAreaFile(f"{path.name}: {each.id} {each.name}")
