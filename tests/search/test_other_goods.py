"""The same mechanisms over goods they were not made for; each set was written after what it judges stood."""

from pathlib import Path

import pytest

from app.gateways.search.embedded import EmbeddedIndex
from app.search import evaluation, judging

HERE = Path(__file__).parent


@pytest.mark.parametrize(("name", "least", "least_of_type"), [("other", 0.96, 0.90), ("few", 0.95, 0.70)])
def test_other_goods_are_found_as_well(tmp_path: Path, name: str, least: float, least_of_type: float) -> None:
    goods = evaluation.read_catalogue(HERE / f"{name}_goods.csv")
    judged = evaluation.read_judged(HERE / f"{name}_judged.csv")
    scores = judging.judge_goods(goods, judged, EmbeddedIndex(tmp_path).elsewhere)
    told = evaluation.summary(scores)
    worst = [(score.judged.query, score.value) for score in scores if score.value < 0.9]
    assert told["overall"] >= least, worst
    assert min(told["types"].values()) >= least_of_type, worst
