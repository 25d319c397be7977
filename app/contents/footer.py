"""What the footer of every page says, and the pages of words it leads to; each one cached read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from app.contents import facts as fact_sheet
from app.contents import store, texts, versions
from app.contents.facts import Facts
from app.contents.texts import PageText
from app.shared import language


@dataclass(frozen=True)
class Footer:
    """Facts, and the titles of the pages of words as (Chinese, English) by slug."""

    facts: Facts
    titles: Mapping[str, tuple[str, str]]

    def fact(self, name: str) -> str:
        """A fact in the reader's language."""
        return fact_sheet.localised(self.facts, name, is_english())

    def links(self) -> list[tuple[str, str]]:
        """(slug, title) in the reader's language."""
        return [(slug, (is_english() and other) or own) for slug, (own, other) in self.titles.items()]


@dataclass(frozen=True)
class Words:
    """A page of words, its facts filled in by who shows it."""

    slug: str
    text: PageText
    facts: Facts
    changed_at: datetime | None = None

    @property
    def title(self) -> str:
        return self.text.in_language(is_english())[0]

    @property
    def html(self) -> Markup:
        body = texts.filled(self.text.in_language(is_english())[1], self.facts, is_english())
        return Markup(body)  # noqa: S704  # cleaned by nh3 on its way in and out; facts are escaped


def footer() -> Footer:
    """For the templates: kept, or read in one statement."""
    return store.footer(_footer)


def words(slug: str) -> Words:
    """A page of words; NotFound for one that there is not."""
    name = texts.name_of(slug)
    return store.words(slug, lambda: _words(slug, name))


def is_english() -> bool:
    """Does the reader read English?"""
    return language.current().startswith("en")


def _footer() -> Footer:
    found = versions.newest_of([fact_sheet.NAME, *map(texts.name_of, texts.SLUGS)])
    titles = {}
    for slug in texts.SLUGS:
        version = found.get(texts.name_of(slug))
        page = texts.shipped(slug)
        content = version.content if version else {"title": page.title, "title_en": page.title_en}
        titles[slug] = (content["title"], content.get("title_en", ""))
    facts = found.get(fact_sheet.NAME)
    return Footer(fact_sheet.read(facts.content) if facts else Facts(), titles)


def _words(slug: str, name: str) -> Words:
    found = versions.newest_of([fact_sheet.NAME, name])
    facts = fact_sheet.read(found[fact_sheet.NAME].content) if fact_sheet.NAME in found else Facts()
    version = found.get(name)
    if version is None:
        return Words(slug, texts.shipped(slug), facts)
    return Words(slug, texts.read(version.content), facts, version.at)
