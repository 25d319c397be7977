"""Who a session belongs to, as Flask-Login wants it."""

import re
from dataclasses import dataclass
from datetime import datetime

from flask_login import UserMixin

from app.users import queries

_IDENT = re.compile(r"([0-9]{1,18}):([0-9]{1,18})")


@dataclass(frozen=True, eq=False)
class Shopper(UserMixin):
    """The signed-in person of this request; a value, not a row."""

    id: int
    username: str
    mobile: str
    is_staff: bool
    sign_in_id: int
    seen_at: datetime | None = None

    def get_id(self) -> str:
        """`<user id>:<sign-in id>`: ending the sign-in ends every cookie that carries it."""
        return f"{self.id}:{self.sign_in_id}"


def load_shopper(ident: str) -> Shopper | None:
    """The person behind a session or remember cookie, if that sign-in is still open. One statement."""
    parts = _IDENT.fullmatch(ident)
    if parts is None:
        return None
    found = queries.find_visitor(int(parts[1]), int(parts[2]))
    return None if found is None else Shopper(**vars(found))
