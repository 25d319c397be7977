"""Latin words, numbers and models: parted where letters meet digits, and joined again, so that P50 is p50 and
mate60pro is Mate 60 Pro, but pro is never found inside process."""

import re
from dataclasses import dataclass

_RUN = re.compile(r"[a-z0-9](?:[a-z0-9]|[-_.'& ](?=[a-z0-9]))*")
_PART = re.compile(r"\d+(?:\.\d+)?|[a-z]+")
LONGEST_JOIN = 5  # parts
LONGEST = 24  # characters of a joined token


@dataclass(frozen=True, slots=True)
class Part:
    """Letters or a number; `is_glued`: nothing stands between it and the part before."""

    text: str
    start: int
    end: int
    is_glued: bool


@dataclass(frozen=True, slots=True)
class LatinRun:
    """Parts with at most a space or a hyphen between them."""

    start: int
    end: int
    parts: tuple[Part, ...]


def runs(text: str) -> list[LatinRun]:
    """The Latin runs of a folded text."""
    found = []
    for match in _RUN.finditer(text):
        parts: list[Part] = []
        for piece in _PART.finditer(text, match.start(), match.end()):
            glued = bool(parts) and parts[-1].end == piece.start()
            parts.append(Part(piece[0], piece.start(), piece.end(), glued))
        if parts:
            found.append(LatinRun(match.start(), match.end(), tuple(parts)))
    return found


def joins(parts: tuple[Part, ...]) -> list[str]:
    """Every stretch of neighbouring parts as one token; a single part only when it stands alone.

    The xm of 1000XM5 is no word: it is inside one.
    """
    tokens = []
    for start in range(len(parts)):
        for end in range(start + 1, min(len(parts), start + LONGEST_JOIN) + 1):
            token = glue(parts[start:end])
            if len(token) <= LONGEST and (end > start + 1 or not is_inside(parts, start)):
                tokens.append(token)
                tokens += sizes(token)
    return tokens


def sizes(token: str) -> list[str]:
    """XXL is 2XL."""
    if re.fullmatch("x{2,5}l", token):
        return [f"{len(token) - 1}xl"]
    if re.fullmatch("[2-5]xl", token):
        return ["x" * int(token[0]) + "l"]
    return []


def is_inside(parts: tuple[Part, ...], place: int) -> bool:
    """Is the part only a piece of what was written together?"""
    return parts[place].is_glued or (place + 1 < len(parts) and parts[place + 1].is_glued)


def ends(parts: tuple[Part, ...]) -> list[str]:
    """The stretches that reach the end of the run: iphone15 of `iPhone 15`, but not of `iPhone 15 Pro`."""
    return [glue(parts[start:]) for start in range(max(0, len(parts) - LONGEST_JOIN), len(parts))]


def glue(parts: tuple[Part, ...]) -> str:
    """Joined without what stood between; a dot inside a number stays."""
    return "".join(part.text for part in parts)


def words(parts: tuple[Part, ...]) -> list[tuple[Part, ...]]:
    """Parts that were written together, as one word each."""
    found: list[list[Part]] = []
    for part in parts:
        if part.is_glued and found:
            found[-1].append(part)
        else:
            found.append([part])
    return [tuple(word) for word in found]
