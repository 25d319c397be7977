"""Verbs of words: pages and facts, each change a version; an earlier one may be brought back."""

from dataclasses import asdict

from app.contents import facts as fact_sheet
from app.contents import store, texts, versions
from app.contents.facts import Facts
from app.contents.texts import PageText
from app.pictures import services as pictures
from app.shared.uow import then, unit_of_work

DEMO = Facts(
    company="美多商城（演示）",
    company_en="Meiduo Mall (demo)",
    phone="400-000-0000",
    hours="每天 9:00–21:00",
    hours_en="9:00–21:00 every day",
    email="service@meiduo.example",
    address="北京市海淀区示例路 1 号",
    address_en="1 Example Road, Haidian, Beijing",
    icp="京ICP备00000000号-1",
)


@unit_of_work
def write_page(slug: str, seen: int, page: PageText, actor: str) -> int:
    """Another version of a page, cleaned; NotFound, EmptyText, TooLong, StaleText. Returns its number."""
    number = versions.add(texts.name_of(slug), seen, texts.as_content(texts.tidy(page)), actor)
    _tell(slug)
    return number


@unit_of_work
def write_facts(seen: int, facts: Facts, actor: str) -> int:
    """Other facts, tidied; TooLong, BadFact, StaleText, NotFound for a picture that is none of the shop's."""
    told = fact_sheet.tidy(asdict(facts))
    before = versions.newest(fact_sheet.NAME)
    known = before.content.get("licence_picture", "") if before else ""
    if told.licence_picture and told.licence_picture != known:
        pictures.use_in_shop([told.licence_picture])
    number = versions.add(fact_sheet.NAME, seen, asdict(told), actor)
    _tell(*texts.SLUGS)
    return number


@unit_of_work
def load_demo_facts() -> bool:
    """Facts for a demo, made up and said to be so, where nobody has written any. Were they missing?"""
    if versions.newest(fact_sheet.NAME) is not None:
        return False
    versions.add(fact_sheet.NAME, 0, asdict(DEMO), "demo")
    _tell(*texts.SLUGS)
    return True


@unit_of_work
def restore(name: str, number: int, seen: int, actor: str) -> int:
    """Bring an earlier version of a page or of the facts back, as a new one; NotFound, StaleText. 0: as shipped."""
    slug = name.removeprefix("page:")
    if number:
        content = versions.get(name, number).content
    else:
        content = texts.as_content(texts.shipped(slug)) if name != fact_sheet.NAME else asdict(Facts())
    new = versions.add(name, seen, content, actor, note=str(number))
    _tell(*(texts.SLUGS if name == fact_sheet.NAME else (slug,)))
    return new


def _tell(*slugs: str) -> None:
    """These pages, the footer of every other one, and the files of the home page."""
    then(store.forget_words, *slugs)
    then(store.FOLLOW.enqueue)
