"""Pages of words: about us, contact, privacy, returns, agreement. What came with the mall holds until staff write."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from html import escape
from pathlib import Path

from app.contents.errors import EmptyText, TooLong
from app.contents.facts import LABELS, Facts, localised
from app.goods.descriptions import clean
from app.shared.errors import NotFound, marked

SHIPPED = Path(__file__).with_name("texts")
SLUGS = {
    "about": marked("关于我们"),
    "contact": marked("联系我们"),
    "returns": marked("退换货"),
    "privacy": marked("隐私政策"),
    "agreement": marked("用户协议"),
}
TITLE_LONGEST, BODY_LONGEST = 60, 60_000
TOKENS = ("company", "phone", "hours", "email", "address", "icp", "licence")
_TOKEN = re.compile(r"\[\[(\w{1,20})\]\]")


@dataclass(frozen=True)
class PageText:
    """Title and HTML in both languages; without English the Chinese stands there too."""

    title: str
    body: str
    title_en: str = ""
    body_en: str = ""

    def in_language(self, is_english: bool) -> tuple[str, str]:
        """(title, body) for a reader."""
        return (self.title_en or self.title, self.body_en or self.body) if is_english else (self.title, self.body)


def name_of(slug: str) -> str:
    """The name of its versions; NotFound for a page that there is not."""
    if slug not in SLUGS:
        raise NotFound()
    return f"page:{slug}"


@cache
def shipped(slug: str) -> PageText:
    """What came with the mall: the first line is the title."""
    name_of(slug)
    found = []
    for language in ("zh", "en"):
        title, _, body = (SHIPPED / f"{slug}.{language}.txt").read_text(encoding="utf-8").partition("\n")
        found += [title.strip(), clean(body.strip())]
    return PageText(*found)


def read(content: Mapping[str, str]) -> PageText:
    """As a version keeps it, cleaned once more on its way out."""
    page = PageText(**{name: str(content.get(name, "")) for name in ("title", "body", "title_en", "body_en")})
    return PageText(page.title, clean(page.body), page.title_en, clean(page.body_en))


def tidy(page: PageText) -> PageText:
    """What was typed, as it may be kept; EmptyText, TooLong."""
    titles = [" ".join(text.split()) for text in (page.title, page.title_en)]
    bodies = [clean(to_html(text)) for text in (page.body, page.body_en)]
    if not titles[0] or not re.sub(r"<[^>]*>|&nbsp;|\s", "", bodies[0]):
        raise EmptyText()
    if max(map(len, titles)) > TITLE_LONGEST:
        raise TooLong(field=marked("标题"), most=TITLE_LONGEST)
    if max(map(len, bodies)) > BODY_LONGEST:
        raise TooLong(field=marked("正文"), most=BODY_LONGEST)
    return PageText(titles[0], bodies[0], titles[1], bodies[1])


def to_html(text: str) -> str:
    """HTML as it is; plain text in paragraphs, `## ` a heading, `- ` an item of a list."""
    text = text.replace("\r\n", "\n").strip()
    if re.search(r"</?[a-z][^>]*>", text, re.IGNORECASE):
        return text
    return "\n".join(_block(part.strip()) for part in re.split(r"\n\s*\n", text) if part.strip())


def _block(part: str) -> str:
    lines = [line.strip() for line in part.split("\n")]
    if all(line.startswith("- ") for line in lines):
        return "<ul>" + "".join(f"<li>{escape(line[2:])}</li>" for line in lines) + "</ul>"
    if len(lines) == 1 and part.startswith("## "):
        return f"<h2>{escape(part[3:])}</h2>"
    return "<p>" + "<br>".join(escape(line) for line in lines) + "</p>"


def filled(body: str, facts: Facts, is_english: bool) -> str:
    """`[[phone]]` and its like become the facts; one that is not there, or empty, becomes a dash."""

    def fact(match: re.Match[str]) -> str:
        name = match[1]
        return escape(localised(facts, name, is_english) or "—") if name in TOKENS and name in LABELS else match[0]

    return _TOKEN.sub(fact, body)


def as_content(page: PageText) -> dict[str, str]:
    """For a version."""
    return asdict(page)
