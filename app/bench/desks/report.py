"""What a walk says, for people or as JSON."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from app.bench.desks.explaining import Finding
from app.bench.desks.measuring import Line, summary, table
from app.bench.desks.walking import Case


def findings(found: Sequence[Finding], as_json: bool) -> str:
    """Statements that read much, the largest first."""
    if as_json:
        return json.dumps([asdict(each) for each in found], ensure_ascii=False, indent=2)
    rows = [
        f"{each.rows:>10,}  {each.table}: {each.how}\n{'':12}{each.page}\n{'':12}{each.statement}" for each in found
    ]
    return "\n".join([*rows, f"{len(found)} statements read whole tables or sort much"])


def measured(about: Mapping[str, Any], lines: Sequence[Line], refused: Sequence[Case], as_json: bool) -> str:
    """Times, the slowest first, and what was asked for in vain."""
    if as_json:
        told = {**about, **summary(lines), "runs": [asdict(line) for line in lines]}
        return json.dumps({**told, "refused": [asdict(case) for case in refused]}, ensure_ascii=False, indent=2)
    said = [", ".join(f"{name}: {value}" for name, value in about.items()), table(lines)]
    said += [f"{case.status}  {case.paths[0]}" for case in refused]
    return "\n".join([*said, ", ".join(f"{name}: {value}" for name, value in summary(lines).items())])
