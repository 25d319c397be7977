"""One finder a process: answers are kept until the index changes, and a large vocabulary is read aside."""

import threading
from pathlib import Path

import pytest

from app.gateways.search.embedded import EmbeddedIndex
from app.search import finding, judging
from app.search.analysis.fields import Facts
from app.search.finding import Finder


@pytest.fixture
def index(tmp_path: Path) -> EmbeddedIndex:
    made = EmbeddedIndex(tmp_path)
    judging.build(made, [Facts(1, "小米手环", ("小米",), ("数码", "手环"))])
    return made


def test_an_answer_is_kept_until_the_index_changes(index: EmbeddedIndex) -> None:
    finder = Finder(index)
    assert finder.find("手环") is finder.find("手环")
    judging.build(index, [Facts(2, "华为手表", ("华为",), ("数码", "手表"))])
    assert list(finder.find("手环").ids) == []
    assert list(finder.find("手表").ids) == [2]


def test_a_large_vocabulary_is_read_beside_the_searches(index: EmbeddedIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "LARGE", 1)
    finder = Finder(index)
    old = finder.lexicon()
    judging.build(index, [Facts(2, "华为手表", ("华为",), ("数码", "手表"))])
    assert finder.lexicon() is old, "nobody waits"
    for thread in threading.enumerate():
        if thread.name == "lexicon":
            thread.join(10)
    assert finder.lexicon().knows("手表")
    assert list(finder.find("手表").ids) == [2]
