"""The same mechanisms over goods they were not made for: 164 others, 198 questions, written after they stood."""

from pathlib import Path

from app.gateways.search.embedded import EmbeddedIndex
from app.search import evaluation, judging

HERE = Path(__file__).parent


def test_other_goods_are_found_as_well(tmp_path: Path) -> None:
    goods = evaluation.read_catalogue(HERE / "other_goods.csv")
    judged = evaluation.read_judged(HERE / "other_judged.csv")
    scores = judging.judge_goods(goods, judged, EmbeddedIndex(tmp_path).elsewhere)
    told = evaluation.summary(scores)
    worst = [(score.judged.query, score.value) for score in scores if score.value < 0.9]
    assert told["overall"] >= 0.96, worst
    assert min(told["types"].values()) >= 0.90, worst
