"""Pages of words and the facts of the footer: versions, cleaning, two staff at once, one kept read."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace

import pytest
from flask import Flask

from app.contents import facts, texts, versions, writing
from app.contents.errors import BadFact, EmptyText, StaleText, TooLong
from app.contents.facts import Facts
from app.contents.texts import PageText
from app.shared.errors import NotFound
from app.shared.uow import unit_of_work
from tests.concurrency.conftest import at_once
from tests.factories.world import World
from tests.fixtures.mall import Counted
from tests.pages import PageClient

PAGE = PageText("关于我们", "<p>新的正文</p>", "About", "<p>New words</p>")
PHONE = Facts(company="某某公司", phone="400-000-0000", hours="每天 9:00–21:00")


@pytest.mark.parametrize("slug", list(texts.SLUGS))
def test_what_came_with_the_mall_can_be_read_in_both_languages(app: Flask, client: PageClient, slug: str) -> None:
    path = "/agreement/" if slug == "agreement" else f"/pages/{slug}/"
    shipped = texts.shipped(slug)
    assert shipped.title in client.get(path).text
    assert "[[" not in client.get(path).text
    assert shipped.title_en in client.get(f"{path}?lang=en").text
    assert client.json("GET", f"/pages/{slug}/")[1]["title"] == shipped.title_en
    for body in (shipped.body, shipped.body_en):
        assert texts.clean(body) == body
        assert len(body) > 400


def test_other_pages_are_not_found(client: PageClient) -> None:
    assert client.get("/pages/other/", fails=True).status_code == 404
    assert client.get("/pages/agreement/").status_code == 301


def test_every_shop_page_leads_to_them_and_the_map_lists_them(app: Flask, client: PageClient) -> None:
    for path in ("/", "/login/", "/carts/", "/agreement/", "/pages/about/"):
        page = client.get(path).text
        for slug in ("about", "contact", "privacy", "returns"):
            assert f'href="/pages/{slug}/"' in page, path
        assert 'href="/agreement/"' in page
    listed = client.browser.get("/sitemaps/pages.xml").text
    for slug in ("about", "contact", "privacy", "returns"):
        assert f"{app.config['PUBLIC_URL']}/pages/{slug}/" in listed


def test_a_change_shows_on_kept_pages_at_once_and_can_be_taken_back(app: Flask, client: PageClient) -> None:
    client.get("/pages/about/")
    client.get("/")
    with app.app_context():
        assert writing.write_page("about", 0, replace(PAGE, title="我们是谁"), "staff:1") == 1
        assert writing.write_facts(0, PHONE, "staff:1") == 1
    assert "新的正文" in client.get("/pages/about/").text
    home = client.get("/").text
    assert "我们是谁" in home
    assert 'href="tel:400-000-0000"' in home
    assert "某某公司" in home
    assert "400-000-0000" in client.get("/pages/contact/").text
    with app.app_context():
        assert writing.restore("page:about", 0, 1, "staff:2") == 2
        assert writing.restore("facts", 0, 1, "staff:2") == 2
        kept = versions.history("page:about")
    assert [(each.number, each.actor, each.note) for each in kept] == [(2, "staff:2", "0"), (1, "staff:1", "")]
    assert texts.shipped("about").title in client.get("/pages/about/").text
    assert "某某公司" not in client.get("/").text


def test_words_are_cleaned_and_plain_text_becomes_paragraphs(ctx: Flask, client: PageClient) -> None:
    nasty = (
        '<p onclick="x()">好<script>alert(1)</script><a href="javascript:x()">链接</a></p><iframe src="//e"></iframe>'
    )
    writing.write_page("about", 0, replace(PAGE, body=nasty, body_en="## Title\n\nOne & two\nthree\n\n- a\n- <b"), "x")
    kept = versions.newest("page:about")
    assert kept is not None
    assert kept.content["body"] == '<p>好<a rel="nofollow noopener noreferrer">链接</a></p>'
    assert kept.content["body_en"] == "<h2>Title</h2>\n<p>One &amp; two<br>three</p>\n<ul><li>a</li><li>&lt;b</li></ul>"
    assert "alert(1)" not in client.get("/pages/about/").text


def test_facts_are_escaped_where_they_are_filled_in(ctx: Flask, client: PageClient) -> None:
    writing.write_page("about", 0, replace(PAGE, body="<p>[[company]] [[hours]] [[other]]</p>"), "x")
    writing.write_facts(0, Facts(company="<script>alert(1)</script>"), "x")
    page = client.get("/pages/about/").text
    assert "<p>&lt;script&gt;alert(1)&lt;/script&gt; — [[other]]</p>" in page
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    ("page", "problem"),
    [
        (PageText("", "<p>x</p>"), EmptyText),
        (PageText("标题", "<p> &nbsp; </p><script>x</script>"), EmptyText),
        (PageText("长" * 61, "<p>x</p>"), TooLong),
        (PageText("标题", "长" * 60_001), TooLong),
    ],
)
def test_what_is_no_page_is_refused(ctx: Flask, page: PageText, problem: type[Exception]) -> None:
    with pytest.raises(problem):
        writing.write_page("about", 0, page, "x")
    assert versions.newest("page:about") is None


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"phone": "call me"}, BadFact),
        ({"email": "a@b"}, BadFact),
        ({"icp": "123"}, BadFact),
        ({"licence": "12345"}, BadFact),
        ({"company": "长" * 101}, TooLong),
        ({"licence_picture": "u/00/" + "0" * 32 + "-640x480-ffffff"}, NotFound),
    ],
)
def test_facts_that_cannot_be_are_refused(ctx: Flask, given: dict[str, str], problem: type[Exception]) -> None:
    with pytest.raises(problem):
        writing.write_facts(0, Facts(**given), "x")
    assert versions.newest(facts.NAME) is None


def test_facts_that_can_be(ctx: Flask) -> None:
    good = Facts(phone="010-12345678", email="a@b.cn", icp="京ICP备12345678号-1", licence="91110108MA01ABCD1X")
    writing.write_facts(0, good, "x")


def test_of_two_staff_the_second_is_told(ctx: Flask) -> None:
    writing.write_page("about", 0, PAGE, "staff:1")
    with pytest.raises(StaleText):
        writing.write_page("about", 0, replace(PAGE, title="另一个"), "staff:2")
    with pytest.raises(StaleText):
        writing.write_page("about", 7, replace(PAGE, title="另一个"), "staff:2")
    with pytest.raises(NotFound):
        writing.write_page("other", 0, PAGE, "staff:2")
    newest = versions.newest("page:about")
    assert newest is not None
    assert newest.content["title"] == "关于我们"


@pytest.mark.race
def test_of_many_at_once_one_is_written(app: Flask) -> None:
    def write() -> str:
        with app.app_context():
            try:
                return str(writing.write_page("about", 0, PAGE, "staff:1"))
            except StaleText:
                return "StaleText"

    assert sorted(at_once([write] * 6)) == ["1"] + ["StaleText"] * 5


def test_the_unique_key_stands_behind_the_look(ctx: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    writing.write_page("about", 0, PAGE, "staff:1")
    monkeypatch.setattr(versions, "newest", lambda _name: None)  # two who looked at the same moment
    with pytest.raises(StaleText):
        unit_of_work(versions.add)("page:about", 0, {}, "staff:2")


def test_the_footer_costs_no_statement_once_it_is_kept(
    make: World, lily_client: PageClient, count_queries: Callable[[], AbstractContextManager[Counted]]
) -> None:
    lily_client.get("/pages/privacy/")
    with count_queries() as counted:
        lily_client.get("/pages/privacy/")
    assert len(counted.sql) == 1, counted.sql  # who is there


def test_a_demo_has_made_up_facts_once(app: Flask) -> None:
    with app.app_context():
        assert writing.load_demo_facts() is True
        assert writing.load_demo_facts() is False
        facts.tidy(vars(writing.DEMO))
