"""What a question may become while it is typed: names of categories, makers and goods by their beginnings.

Each name is found by its characters, by its pinyin, by its initials, and from each of its words on.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from app.search.analysis import sounds
from app.search.analysis.fields import Facts
from app.search.analysis.normal import fold, is_hanzi

MOST_NAMES = 20_000
MOST_SCANNED = 4_000  # keys looked through for one beginning
LONGEST = 24  # characters of a name
_MODEL = re.compile(r"(?<![A-Za-z0-9])[A-Za-z][A-Za-z0-9]*(?:[ -][A-Za-z0-9.]+)*(?![A-Za-z0-9])")
_MEASURE = re.compile(r"\s*\d+(?:\.\d+)?(?:GB|TB|ML|KG|CM|MM|[GLWVKP])?$", re.IGNORECASE)
_PARTS = re.compile(r"[/、]")


PLAIN, COMMON = 1, 3  # a category of its own kind and a maker are asked for more often than the rest


def names_of(facts: Facts) -> dict[str, int]:
    """What people may ask for to find this SKU, with a weight: its categories, its maker, both together, its model."""
    brand = facts.brands[0] if facts.brands else ""
    names = dict.fromkeys(facts.categories[1:], PLAIN)
    names[brand] = COMMON
    for part in _PARTS.split(facts.categories[-1]) if facts.categories else ():
        names[part] = COMMON
        if brand:
            names[brand + part if is_hanzi(brand[-1]) and is_hanzi(part[:1]) else f"{brand} {part}"] = PLAIN
    for match in _MODEL.finditer(facts.name):
        model = match[0].strip()
        if brand and len(model) > 3 and any(char.isdigit() for char in model) and not _MEASURE.fullmatch(model):
            names[model if fold(model).startswith(fold(brand)) else f"{brand} {model}"] = PLAIN
            break
    return {name: weight for name, weight in names.items() if 2 <= len(name) <= LONGEST}


def commonest(names: Mapping[str, int]) -> dict[str, int]:
    """As many as are kept beside the index."""
    return dict(Counter(names).most_common(MOST_NAMES))


class Completions:
    """A sorted list of beginnings; built once for a vocabulary."""

    def __init__(self, names: Mapping[str, int]) -> None:
        self.names = list(names)
        self.weights = [names[name] for name in self.names]
        pairs = sorted({(key, place) for place, name in enumerate(self.names) for key in keys_of(name)})
        self.keys = [key for key, _place in pairs]
        self.places = [place for _key, place in pairs]
        self.complete = lru_cache(maxsize=2048)(self._complete)

    def _complete(self, text: str, limit: int) -> tuple[str, ...]:
        """The weightiest names that begin so; what is typed whole comes first."""
        start = beginning(text)
        if not start:
            return ()
        found: dict[int, float] = {}
        at = bisect_left(self.keys, start)
        for place in range(at, min(len(self.keys), at + MOST_SCANNED)):
            key = self.keys[place]
            if not key.startswith(start):
                break
            weight = self.weights[self.places[place]] * (1000 if key == start else 1)
            found[self.places[place]] = max(weight, found.get(self.places[place], 0.0))
        best = sorted(found, key=lambda place: (-found[place], self.names[place]))
        return tuple(self.names[place] for place in best[:limit])


def keys_of(name: str) -> Iterable[str]:
    """Characters, pinyin and initials, from the start and from each later word."""
    folded = fold(name)
    for place in (0, *(match.end() for match in re.finditer(r"[\s/-]+|(?<=[a-z0-9])(?=[一-鿿])", folded))):
        tail = folded[place:].replace(" ", "").replace("-", "")
        if not tail:
            continue
        yield tail
        if is_hanzi(tail) and len(tail) <= LONGEST:
            yield _spelled(tail)
            if len(tail) > 1:
                yield _initials(tail)


def beginning(text: str) -> str:
    """What was typed as a key: characters alone, or all of it as pinyin when letters are among them."""
    folded = fold(text).replace(" ", "").replace("-", "").replace("'", "")
    if is_hanzi(folded) and re.search("[a-z]", folded):
        return _spelled(folded)
    return folded


def _spelled(text: str) -> str:
    return "".join("".join(sounds.readings(run)[0]) if is_hanzi(run) else run for run in _runs(text))


def _initials(text: str) -> str:
    return "".join(
        "".join(syllable[0] for syllable in sounds.readings(run)[0]) if is_hanzi(run) else run for run in _runs(text)
    )


def _runs(text: str) -> list[str]:
    """Characters with a reading apart from everything else."""
    parts = re.findall(r"[一-鿿]+|[^一-鿿]+", text)
    return [part for part in parts if not is_hanzi(part) or sounds.readings(part)]
