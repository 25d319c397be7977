"""Adapter: tantivy in the instance folder. Many readers in any process, one writer at a time under a file lock.

search/CURRENT      the name of the live generation, replaced whole by a rename
search/lock         held by whoever writes; freed by the kernel when he dies
search/g-…/         one generation: tantivy's files and our notes
"""

import fcntl
import os
import secrets
import shutil
import threading
from array import array
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import tantivy
from tantivy import Document, Index, Occur, Query, Searcher

from app.gateways.search import Clause, EngineAway, Entry, IndexState, Match, Option, Question, Term, WriterBusy

WORDS, ID, WEIGHT, STAMP = "words", "id", "weight", "stamp"
HEAP_BYTES = 30_000_000  # of an ordinary write; a rebuild takes four times as much
CHUNK = 1000  # ids whose stamps are asked at once


@dataclass
class Reader:
    """What this process has open; `seen` tells whether the files are newer."""

    name: str
    seen: int
    index: Index
    searcher: Searcher


class EmbeddedIndex:
    """One folder, one index. A reader notices a switch or a commit by two calls of stat, so no thread watches."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._reader: Reader | None = None
        self._guard = threading.Lock()

    # reading ---------------------------------------------------------------------------------------------------

    def find(self, question: Question) -> Match:
        """Scores come from the engine as 32-bit floats; equal ones are put in order of id here."""
        searcher = self._open().searcher
        query = _query(question)
        if query is None:
            return Match(array("q"), array("d"))
        hits = searcher.search(query, max(1, question.most), count=False, weight_by_field=WEIGHT).hits
        ids = searcher.fast_field_values(ID, [place for _score, place in hits])
        scores = array("d", [score for score, _place in hits])
        return Match(array("q", _settle_ties(ids, scores)), scores)

    def note(self, name: str) -> bytes | None:
        try:
            return (self.folder / self._open().name / f"{name}.note").read_bytes()
        except FileNotFoundError:
            return None

    def version(self) -> str:
        reader = self._open()
        return f"{reader.name}:{reader.seen}"

    def state(self) -> IndexState:
        reader = self._open()
        files = [file for file in (self.folder / reader.name).iterdir() if file.is_file()]
        size = sum(file.stat().st_size for file in files)
        return IndexState(f"{reader.name}:{reader.seen}", reader.searcher.num_docs, size)

    def elsewhere(self, place: Path) -> "EmbeddedIndex":
        return EmbeddedIndex(place)

    def _open(self) -> Reader:
        """The live generation as it is now; a switch between the two looks is followed once more."""
        for last in (False, True):
            name = self._current()
            try:
                return self._fresh(name)
            except (OSError, ValueError) as problem:
                if last:
                    raise EngineAway() from problem
        raise EngineAway()

    def _fresh(self, name: str) -> Reader:
        seen = os.stat(self.folder / name / "meta.json").st_mtime_ns
        reader = self._reader
        if reader and (reader.name, reader.seen) == (name, seen):
            return reader
        with self._guard:
            reader = self._reader
            if reader is None or reader.name != name:
                index = Index.open(str(self.folder / name))
            elif reader.seen == seen:
                return reader
            else:
                index = reader.index
                index.reload()
            self._reader = Reader(name, seen, index, index.searcher())
            return self._reader

    def _current(self) -> str:
        try:
            return (self.folder / "CURRENT").read_text()
        except OSError as problem:
            raise EngineAway() from problem

    # writing ---------------------------------------------------------------------------------------------------

    def write(self, entries: Iterable[Entry], dropped: Iterable[int], notes: Iterable[tuple[str, bytes]]) -> int:
        """Only what differs is written: a sale that changes no weight costs nothing."""
        with self._writing():
            name = self._current()
            try:
                index = Index.open(str(self.folder / name))
                changed = _change(index, entries, dropped)
            except (OSError, ValueError) as problem:
                raise EngineAway() from problem
            if _keep(self.folder / name, notes):
                os.utime(self.folder / name / "meta.json")  # readers notice new notes as they notice a commit
        return changed

    def rebuild(self, entries: Iterable[Entry], notes: Iterable[tuple[str, bytes]]) -> int:
        """The half-built generation has a name of its own, so a kill leaves only litter for the next rebuild."""
        with self._writing():
            self._clear()
            name = f"g-{secrets.token_hex(6)}"
            place = self.folder / name
            place.mkdir()
            count = _build(place, entries)
            _keep(place, notes)
            _put_whole(self.folder / "CURRENT", name.encode())
            self._clear()
        return count

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self.folder.mkdir(parents=True, exist_ok=True)
        with open(self.folder / "lock", "w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise WriterBusy() from None
            yield

    def _clear(self) -> None:
        """Generations that are not live; a reader that has one open keeps its mapped files until it looks again."""
        try:
            live = self._current()
        except EngineAway:
            live = ""
        for place in self.folder.glob("g-*"):
            if place.name != live:
                shutil.rmtree(place, ignore_errors=True)


def _schema() -> tantivy.Schema:
    """One field holds all tokens, each with its field's name before it; no positions, no frequencies."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field(WORDS, tokenizer_name="whitespace", index_option="basic")
    builder.add_integer_field(ID, indexed=True, fast=True)  # an unsigned one could not be deleted by
    builder.add_float_field(WEIGHT, fast=True)
    builder.add_integer_field(STAMP, fast=True)
    return builder.build()


def _build(place: Path, entries: Iterable[Entry]) -> int:
    writer = Index(_schema(), str(place)).writer(4 * HEAP_BYTES, 1)
    count = 0
    for count, entry in enumerate(entries, 1):  # noqa: B007  # the last number is the count
        writer.add_document(_document(entry))
    writer.commit()
    writer.wait_merging_threads()
    return count


def _change(index: Index, entries: Iterable[Entry], dropped: Iterable[int]) -> int:
    searcher = index.searcher()
    writer: Any = None
    changed = 0
    source = iter(entries)
    while chunk := list(islice(source, CHUNK)):
        held = _stamps(index, searcher, [entry.id for entry in chunk])
        for entry in chunk:
            if entry.stamp and held.get(entry.id) == entry.stamp:
                continue
            writer = writer or index.writer(HEAP_BYTES, 1)
            writer.delete_documents_by_term(ID, entry.id)
            writer.add_document(_document(entry))
            changed += 1
    for sku_id in _stamps(index, searcher, list(dropped)):
        writer = writer or index.writer(HEAP_BYTES, 1)
        writer.delete_documents_by_term(ID, sku_id)
        changed += 1
    if writer:
        writer.commit()
        writer.wait_merging_threads()
    return changed


def _stamps(index: Index, searcher: Searcher, ids: list[int]) -> dict[int, int]:
    """The stamps of those of the ids that the index holds."""
    if not ids:
        return {}
    query = Query.term_set_query(index.schema, ID, ids)
    places = [place for _score, place in searcher.search(query, len(ids), count=False).hits]
    held = zip(searcher.fast_field_values(ID, places), searcher.fast_field_values(STAMP, places), strict=True)
    return {int(id_ or 0): int(stamp or 0) for id_, stamp in held}


def _document(entry: Entry) -> Document:
    document = Document()
    tokens = (f"{field}:{token}" for field, tokens in entry.fields.items() for token in tokens)
    document.add_text(WORDS, " ".join(tokens))
    document.add_integer(ID, entry.id)
    document.add_float(WEIGHT, 2.0 ** max(1.0, entry.weight) - 2.0)  # tantivy multiplies by log2(2 + value)
    document.add_integer(STAMP, entry.stamp)
    return document


def _query(question: Question) -> Query | None:
    """None when there is nothing that must match."""
    parts = [
        (Occur.Must if clause.is_required else Occur.Should, _clause(clause))
        for clause in question.clauses
        if clause.options or clause.is_required
    ]
    return Query.boolean_query(parts) if any(clause.is_required for clause in question.clauses) else None


def _clause(clause: Clause) -> Query:
    if not clause.options:
        return Query.empty_query()
    return Query.disjunction_max_query([_option(option) for option in clause.options], 0.0)


def _option(option: Option) -> Query:
    terms = [(Occur.Must, _term(term)) for term in option.terms]
    query = terms[0][1] if len(terms) == 1 else Query.boolean_query(terms)
    return Query.const_score_query(query, option.score)


_SCHEMA = _schema()


def _term(term: Term) -> Query:
    return Query.term_query(_SCHEMA, WORDS, f"{term.field}:{term.token}", "basic")


def _settle_ties(ids: list[Any], scores: "array[float]") -> list[int]:
    """Within a run of equal scores the higher id comes first."""
    start = 0
    for end in range(1, len(ids) + 1):
        if end == len(ids) or scores[end] != scores[start]:
            if end - start > 1:
                ids[start:end] = sorted(ids[start:end], reverse=True)
            start = end
    return ids


def _keep(place: Path, notes: Iterable[tuple[str, bytes]]) -> int:
    """How many were kept."""
    count = 0
    for count, (name, content) in enumerate(notes, 1):  # noqa: B007  # the last number is the count
        _put_whole(place / f"{name}.note", content)
    return count


def _put_whole(path: Path, content: bytes) -> None:
    draft = path.with_suffix(".part")
    draft.write_bytes(content)
    draft.replace(path)
