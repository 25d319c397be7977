"""Port: an index of ready tokens. It takes documents and answers questions; it analyses nothing, ranks by our numbers.

The analysis (app/search/analysis) hands over finished tokens for documents and questions alike, and a score for every
way in which a token may match. So an engine needs no plug-in and knows no Chinese, and two engines rank alike:

    score of a document = (sum over the clauses of its best matching option's score) x the document's weight

Filters, facets, sorting and pages are not asked here: the listing keeps columns of its own and cuts its pages from
`Match.ids`, best first. What an adapter must do is written down in tests/gateways/search_contract.py.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from app.shared.errors import Busy, DomainError, marked

MOST = 100_000  # ids of one answer


class EngineAway(DomainError):
    """There is no index yet, or it cannot be read; the caller falls back to plain SQL."""

    code, http_status, message = "5203", 503, marked("搜索正在准备中，请稍后再试")


class WriterBusy(Busy):
    """Another process writes to the index."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A document: tokens by field, a weight from 1 up (stock, sales, age), and a stamp of all of it.

    An entry whose stamp the index already holds for its id need not be written again; 0 is never the same.
    """

    id: int
    fields: Mapping[str, Iterable[str]]
    weight: float = 1.0
    stamp: int = 0


@dataclass(frozen=True, slots=True)
class Term:
    """A token in a field."""

    field: str
    token: str


@dataclass(frozen=True, slots=True)
class Option:
    """One way to match a clause: every term of it, for this score."""

    terms: tuple[Term, ...]
    score: float


@dataclass(frozen=True, slots=True)
class Clause:
    """Something that was asked: any of the options; the best one counts. Not required: it only adds."""

    options: tuple[Option, ...]
    is_required: bool = True


@dataclass(frozen=True, slots=True)
class Question:
    """Every required clause must match; no clause, nothing found."""

    clauses: tuple[Clause, ...]
    most: int = MOST


@dataclass(frozen=True, slots=True)
class Match:
    """Ids, best first (equal scores: the higher id first), and their scores."""

    ids: Sequence[int]
    scores: Sequence[float]


@dataclass(frozen=True, slots=True)
class IndexState:
    """What can be told of the live index; the version changes with every write that readers can see."""

    version: str
    documents: int
    size_bytes: int


class SearchIndex(Protocol):
    """Many readers, one writer at a time. Reads raise EngineAway, writes EngineAway or WriterBusy."""

    def find(self, question: Question) -> Match:
        """Documents that match; an index that was rebuilt or written meanwhile is noticed."""
        ...

    def write(self, entries: Iterable[Entry], dropped: Iterable[int], notes: Iterable[tuple[str, bytes]]) -> int:
        """Put entries in place of those with their ids, take `dropped` out, keep notes; returns how many changed.

        `dropped` and then `notes` are read after the last entry.
        """
        ...

    def rebuild(self, entries: Iterable[Entry], notes: Iterable[tuple[str, bytes]]) -> int:
        """A new index beside the live one, then the switch; returns how many documents it has.

        `notes` is read after the last entry. Killed half-way, it leaves the live index as it was.
        """
        ...

    def note(self, name: str) -> bytes | None:
        """What was kept beside the live index under this name, such as the vocabulary of the analysis."""
        ...

    def version(self) -> str:
        """Changes with every rebuild and every write that readers can see; cheap, asked with each search."""
        ...

    def elsewhere(self, place: Path) -> "SearchIndex":
        """An empty index of the same kind that keeps out of the mall's way, such as in a temporary folder."""
        ...

    def state(self) -> IndexState:
        """Of the live index; EngineAway when there is none."""
        ...
