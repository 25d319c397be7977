"""How good the search is: judged questions over a catalogue, each with a metric computed from its own rule."""

import csv
import json
import math
import re
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.search.analysis.fields import Facts

DEPTH = 10
METRICS = ("p@10", "recall@10", "ndcg@10", "")


class BadFile(Exception):
    """A line of a judged file or a catalogue that cannot be read; the text says which."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A question, its metric ("" = must find nothing), and what is relevant."""

    qid: str
    type: str
    query: str
    metric: str
    all: tuple[tuple["re.Pattern[str]", ...], ...]
    none: tuple["re.Pattern[str]", ...]

    def is_relevant(self, facts: Facts) -> bool:
        """Every group of `all` hits name + brand + categories + specs; no `none` hits the name."""
        text = full_text(facts)
        return all(any(pattern.search(text) for pattern in group) for group in self.all) and not any(
            pattern.search(facts.name) for pattern in self.none
        )


@dataclass(frozen=True, slots=True)
class Score:
    """One question's result."""

    judged: Judged
    value: float
    latency_ms: float
    top: tuple[int, ...]
    relevant: int


def full_text(facts: Facts) -> str:
    """Name, brand, categories and specs: what a rule looks at."""
    specs = [f"{name} {value}" if name else value for name, value in facts.specs]
    return " ".join([facts.name, *facts.brands, *facts.categories, *specs])


def read_judged(path: Path) -> list[Judged]:
    """The CSV `qid,type,query,metric,rule,note`; other columns do not matter. BadFile."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [_judged(line, number) for number, line in enumerate(csv.DictReader(file), 2)]


def _judged(line: dict[str, Any], number: int) -> Judged:
    try:
        rule = json.loads(line["rule"]) if (line.get("rule") or "").strip() else {}
        metric = (line.get("metric") or "").strip().lower()
        if metric not in METRICS:
            raise ValueError(f"unknown metric {metric!r}")
        every = tuple(tuple(_pattern(text) for text in _listed(group)) for group in rule.get("all", []))
        none = tuple(_pattern(text) for text in rule.get("none", []))
        return Judged(line["qid"], line.get("type") or "", line["query"] or "", metric, every, none)
    except (KeyError, TypeError, ValueError, re.error) as problem:
        raise BadFile(f"line {number}: {problem}") from problem


def _listed(group: Any) -> list[str]:
    return [group] if isinstance(group, str) else list(group)


def _pattern(text: str) -> "re.Pattern[str]":
    return re.compile(text, re.IGNORECASE)


def read_catalogue(path: Path) -> list[Facts]:
    """The CSV `id,name,brand,category,caption,specs`. Categories are parted by / or >; specs are JSON or `a:b;c:d`."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        try:
            return [_facts(line) for line in csv.DictReader(file)]
        except (KeyError, ValueError) as problem:
            raise BadFile(f"{path.name}: {problem}") from problem


def _facts(line: dict[str, Any]) -> Facts:
    brand = re.sub(r"[（(](.*?)[）)]", r"/\1", line.get("brand") or "")
    return Facts(
        id=int(line["id"]),
        name=line["name"],
        brands=[part.strip() for part in re.split(r"[/|]", brand) if part.strip()],
        categories=_categories(line.get("category") or ""),
        caption=line.get("caption") or "",
        specs=_specs((line.get("specs") or "").strip()),
    )


def _categories(text: str) -> list[str]:
    """A path from the top down."""
    for sign in (">", "›", "|", " / ", ","):
        if sign in text:
            return [part.strip() for part in text.split(sign) if part.strip()]
    parts = [part.strip() for part in text.split("/") if part.strip()]
    return parts if len(parts) > 1 else text.split()


def _specs(text: str) -> list[tuple[str, str]]:
    if text.startswith("{"):
        return [(str(name), value) for name, held in json.loads(text).items() for value in map(str, _values(held))]
    pairs = []
    signs = r"[;；|\n]" if re.search(r"[;；|\n]", text) or len(re.findall("[：:=]", text)) < 2 else r"[,，、\s]"
    for part in re.split(signs, text):
        name, sign, value = re.sub("[：=]", ":", part, count=1).partition(":")
        if part.strip():
            pairs.append((name.strip(), value.strip()) if sign else ("", part.strip()))
    return pairs


def _values(held: Any) -> list[Any]:
    return held if isinstance(held, list) else [held]


def evaluate(judged: Iterable[Judged], goods: Sequence[Facts], find: Callable[[str], Sequence[int]]) -> list[Score]:
    """Ask every question; each latency is that of one search, the index being warm."""
    scores = []
    for each in judged:
        relevant = {facts.id for facts in goods if each.all and each.is_relevant(facts)}
        begun = time.perf_counter()
        ids = find(each.query)
        latency_ms = (time.perf_counter() - begun) * 1000
        scores.append(Score(each, measure(each.metric, ids, relevant), latency_ms, tuple(ids[:DEPTH]), len(relevant)))
    return scores


def measure(metric: str, ids: Sequence[int], relevant: set[int]) -> float:
    """From 0 to 1. Nothing relevant in the catalogue: 1 when nothing was found."""
    top = list(ids[:DEPTH])
    if not metric:
        return 0.0 if ids else 1.0
    hits = [sku_id in relevant for sku_id in top]
    if not relevant:
        return 0.0 if ids else 1.0
    if metric == "p@10":
        return sum(hits) / max(len(top), min(DEPTH, len(relevant)))
    if metric == "recall@10":
        return sum(hits) / min(DEPTH, len(relevant))
    gained = sum(1 / math.log2(place + 2) for place, hit in enumerate(hits) if hit)
    return gained / sum(1 / math.log2(place + 2) for place in range(min(DEPTH, len(relevant))))


def summary(scores: Sequence[Score]) -> dict[str, Any]:
    """{"overall": 0.93, "types": {"pinyin": 0.9}, "latency_ms": {"p50": …}}: means over the questions."""
    types: dict[str, list[float]] = {}
    for score in scores:
        types.setdefault(score.judged.type, []).append(score.value)
    latencies = sorted(score.latency_ms for score in scores)
    return {
        "overall": _mean([score.value for score in scores]),
        "types": {name: _mean(values) for name, values in sorted(types.items())},
        "latency_ms": {f"p{part}": round(_percentile(latencies, part), 2) for part in (50, 95, 99)},
        "queries": len(scores),
    }


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / len(values), 4) if values else 0.0


def _percentile(ordered: Sequence[float], part: int) -> float:
    return ordered[min(len(ordered) - 1, math.ceil(len(ordered) * part / 100) - 1)] if ordered else 0.0


def table(scores: Sequence[Score], misses: bool) -> list[str]:
    """Lines for people: each question, each type, the whole, and how long it took."""
    lines = []
    for score in scores:
        each = score.judged
        lines.append(f"{each.qid:8} {each.type:14} {each.metric or 'nothing':9} {score.value:.3f}  {each.query}")
        if misses and score.value < 1:
            lines.append(f"{'':8} {score.relevant} relevant; first: {', '.join(map(str, score.top)) or 'nothing'}")
    told = summary(scores)
    lines += ["", *(f"{name:22} {value:.4f}" for name, value in told["types"].items())]
    lines.append(f"{'overall':22} {told['overall']:.4f}  ({told['queries']} questions)")
    lines.append("latency ms             " + "  ".join(f"{name} {value}" for name, value in told["latency_ms"].items()))
    return lines
