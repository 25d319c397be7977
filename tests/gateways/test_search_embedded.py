"""tantivy behind the search door: the contract, the writer's lock, and kill -9 in the middle of a rebuild."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.gateways.search import Clause, EngineAway, Option, Question, SearchIndex, Term, WriterBusy
from app.gateways.search.embedded import EmbeddedIndex
from tests.gateways.search_contract import SearchContract, entry

A = Question((Clause((Option((Term("n", "a"),), 1.0),)),))
HALF_WAY = """
import sys, time
from pathlib import Path
from app.gateways.search import Entry
from app.gateways.search.embedded import EmbeddedIndex

def entries():
    for number in range(5000):
        yield Entry(number, {"n": ["a"]})
    print("half", flush=True)
    time.sleep(60)

EmbeddedIndex(Path(sys.argv[1])).rebuild(entries(), [])
"""


class TestEmbedded(SearchContract):
    @pytest.fixture
    def make_index(self, tmp_path: Path) -> Callable[[], SearchIndex]:
        return lambda: EmbeddedIndex(tmp_path / "search")


@contextmanager
def half_a_rebuild(folder: Path) -> Iterator[None]:
    """Another process is in the middle of a rebuild; at the end it is killed with -9."""
    command = [sys.executable, "-c", HALF_WAY, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "half\n"
        try:
            yield
        finally:
            os.kill(process.pid, signal.SIGKILL)


def test_one_writer_at_a_time_and_readers_do_not_mind(tmp_path: Path) -> None:
    index = EmbeddedIndex(tmp_path)
    index.rebuild([entry(1, "n:a")], [])
    with half_a_rebuild(tmp_path):
        with pytest.raises(WriterBusy):
            index.write([entry(2, "n:a")], [], [])
        with pytest.raises(WriterBusy):
            index.rebuild([], [])
        assert list(index.find(A).ids) == [1]


def test_a_killed_rebuild_leaves_the_old_index_serving(tmp_path: Path) -> None:
    index = EmbeddedIndex(tmp_path)
    index.rebuild([entry(1, "n:a")], [])
    with half_a_rebuild(tmp_path):
        pass

    assert list(index.find(A).ids) == [1]
    assert list(EmbeddedIndex(tmp_path).find(A).ids) == [1]
    assert index.write([entry(2, "n:a")], [], []) == 1, "its lock died with it"
    index.rebuild([entry(3, "n:a")], [])
    assert list(index.find(A).ids) == [3]
    assert len(list(tmp_path.glob("g-*"))) == 1, "the litter is gone"


def test_a_broken_index_is_an_absent_one(tmp_path: Path) -> None:
    index = EmbeddedIndex(tmp_path)
    index.rebuild([entry(1, "n:a")], [])
    (generation,) = tmp_path.glob("g-*")
    (generation / "meta.json").write_text("{")
    with pytest.raises(EngineAway):
        EmbeddedIndex(tmp_path).find(A)
