"""What every search index must do. An adapter's test subclasses this and gives `make_index`."""

from collections.abc import Callable

import pytest

from app.gateways.search import Clause, EngineAway, Entry, Option, Question, SearchIndex, Term


def entry(id_: int, text: str, weight: float = 1.0, stamp: int = 0) -> Entry:
    """`n:手机 c:手机`: tokens with their fields."""
    fields: dict[str, list[str]] = {}
    for part in text.split():
        field, _, token = part.partition(":")
        fields.setdefault(field, []).append(token)
    return Entry(id_, fields, weight, stamp)


def option(score: float, *terms: str) -> Option:
    pairs = [term.partition(":") for term in terms]
    return Option(tuple(Term(field, token) for field, _, token in pairs), score)


def ask(*clauses: Clause, most: int = 100) -> Question:
    return Question(clauses, most)


def word(term: str, score: float = 1.0) -> Clause:
    return Clause((option(score, term),))


class SearchContract:
    """Mixed into an adapter's test class."""

    @pytest.fixture
    def make_index(self) -> Callable[[], SearchIndex]:
        """Each call opens the same index anew, as another process would."""
        raise NotImplementedError

    @pytest.fixture
    def index(self, make_index: Callable[[], SearchIndex]) -> SearchIndex:
        return make_index()

    def fill(self, index: SearchIndex, *entries: Entry) -> None:
        index.rebuild(entries, [])

    def test_without_an_index_it_says_so(self, index: SearchIndex) -> None:
        for use in (lambda: index.find(ask(word("n:a"))), index.state, lambda: index.note("x")):
            with pytest.raises(EngineAway):
                use()
        with pytest.raises(EngineAway):
            index.write([entry(1, "n:a")], [], [])

    def test_tokens_match_whole_and_in_their_field(self, index: SearchIndex) -> None:
        self.fill(index, entry(1, "n:手机 c:手机壳"), entry(2, "n:手机壳"), entry(3, "n:mate60pro"))
        assert list(index.find(ask(word("n:手机"))).ids) == [1]
        assert list(index.find(ask(word("n:mate60"))).ids) == []
        assert list(index.find(ask(word("c:手机"))).ids) == []

    def test_every_required_clause_must_match(self, index: SearchIndex) -> None:
        self.fill(index, entry(1, "n:a n:b"), entry(2, "n:a"), entry(3, "n:b"))
        assert list(index.find(ask(word("n:a"), word("n:b"))).ids) == [1]
        assert list(index.find(ask(word("n:a"), Clause(()))).ids) == [], "a clause without options matches nothing"

    def test_nothing_asked_nothing_found(self, index: SearchIndex) -> None:
        self.fill(index, entry(1, "n:a"))
        assert list(index.find(ask()).ids) == []
        assert list(index.find(ask(Clause((option(1, "n:a"),), is_required=False))).ids) == []

    def test_the_best_option_counts_and_clauses_add_up(self, index: SearchIndex) -> None:
        self.fill(index, entry(1, "n:a h:a n:b"), entry(2, "n:a n:b h:b"), entry(3, "n:a"))
        clauses = (
            Clause((option(2, "n:a"), option(5, "h:a"))),
            Clause((option(1, "n:b"), option(2, "h:b")), is_required=False),
        )
        match = index.find(ask(*clauses))
        assert list(zip(match.ids, match.scores, strict=True)) == [(1, 6.0), (2, 4.0), (3, 2.0)]

    def test_an_option_may_need_several_terms(self, index: SearchIndex) -> None:
        self.fill(index, entry(1, "g:手机 g:机壳"), entry(2, "g:手机"))
        assert list(index.find(ask(Clause((option(1, "g:手机", "g:机壳"),)))).ids) == [1]

    def test_the_weight_multiplies_and_equal_scores_go_by_id(self, index: SearchIndex) -> None:
        self.fill(index, entry(4, "n:a"), entry(9, "n:a"), entry(2, "n:a", 1.05), entry(7, "n:a"))
        match = index.find(ask(word("n:a", 10.0)))
        assert list(match.ids) == [2, 9, 7, 4]
        assert match.scores[0] == pytest.approx(10.5, abs=1e-4)
        assert list(index.find(ask(word("n:a"), most=1)).ids) == [2]

    def test_a_write_replaces_adds_and_drops(self, index: SearchIndex) -> None:
        self.fill(index, entry(1, "n:a"), entry(2, "n:a"), entry(3, "n:a"))
        assert index.write([entry(1, "n:b"), entry(4, "n:a")], [3, 77], []) == 3
        assert sorted(index.find(ask(word("n:a"))).ids) == [2, 4]
        assert list(index.find(ask(word("n:b"))).ids) == [1]
        assert index.state().documents == 3

    def test_what_has_its_stamp_already_is_not_written(self, index: SearchIndex) -> None:
        self.fill(index, entry(1, "n:a", stamp=11), entry(2, "n:a", stamp=12))
        before = index.state().version
        assert index.write([entry(1, "n:a", stamp=11)], [], []) == 0
        assert index.state().version == before
        assert index.write([entry(1, "n:b", stamp=21), entry(2, "n:a", stamp=12)], [], []) == 1
        assert list(index.find(ask(word("n:b"))).ids) == [1]

    def test_another_reader_sees_writes_and_rebuilds(self, make_index: Callable[[], SearchIndex]) -> None:
        here, there = make_index(), make_index()
        self.fill(here, entry(1, "n:a"))
        assert list(there.find(ask(word("n:a"))).ids) == [1]
        here.write([entry(2, "n:a")], [], [("words", b"new")])
        assert sorted(there.find(ask(word("n:a"))).ids) == [1, 2]
        self.fill(here, entry(3, "n:a"))
        assert list(there.find(ask(word("n:a"))).ids) == [3]
        assert here.state() == there.state()

    def test_notes_live_and_die_with_their_index(self, index: SearchIndex) -> None:
        index.rebuild([entry(1, "n:a")], [("words", b"one"), ("mark", b"1")])
        before = index.version()
        index.write([], [], [("mark", b"2")])
        assert index.version() != before
        assert (index.note("words"), index.note("mark"), index.note("other")) == (b"one", b"2", None)
        index.rebuild([entry(1, "n:a")], [("words", b"two")])
        assert (index.note("words"), index.note("mark")) == (b"two", None)

    def test_a_rebuild_that_breaks_off_leaves_the_live_index(self, index: SearchIndex) -> None:
        self.fill(index, entry(1, "n:a"))

        def broken() -> list[Entry]:
            raise RuntimeError("the database went away")

        with pytest.raises(RuntimeError):
            index.rebuild((each for part in (lambda: [entry(2, "n:a")], broken) for each in part()), [])
        assert list(index.find(ask(word("n:a"))).ids) == [1]
        self.fill(index, entry(3, "n:a"))
        assert list(index.find(ask(word("n:a"))).ids) == [3]
