"""The state table as people read it: a diagram and a list, written into docs/ORDERS.md and compared with it."""

import re

from app.orders import words
from app.orders.models import MOVES, OrderStatus

BEGIN, END = "<!-- drawn from MOVES: flask orders states -->", "<!-- end of the drawing -->"


def draw() -> str:
    """The whole block between its two marks, in Markdown with a Mermaid diagram."""
    return "\n".join([BEGIN, "", "```mermaid", *_diagram(), "```", "", *_table(), "", END])


def redraw(text: str) -> str:
    """The page with its block as the table is now."""
    return re.sub(f"{re.escape(BEGIN)}.*?{re.escape(END)}", lambda _old: draw(), text, flags=re.DOTALL)


def _diagram() -> list[str]:
    lines = ["stateDiagram-v2"]
    lines += [f'    state "{words.STATUS[status]} {status.name}" as {status.name}' for status in OrderStatus]
    lines += ["    [*] --> UNPAID: Alipay", "    [*] --> UNSENT: cash on delivery"]
    lines += [f"    {move.old.name} --> {move.new.name}: {move.by}" for move in MOVES]
    return [*lines, "    FINISHED --> [*]", "    CANCELLED --> [*]"]


def _table() -> list[str]:
    rows = [f"| {_name(move.old)} | {_name(move.new)} | {move.by} | {move.when} |" for move in MOVES]
    return ["| from | to | who | when |", "|---|---|---|---|", *rows]


def _name(status: OrderStatus) -> str:
    return f"{int(status)} {words.STATUS[status]} `{status.name}`"
