"""A SKU's texts as tokens by field. What a field is worth is decided in ranking.py.

n  words, models and measures of the name      b   the brand, whole and in parts
h  what the name's runs end in: the thing      c   the level-3 category by its exact name
m  models by their end: iphone15               ca  levels 1 and 2 by their exact names
g  bigrams and single characters               ch  what the level-3 name ends in
p  bare numbers, parts of models               cw  words of the category names, cg their bigrams
f  what it is made for: 适用 iPhone 15          s   spec values, colour families
k  words of the caption, kg their bigrams      a   every word of n, b, c, ca, cw, s, p; name bigrams
x  "part": an accessory
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.search.analysis import hanzi, latin, units
from app.search.analysis.normal import HAN_RUN, fold

FIELDS = ("n", "h", "m", "g", "p", "f", "b", "c", "ca", "ch", "cw", "cg", "s", "k", "kg", "a", "x")
BIT = {field: 1 << place for place, field in enumerate(FIELDS)}
COLOURS = "黑白红蓝绿黄紫粉灰金银棕橙青褐咖"
_COLOUR = re.compile(rf"([{COLOURS}])色")
_CHOICE_PARTS = re.compile(r"[/、,，&+;|>\s]+")
_MADE_FOR = re.compile(r"(?:适用于?|适配|兼容|支持机型|专用于|for(?![a-z]))[:\s]*")
_MADE_FOR_SPEC = re.compile("适用|兼容|适配|机型")
_ACCESSORY = re.compile(
    r"壳|膜|保护套|贴|数据线|充电器|支架|表带|配件|滤芯|墨盒|硒鼓|耗材|替换|收纳|转接|延长线|清洁布|挂绳|底座|刷头|刀头"
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What search knows of a SKU. `categories` from level 1 down; `brands`: every way to write the brand."""

    id: int
    name: str
    brands: Sequence[str] = ()
    categories: Sequence[str] = ()
    caption: str = ""
    specs: Sequence[tuple[str, str]] = ()


class Tokens:
    """Sets of tokens by field, and the phrases worth knowing as words."""

    def __init__(self) -> None:
        self.fields: dict[str, set[str]] = {field: set() for field in FIELDS}
        self.phrases: dict[str, int] = {}

    def add(self, field: str, tokens: Iterable[str]) -> None:
        self.fields[field].update(token for token in tokens if token)

    def phrase(self, text: str, field: str) -> None:
        """A run or a name that is a word of its own, whatever the dictionary says."""
        if 2 <= len(text) <= 8:
            self.phrases[text] = self.phrases.get(text, 0) | BIT[field]


def analyse(facts: Facts, other_brands: frozenset[str] = frozenset()) -> Tokens:
    """`other_brands`: folded names of all brands; one that is not the SKU's own names what it is made for."""
    tokens = Tokens()
    own = [fold(brand) for brand in facts.brands if brand]
    _brand(tokens, own)
    _categories(tokens, facts.categories)
    name = fold(facts.name)
    name = _take_made_for(tokens, name, facts, [*own], other_brands)
    _name(tokens, name)
    for spec, value in facts.specs:
        if not _MADE_FOR_SPEC.search(spec):
            _spec(tokens, spec, fold(value))
    _caption(tokens, fold(facts.caption))
    last = facts.categories[-1] if facts.categories else ""
    if _ACCESSORY.search(last) or (not last and _ACCESSORY.search(name)):
        _accessory(tokens)
    for field in ("n", "b", "c", "ca", "cw", "s", "p"):
        tokens.add("a", tokens.fields[field])
    tokens.add("a", (gram for gram in tokens.fields["g"] if len(gram) > 1))
    return tokens


@dataclass(frozen=True, slots=True)
class Parsed:
    """A folded text: its words, bare numbers and bigrams, and itself without its measures."""

    words: frozenset[str]
    numbers: frozenset[str]
    grams: frozenset[str]
    rest: str


@lru_cache(maxsize=20_000)
def parse(text: str) -> Parsed:
    """Kept, for brands, captions, categories and spec values are the same for many SKUs."""
    words: set[str] = set()
    numbers: set[str] = set()
    grams: set[str] = set()
    blanked = list(text)
    for each in units.measures(text):
        words.update(each.tokens)
        numbers.add(each.number)
        end = each.start + len(each.number) if each.is_counted else each.end  # 三段 is a word as well
        blanked[each.start : end] = "\n" * (end - each.start)
    rest = "".join(blanked)
    for latin_run in latin.runs(rest):
        words.update(latin.joins(latin_run.parts))
    for run in HAN_RUN.findall(rest):
        words.update(hanzi.words(run))
        grams.update(hanzi.bigrams(run))
        grams.update(run)
        if len(run) <= hanzi.LONGEST_TAIL:
            words.add(run)
    return Parsed(frozenset(words), frozenset(numbers), frozenset(grams), rest)


def _brand(tokens: Tokens, names: list[str]) -> None:
    for name in names:
        tokens.add("b", ["".join(part for part in re.findall(r"\w+", name))])
        _text(tokens, name, "b", "g")
        for run in HAN_RUN.findall(name):
            tokens.phrase(run, "b")
            tokens.add("b", [run])
        if not name.isascii():
            tokens.phrase(name, "b")


def _categories(tokens: Tokens, names: Sequence[str]) -> None:
    for level, name in enumerate(map(fold, names), 1):
        field = "c" if level == len(names) else "ca"
        for part in {name.replace(" ", ""), *(_CHOICE_PARTS.split(name))}:
            tokens.add(field, [part])
            tokens.phrase(part, field)
            for run in HAN_RUN.findall(part)[-1:] if field == "c" else ():
                tokens.add("ch", hanzi.tails(run))
                for tail in _boundary_tails(run):
                    tokens.phrase(tail, "ch")
        if level > 1 or len(names) == 1:
            _text(tokens, name, "cw", "cg")
        else:  # 手机数码 holds more than 手机: of the widest level only what it ends in
            tokens.add("cw", (hanzi.cut(run)[-1] for run in HAN_RUN.findall(name)))


def _name(tokens: Tokens, name: str) -> None:
    rest = _text(tokens, name, "n", "g")
    for run in latin.runs(rest):
        tokens.add("m", latin.ends(run.parts))
        for word in latin.words(run.parts):
            tokens.add("p", (part.text for part in word if len(word) > 1))
    for text in HAN_RUN.findall(rest):
        tokens.add("h", hanzi.tails(text))
        tokens.add("s", _families(text))
        for tail in _boundary_tails(text):
            tokens.phrase(tail, "h")


@lru_cache(maxsize=20_000)
def _boundary_tails(run: str) -> list[str]:
    """Tails that begin where a word begins: 手机壳 of 液态硅胶手机壳."""
    found = [run] if len(run) <= hanzi.LONGEST_TAIL else []
    for text in dict.fromkeys((run, hanzi.bare(run))):
        tail = ""
        for word in reversed(hanzi.cut(text)):
            if len(word) > 1 and not hanzi.is_word(word) and word != text:
                break  # a word that the dictionary does not have may be cut wrongly
            tail = word + tail
            if 2 <= len(tail) <= hanzi.LONGEST_TAIL:
                found.append(tail)
    return found


def _accessory(tokens: Tokens) -> None:
    """A 手机壳 is no 手机: words of its name that it does not end in say what it is made for."""
    tokens.add("x", ["part"])
    kept = tokens.fields["n"] & tokens.fields["h"]
    tokens.add("f", tokens.fields["n"] - kept)
    tokens.fields["n"], tokens.fields["m"] = kept, set()


def _spec(tokens: Tokens, spec: str, value: str) -> None:
    _text(tokens, value, "s", "g")
    tokens.add("s", [value.replace(" ", "")])
    tokens.phrase(value, "s")
    if re.search("色|外观|色号|款式", spec):
        tokens.add("s", (f"色{char}" for char in value if char in COLOURS))
    number = re.fullmatch(r"\d+(?:\.\d+)?", value)
    if number and re.search("码|号|尺", spec):
        tokens.add("s", [f"{value}码", f"{value}号"])


def _families(text: str) -> list[str]:
    return [f"色{char}" for char in _COLOUR.findall(text)]


def _caption(tokens: Tokens, caption: str) -> None:
    _text(tokens, caption, "k", "kg")


def _text(tokens: Tokens, text: str, field: str, gram_field: str) -> str:
    """Words, models and measures of a text; returns it with the measures blanked out."""
    parsed = parse(text)
    tokens.fields[field] |= parsed.words
    tokens.fields["p" if field != "k" else "k"] |= parsed.numbers
    tokens.fields[gram_field] |= parsed.grams
    return parsed.rest


def _take_made_for(tokens: Tokens, name: str, facts: Facts, own: list[str], other_brands: frozenset[str]) -> str:
    """Blank out what the thing is made for, and keep it in its own field."""
    spans: list[tuple[int, int]] = []
    for spec, value in facts.specs:
        folded = fold(value)
        if folded and _MADE_FOR_SPEC.search(spec):
            spans += [match.span() for match in re.finditer(re.escape(folded) + "(?![a-z0-9])", name)]
            _text(tokens, folded, "f", "kg")
    for match in _MADE_FOR.finditer(name):
        spans.append((match.start(), _end_of_model(name, match.end())))
    spans += _strangers(name, own, other_brands)
    blanked = list(name)
    for start, end in spans:
        _text(tokens, name[start:end], "f", "kg")
        blanked[start:end] = "\n" * (end - start)
    return "".join(blanked)


def _strangers(name: str, own: list[str], other_brands: frozenset[str]) -> list[tuple[int, int]]:
    """Where another maker's name and model stand behind the SKU's own: 倍思 华为 Mate 60 Pro 手机壳."""
    first = re.match(r"\S+", name)
    if first is None or not other_brands:
        return []
    found = []
    for match in re.finditer(r"(?<=[\s\n])[^\s\n()]+", name):
        word = match[0]
        if word in other_brands and not any(word in mine or mine in word for mine in own):
            end = _end_of_model(name, match.end())
            if end > match.end():  # a maker alone may be a word of the language: 小米, 苹果
                found.append((match.start(), end))
    return found


def _end_of_model(name: str, start: int) -> int:
    """Behind the Latin run that follows, or `start` when none does."""
    run = re.compile(r"\s*[a-z0-9](?:[a-z0-9]|[-_.'&/ ](?=[a-z0-9]))*(?:\s*系列)?").match(name, start)
    return run.end() if run else start
