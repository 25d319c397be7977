"""Chinese runs: words by rjieba's search mode, bigrams so that no substring is lost, tails that name a thing."""

from functools import cache, lru_cache
from typing import Any

import rjieba

LONGEST_TAIL = 6
# what may stand behind the noun that says what a thing is
_TRAILERS = (
    *(
        "男女同款",
        "男女童",
        "旗舰店",
        "官方",
        "正品",
        "新款",
        "同款",
        "家用",
        "商用",
        "套装",
        "礼盒",
        "系列",
        "专用",
        "通用",
    ),
    *("男士", "女士", "男款", "女款", "儿童", "男童", "女童", "大号", "小号", *"装款版男女型"),
)


@cache
def _jieba() -> Any:
    return rjieba


def words(run: str) -> list[str]:
    """Every word the dictionary sees in the run, long ones and those inside them."""
    return list(dict.fromkeys(_jieba().cut_for_search(run, True)))


def cut(run: str) -> list[str]:
    """The run in words, each character once."""
    return list(_jieba().cut(run, True))


def is_word(text: str) -> bool:
    """Does the dictionary have it?"""
    return bool(_jieba().has_word(text))


def tags(run: str) -> list[tuple[str, str]]:
    """(word, part of speech)."""
    return list(_jieba().tag(run, True))


def bigrams(run: str) -> list[str]:
    """手机壳: 手机, 机壳."""
    return [run[place : place + 2] for place in range(len(run) - 1)]


@lru_cache(maxsize=20_000)
def tails(run: str) -> list[str]:
    """The ends of a run, and its ends before a trailer: 修身牛仔裤男 ends in 牛仔裤 as well."""
    found = _ends(run)
    while (shorter := _without_trailer(run)) != run:
        run = shorter
        found += _ends(run)
    return found


def bare(run: str) -> str:
    """The run without its trailers: 修身牛仔裤."""
    while (shorter := _without_trailer(run)) != run:
        run = shorter
    return run


def _without_trailer(run: str) -> str:
    for trailer in _TRAILERS:
        if run.endswith(trailer) and len(run) > len(trailer) + 1:
            return run[: -len(trailer)]
    return run


def _ends(run: str) -> list[str]:
    return [run[-length:] for length in range(1, min(LONGEST_TAIL, len(run)) + 1)]
