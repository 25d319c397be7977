"""The English catalogue: whole, in step with the code, in English; and pages and panel speak the chosen language."""

import re
from functools import cache
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.pofile import read_po
from flask import Flask

from tests.factories.world import Person
from tests.house.reading import APP, ROOT
from tests.pages import PageClient

PO = APP / "translations" / "en" / "LC_MESSAGES" / "messages.po"
KEYWORDS = {**DEFAULT_KEYWORDS, **parse_keywords(["marked", "_l", "lazy_gettext"])}
CHINESE = re.compile(r"[\u3400-\u9fff\u3000-\u303f\uff01-\uff5e]")
PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]")


def in_app(folder: str) -> bool:
    """Only the application holds texts; the other folders need no walk."""
    return Path(folder).relative_to(ROOT).parts[0] == "app"


@cache
def texts() -> set[str]:
    """Every msgid of the code and the templates, found the way `make messages` finds them."""
    with (ROOT / "babel.cfg").open() as lines:
        methods, options = parse_mapping_cfg(lines, "babel.cfg")
    found = extract_from_dir(ROOT, methods, options, KEYWORDS, directory_filter=in_app)
    return {message if isinstance(message, str) else message[0] for _, _, message, _, _ in found}


@cache
def catalogue() -> Catalog:
    """What is committed."""
    with PO.open("rb") as lines:
        return read_po(lines, locale="en")


def pairs() -> list[tuple[str, str]]:
    """(Chinese, English) of every entry; the shop uses no plural forms, whose msgid would be a tuple."""
    return [(str(message.id), str(message.string)) for message in catalogue() if message.id]


def misfits(chinese: str, english: str) -> bool:
    """Do the two sides differ in placeholders, or break when they are filled in?"""
    names = PLACEHOLDER.findall(chinese)
    if sorted(names) != sorted(PLACEHOLDER.findall(english)):
        return True
    facts = dict.fromkeys(names, "1")
    try:
        return not (chinese % facts and english % facts)
    except (KeyError, TypeError, ValueError):
        return True


def test_extraction_finds_python_forms_and_templates() -> None:
    assert {"服务器开小差了，请稍后再试", "请输入密码", "今天想买点什么？", "待支付"} <= texts()
    assert len(texts()) > 400


def test_every_text_has_its_english() -> None:
    english = dict(pairs())
    assert sorted(text for text in texts() if not english.get(text, "").strip()) == [], "make messages, then translate"


def test_nothing_is_fuzzy_or_left_over() -> None:
    assert [message.id for message in catalogue() if message.fuzzy and message.id] == []
    assert not catalogue().obsolete
    assert sorted({chinese for chinese, _ in pairs()} - texts()) == [], "no code says these any more: make messages"


def test_both_sides_fill_in_the_same_facts() -> None:
    assert misfits("%(count)s 件", "%(n)s")
    assert misfits("省 10%", "Save 10%")  # Jinja's gettext always formats: a bare per cent sign would break the page
    assert not misfits("%(count)s 件", "%(count)s items")
    assert [chinese for chinese, english in pairs() if misfits(chinese, english)] == []


def test_english_is_english() -> None:
    assert [english for _, english in pairs() if CHINESE.search(english)] == []


def test_prices_keep_their_sign() -> None:
    assert [chinese for chinese, english in pairs() if chinese.count("¥") != english.count("¥")] == []


def test_pages_speak_the_chosen_language_and_change_back(client: PageClient) -> None:
    assert "登录" in client.get("/login/").text
    client.post("/language/", {"lang": "en", "next": "/login/"})
    login, cart = client.get("/login/").text, client.get("/carts/").text
    assert all('<html lang="en">' in page for page in (login, cart))
    assert "Sign in" in login
    assert "Your cart is empty" in cart
    assert "购物车还是空的" not in cart
    client.post("/language/", {"lang": "zh_Hans_CN", "next": "/carts/"})
    back = client.get("/carts/").text
    assert '<html lang="zh-CN">' in back
    assert "购物车还是空的" in back


def test_errors_are_told_in_the_chosen_language(client: PageClient) -> None:
    client.post("/language/", {"lang": "en"})
    status, answer = client.json("GET", "/detail/999999/")
    assert status == 404
    assert not CHINESE.search(answer["errmsg"])


def test_forms_complain_in_the_chosen_language(client: PageClient) -> None:
    client.post("/language/", {"lang": "en"})
    page = client.post("/register/", {"username": "ab", "password": "1", "mobile": "1"}, fails=True).text
    assert "Enter a valid mobile number" in page
    bare = [line.strip() for line in page.splitlines() if CHINESE.search(line)]
    assert set(bare) == {"中文"}  # the way back, named in itself


def test_the_panel_speaks_chinese_and_english(app: Flask, tom: Person) -> None:
    staff = PageClient(app)
    staff.sign_in(tom.username, tom.password)
    assert "查找" in staff.get("/admin/users/").text
    staff.post("/language/", {"lang": "en"})
    panel = staff.get("/admin/users/").text
    assert "Find" in panel
    assert "Users" in panel
