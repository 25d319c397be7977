"""A username for somebody who has none here yet: from the nickname, never from a number."""

import re
import secrets
import unicodedata

from pypinyin import lazy_pinyin

from app.oauth.policy import SUGGESTION_LONGEST
from app.users.policy import is_username
from app.users.queries import count_username

NUMBERS = re.compile(r"[0-9]{5,}")  # a nickname may be somebody's mobile or QQ number
FOREIGN = re.compile(r"[^a-zA-Z0-9_-]+")
TRIES = 5


def suggest(nickname: str) -> str:
    """A free name that the rules allow; a suggestion only, the form asks for it."""
    plain = unicodedata.normalize("NFKC", nickname)
    latin = FOREIGN.sub("", NUMBERS.sub("", "".join(lazy_pinyin(plain))))
    stem = latin.strip("_-")[:SUGGESTION_LONGEST].strip("_-") or "meiduo"
    if is_username(stem) and not count_username(stem):
        return stem
    for _ in range(TRIES):
        name = f"{stem}_{secrets.randbelow(9000) + 1000}"
        if is_username(name) and not count_username(name):
            return name
    return ""
