"""What the pages of after-sales for staff share."""

from collections.abc import Mapping

from flask_login import current_user

from app.shared.errors import BadValue


def actor() -> str:
    """Who decides, for the diary."""
    return f"staff:{current_user.id}"


def read_counts(form: Mapping[str, str]) -> dict[int, int]:
    """Pieces per order line of fields named `count_<line>`; empty ones count as none. BadValue for anything else."""
    found = {}
    for name, text in form.items():
        line, digits = name.removeprefix("count_"), text.strip()
        if name == line or not line.isascii() or not line.isdigit() or not digits:
            continue
        if not digits.isascii() or not digits.isdigit() or len(digits) > 6 or len(line) > 18:
            raise BadValue()
        found[int(line)] = int(digits)
    return found
