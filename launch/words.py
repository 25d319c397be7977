"""What a launcher says to the person at the terminal: one sentence, Chinese and English, never a traceback."""

import sys
import unicodedata


class Refusal(Exception):
    """The mall cannot start or go on; carries the one sentence that says why."""

    def __init__(self, chinese: str, english: str) -> None:
        super().__init__(f"{chinese} / {english}")


def say(text: str) -> None:
    print(text, flush=True)


def complain(problem: object) -> None:
    print(f"meiduo: {problem}", file=sys.stderr, flush=True)


def width(text: str) -> int:
    """Columns that a text takes on a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def box(rows: list[str]) -> str:
    """The rows in a frame; an empty row becomes a line across."""
    inner = max(width(row) for row in rows) + 2
    lines = ["┌" + "─" * inner + "┐"]
    for row in rows:
        lines.append(f"│ {row}{' ' * (inner - 1 - width(row))}│" if row else "├" + "─" * inner + "┤")
    lines.append("└" + "─" * inner + "┘")
    return "\n".join(lines)
