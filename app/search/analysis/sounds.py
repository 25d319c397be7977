"""How Chinese words sound: pinyin without tones, every reading of a polyphone, initials, and what sounds alike."""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import product

from pypinyin import Style, lazy_pinyin
from pypinyin.constants import PINYIN_DICT

MOST_READINGS = 8
_TONE = re.compile(r"[āáǎàēéěèếềōóǒòīíǐìūúǔùǖǘǚǜüńňǹḿ]")
_PLAIN = dict(zip("āáǎàēéěèōóǒòīíǐìūúǔùǖǘǚǜüńňǹḿếề", "aaaaeeeeooooiiiiuuuuvvvvvnnnmee", strict=True))
_CONFUSED = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"))


@lru_cache(maxsize=32768)
def char_readings(char: str) -> tuple[str, ...]:
    """Toneless readings of one character, the commonest first, three at most; a Latin letter reads as itself."""
    listed = PINYIN_DICT.get(ord(char), "")
    if not listed:
        return (char,) if char.isascii() and char.isalnum() else ()
    plain = (_TONE.sub(lambda tone: _PLAIN[tone[0]], reading) for reading in listed.split(","))
    return tuple(dict.fromkeys(plain))[:3]


@lru_cache(maxsize=65536)
def readings(word: str) -> tuple[tuple[str, ...], ...]:
    """The word's syllables, as the phrase dictionary has it first, then with its polyphones' other readings."""
    usual = tuple(lazy_pinyin(word, style=Style.NORMAL, v_to_u=False, strict=False))
    each = [char_readings(char) for char in word]
    if not all(each):
        return ()
    found = [usual] if len(usual) == len(word) else []
    for syllables in product(*each):
        if syllables not in found:
            found.append(syllables)
        if len(found) >= MOST_READINGS:
            break
    return tuple(found)


def spellings(word: str) -> list[str]:
    """Full pinyin, written together: 乐高 is legao and yuegao."""
    return list(dict.fromkeys("".join(syllables) for syllables in readings(word)))


def initials(word: str) -> list[str]:
    """First letters: 手机 is sj."""
    return list(dict.fromkeys("".join(syllable[0] for syllable in syllables) for syllables in readings(word)))


def blurred(spelling: str) -> str:
    """One form for what many speakers do not tell apart: zh and z, ing and in."""
    for strict, loose in _CONFUSED:
        spelling = spelling.replace(strict, loose)
    return spelling


def homophone_keys(text: str) -> list[str]:
    """Keys under which a mistyped word finds those that sound the same; syllables stay apart."""
    return list(dict.fromkeys("'".join(syllables) for syllables in readings(text)))


def keyed(words: Iterable[str]) -> dict[str, list[str]]:
    """Words by their homophone key."""
    found: dict[str, list[str]] = {}
    for word in words:
        for key in homophone_keys(word):
            found.setdefault(key, []).append(word)
    return found
