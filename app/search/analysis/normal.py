"""One form for what is the same to a reader: width, case, accents, traditional characters, a few signs."""

import re
import unicodedata
from functools import cache, lru_cache

from opencc import OpenCC

HANZI = "一-鿿㐀-䶿"
HAN_RUN = re.compile(rf"(?:[{HANZI}]|(?<![a-z0-9])[a-z](?=[恤盘]))+")
_HAS_HANZI = re.compile(f"[{HANZI}]")
_MIXED_GAP = re.compile(r"(?<![a-z0-9])([a-z])\s+(?=[恤盘])")
_SIGNS = str.maketrans({"×": " * ", "’": "'", "‘": "'", "“": '"', "”": '"', "〇": "零", "–": "-", "—": "-", "－": "-"})


@cache
def _simplifier() -> OpenCC:
    return OpenCC("t2s")


@cache
def _localiser() -> OpenCC:
    """Words of Taiwan too: 滑鼠 becomes 鼠标."""
    return OpenCC("tw2sp")


@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """Half width, lower case, no accents, simplified characters, single spaces."""
    text = unicodedata.normalize("NFKD", text.translate(_SIGNS))
    text = "".join(char for char in text if not unicodedata.combining(char)).lower()
    if _HAS_HANZI.search(text):
        text = simplify(text)
    return _MIXED_GAP.sub(r"\1", " ".join(text.split()))


@lru_cache(maxsize=4096)
def simplify(text: str) -> str:
    """Traditional to simplified, character by character and phrase by phrase."""
    return str(_simplifier().convert(text))


def localise(text: str) -> str:
    """A text in traditional characters in the words of the mainland; any other as it is."""
    return str(_localiser().convert(text)) if is_hanzi(text) and simplify(text) != text else text


def is_hanzi(text: str) -> bool:
    """Is there a Chinese character in it?"""
    return _HAS_HANZI.search(text) is not None
