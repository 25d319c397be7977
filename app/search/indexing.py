"""Goods as entries of the index, and the notes kept beside it: its words, the synonyms, how far it follows the shop."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from app.gateways.search import Entry
from app.search import completing
from app.search.analysis.fields import FIELDS, Facts, analyse
from app.search.analysis.normal import fold
from app.search.analysis.vocabulary import Vocabulary

WORDS, NAMES, SYNONYMS, MARK = "words", "names", "synonyms", "mark"


@dataclass(frozen=True, slots=True)
class IndexedSKU:
    """A SKU as search sees it."""

    facts: Facts
    weight: float = 1.0


@dataclass
class Writer:
    """Turns goods into entries and learns their words on the way."""

    brands: frozenset[str] = frozenset()
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    names: Counter[str] = field(default_factory=Counter)

    def entries(self, goods: Iterable[IndexedSKU]) -> Iterator[Entry]:
        for good in goods:
            tokens = analyse(good.facts, self.brands)
            self.vocabulary.take(tokens)
            self.names.update(completing.names_of(good.facts))
            fields = {name: sorted(tokens.fields[name]) for name in FIELDS if tokens.fields[name]}
            yield Entry(good.facts.id, fields, good.weight, _stamp(fields, good.weight))


def brand_words(names: Iterable[str], groups: Iterable[Sequence[str]]) -> frozenset[str]:
    """Every way to write a brand, folded: its names, and their synonyms."""
    words = {fold(name) for name in names if name}
    for group in groups:
        folded = {fold(word) for word in group}
        if folded & words:
            words |= folded
    return frozenset(words)


def pack_groups(groups: Iterable[Sequence[str]]) -> bytes:
    """Synonyms as a note."""
    return json.dumps([list(group) for group in groups], ensure_ascii=False).encode()


def pack_names(names: Mapping[str, int]) -> bytes:
    """What may complete a question, with the number of goods behind each."""
    return json.dumps(completing.commonest(names), ensure_ascii=False).encode()


def unpack_names(note: bytes | None) -> dict[str, int]:
    """None without a note."""
    names: dict[str, int] = json.loads(note) if note else {}
    return names


def unpack_groups(note: bytes | None) -> list[list[str]]:
    """None without a note."""
    groups: list[list[str]] = json.loads(note) if note else []
    return groups


def digest(*notes: bytes) -> str:
    """A short name for their content."""
    return hashlib.sha256(b"\0".join(notes)).hexdigest()[:16]


def _stamp(fields: dict[str, list[str]], weight: float) -> int:
    """Positive, the same for the same tokens and weight in every process."""
    content = "\n".join(f"{name} {' '.join(tokens)}" for name, tokens in fields.items()) + f"\n{weight:.3f}"
    return int.from_bytes(hashlib.blake2b(content.encode(), digest_size=7).digest(), "big") | 1
