"""Letters: escaped, one line of subject, two languages, links that no Host header can bend."""

from html.parser import HTMLParser

import pytest
from flask import Flask

from app.shared import clock
from app.users import letters

LINK = "https://mall.example/emails/verification/?token=abc"


class Reader(HTMLParser):
    """What a mail program would open, fetch or show."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag not in {"meta", "br", "img", "link", "input", "hr"}:
            self.open.append(tag)
        if tag == "a":
            self.links.append(found.get("href") or "")
        self.fetched += [str(found[name]) for name in ("src", "background", "srcset") if name in found]
        if tag in {"script", "link", "img", "iframe", "form", "object", "style"}:
            self.fetched.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        self.words += data


def test_sec_29_a_letter_is_escaped_closed_and_has_a_text_beside_it(ctx: Flask) -> None:
    """The original glued the address into HTML and closed its link with a second `<a>`."""
    letter = letters.render(
        "confirm_email", username='<script>alert(1)</script>"', email='"<img/src=x>"@mall.example', link=LINK
    )
    assert "<script" not in letter.html
    assert "<img" not in letter.html
    page = Reader(letter.html)
    assert page.open == []
    assert '<script>alert(1)</script>"，您好' in page.words
    assert '"<img/src=x>"@mall.example' in page.words
    assert LINK in page.links
    assert page.fetched == []
    assert "<script>alert(1)</script>" in letter.text  # plain text stays plain
    assert "&lt;" not in letter.text
    assert f"\n{LINK}\n" in letter.text


def test_a_subject_is_one_line_whatever_is_in_it(ctx: Flask) -> None:
    letter = letters.render("confirm_email", username="a\r\nBcc: all@mall.example", email="a@b.example", link=LINK)
    assert letter.subject == "美多商城邮箱验证"
    assert "\n" not in letter.subject


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("confirm_email", {"email": "lily@mall.example", "link": LINK}),
        ("email_changed", {"email": "l***@mall.example", "at": clock.now()}),
        ("password_changed", {"at": clock.now()}),
    ],
)
def test_every_letter_reads_well_in_both_languages(ctx: Flask, name: str, values: dict[str, object]) -> None:
    ctx.config["PUBLIC_URL"] = "https://mall.example"
    chinese = letters.render(name, username="lily", **values)
    english = letters.render(name, username="lily", language="en", **values)
    assert 'lang="zh-Hans-CN"' in chinese.html
    assert 'lang="en"' in english.html
    assert "lily，您好：" in chinese.text
    assert "Hello lily," in english.text
    for letter in (chinese, english):
        page = Reader(letter.html)
        assert page.open == []
        assert page.fetched == []
        assert letter.subject
        assert all(link.startswith("https://mall.example/") for link in page.links), page.links
        assert all(word not in letter.text for word in ("{%", "{{", "None", "<a", "\n\n\n"))
    assert not any("\u4e00" <= sign <= "\u9fff" for sign in english.subject + english.text)
    assert chinese.subject != english.subject


def test_links_come_from_the_public_address_alone(app: Flask) -> None:
    app.config["PUBLIC_URL"] = "https://mall.example"
    with app.test_request_context("/", base_url="https://evil.example", headers={"Host": "evil.example"}):
        letter = letters.render("confirm_email", email="a@b.example", link=LINK)
        assert letters.public_link("goods.detail", sku_id=7) == "https://mall.example/detail/7/"
    assert "evil" not in letter.text + letter.html
    assert "https://mall.example/" in letter.text


def test_a_letter_asks_neither_database_nor_cart(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Context processors read navigation and cart for pages; a mail is none."""

    def refuse() -> dict[str, object]:
        raise AssertionError("a context processor ran for a letter")

    monkeypatch.setitem(app.template_context_processors, None, [refuse])
    with app.test_request_context("/"):
        assert letters.render("confirm_email", email="a@b.example", link=LINK).text
