"""How good the search is over the demo catalogue, pinned; and the command that measures it."""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from app.gateways.doors import gateways
from app.goods.demo.catalogue import read_catalogue
from app.goods.services import load_demo
from app.search import evaluation, judging

JUDGED = Path(__file__).with_name("judged.csv")


@pytest.fixture
def demo(app: Flask, reindex: Callable[[], int]) -> Flask:
    """The demo catalogue on the shelf and in the index."""
    with app.app_context():
        load_demo(read_catalogue(), lambda _done: None)
    assert reindex() == 655
    return app


def test_the_judged_questions_are_many_and_of_every_type() -> None:
    types = Counter(judged.type for judged in evaluation.read_judged(JUDGED))
    assert sum(types.values()) >= 150
    assert len(types) >= 15
    assert min(types.values()) >= 10


def test_the_search_is_as_good_as_it_was(demo: Flask) -> None:
    with demo.app_context():
        scores = judging.judge_mall(gateways().search, evaluation.read_judged(JUDGED))
    told = evaluation.summary(scores)
    worst = [(score.judged.query, score.value) for score in scores if score.value < 0.9]
    assert told["overall"] >= 0.97, worst
    assert min(told["types"].values()) >= 0.90, worst
    graded = [score.value for score in scores if score.judged.metric == "ndcg@10"]
    assert sum(graded) / len(graded) >= 0.97, worst


def test_the_command_prints_what_programs_read(demo: Flask, tmp_path: Path) -> None:
    file = tmp_path / "judged.csv"
    file.write_text(
        "qid,type,query,metric,rule,note,extra\n"
        '1,word,手机,p@10,"{""all"": [[""手机""]], ""none"": [""壳""]}",,x\n'
        "2,nothing,！！！,,,,\n",
        encoding="utf-8",
    )
    result = demo.test_cli_runner().invoke(args=["search", "evaluate", str(file), "--json"])
    assert result.exit_code == 0, result.output
    told = json.loads(result.output)
    assert told["overall"] == 1.0
    assert told["types"] == {"nothing": 1.0, "word": 1.0}
    assert set(told["latency_ms"]) == {"p50", "p95", "p99"}


def test_other_goods_are_judged_in_an_index_of_their_own(app: Flask, tmp_path: Path, count_queries) -> None:
    goods, file = tmp_path / "goods.csv", tmp_path / "judged.csv"
    goods.write_text(
        "id,name,brand,category,caption,specs\n"
        "1,松下 家用面包机 SD-P1000,松下（Panasonic）,家用电器/厨房小电/面包机,自动投料,容量:2L;颜色:白色\n"
        '2,小熊 酸奶机 1.5L,小熊,家用电器>厨房小电>酸奶机,陶瓷内胆,"{""容量"": ""1.5L""}"\n',
        encoding="utf-8",
    )
    file.write_text(
        "qid,type,query,metric,rule,note\n"
        '1,pinyin,mianbaoji,ndcg@10,"{""all"": [[""面包机""]]}",\n'
        '2,model,sdp1000,recall@10,"{""all"": [[""SD-P1000""]]}",\n'
        "3,nothing,手机,,,\n",
        encoding="utf-8",
    )
    with count_queries() as counted:
        command = ["search", "evaluate", str(file), "--catalogue", str(goods), "--json"]
        result = app.test_cli_runner().invoke(args=command)
    assert json.loads(result.output)["types"] == {"pinyin": 1.0, "model": 1.0, "nothing": 1.0}
    assert counted.sql == []
    assert not (app.config["INSTANCE"] / "search" / "CURRENT").exists()


def test_a_line_that_cannot_be_read_is_named(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "judged.csv"
    file.write_text('qid,type,query,metric,rule,note\n1,a,x,ndcg@10,"{""all"": [[""(""]]}",\n', encoding="utf-8")
    result = app.test_cli_runner().invoke(args=["search", "evaluate", str(file)])
    assert result.exit_code == 1
    assert "line 2" in result.output


@pytest.mark.parametrize(
    ("metric", "ids", "relevant", "value"),
    [
        ("p@10", [1, 2, 3], {1, 2, 3}, 1.0),
        ("p@10", [1, 9], {1}, 0.5),
        ("p@10", list(range(10)), set(range(5)), 0.5),
        ("recall@10", [1, 9], {1, 2}, 0.5),
        ("ndcg@10", [9, 1], {1}, 0.6309),
        ("ndcg@10", [1, 2, 9], {1, 2}, 1.0),
        ("", [], set(), 1.0),
        ("", [1], set(), 0.0),
    ],
)
def test_metrics_by_hand(metric: str, ids: list[int], relevant: set[int], value: float) -> None:
    assert evaluation.measure(metric, ids, relevant) == pytest.approx(value, abs=1e-4)
