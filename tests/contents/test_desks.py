"""The desks of slots, pages of words and facts, through the panel."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app.contents import hanging, versions
from app.contents.home import home_blocks
from app.contents.models import Content, ContentCategory
from app.shared import clock
from app.shared.db import db
from tests.factories.world import Person, World
from tests.fixtures.mall import Counted
from tests.pages import PageClient
from tests.pictures.sent import form, picture, upload


@pytest.fixture
def desk(app: Flask, tom: Person) -> PageClient:
    client = PageClient(app)
    client.sign_in(tom.username, tom.password)
    return client


@pytest.fixture
def slot(app: Flask, make: World) -> int:
    """The carousel with two ads."""

    def hang() -> int:
        row = ContentCategory(key="index_lbt", name="轮播图")
        db.session.add(row)
        db.session.flush()
        for place, title in enumerate(("一", "二"), 1):
            db.session.add(Content(category_id=row.id, title=title, url="/", sequence=place))
        return row.id

    return int(make.run(hang))


def carousel(app: Flask) -> list[str]:
    with app.app_context():
        return [ad.title for ad in home_blocks().carousel]


def fields_of(page: str) -> dict[str, Any]:
    """What a browser would send of the slot's form as it is."""
    body = page[page.index('class="slot-form"') :]
    body = body[: body.index("</form>")]
    found: dict[str, Any] = {"row": re.findall(r'name="row" value="(\w+)"', body)}
    for tag in re.findall(r"<input[^>]*>", body):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name is None or name[1] in ("row", "csrf_token") or 'type="file"' in tag:
            continue
        if 'type="checkbox"' not in tag or "checked" in tag:
            found[name[1]] = value[1] if value else ""
    return found


def undo_form(page: str) -> tuple[str, dict[str, str]]:
    found = re.search(r'<form class="push" method="post" action="([^"]+)">(.*?)</form>', page, re.DOTALL)
    assert found, "no undo is offered"
    return found[1], dict(re.findall(r'name="(\w+)" value="([^"]*)"', found[2]))


def test_a_form_saved_as_it_is_changes_nothing(app: Flask, desk: PageClient, slot: int) -> None:
    path = f"/admin/slots/{slot}/"
    with app.app_context():
        before = hanging.get_slot(slot).ads
    assert desk.post(path, fields_of(desk.get(path).text)).status_code == 303
    with app.app_context():
        assert hanging.get_slot(slot).ads == before


def test_texts_order_and_switch_are_saved_and_taken_back(app: Flask, desk: PageClient, slot: int) -> None:
    path = f"/admin/slots/{slot}/"
    sent = fields_of(desk.get(path).text)
    first, second = sent["row"][:2]
    sent |= {f"title-{first}": "改过的", "move": f"{second}:up", "title-new": "新的", "url-new": "/pages/about/"}
    sent |= {"shown-new": "1", "starts-new": "2020-01-01T00:00", "place-new": "9"}
    assert desk.post(path, sent).status_code == 303
    assert carousel(app) == ["二", "改过的", "新的"]
    assert "改过的" in desk.get("/").text
    url, fields = undo_form(desk.get(path).text)
    desk.post(url, fields)
    assert carousel(app) == ["一", "二"]


def test_one_is_removed_and_one_switched_off(app: Flask, desk: PageClient, slot: int) -> None:
    path = f"/admin/slots/{slot}/"
    sent = fields_of(desk.get(path).text)
    first, second = sent["row"][:2]
    sent[f"remove-{first}"] = "1"
    del sent[f"shown-{second}"]
    desk.post(path, sent)
    assert carousel(app) == []
    with app.app_context():
        assert [ad.title for ad in hanging.get_slot(slot).ads] == ["二"]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("title", "", "请填写每条广告的标题"),
        ("url", "https://evil.example/", "在本站没有对应的页面"),
        ("url", "/detail/999999/", "在本站没有对应的页面"),
        ("title", "长" * 31, "标题最多 30 个字"),
        ("starts", "soon", "看不懂"),
        ("ends", "2020-01-01T00:00", ""),
    ],
)
def test_what_is_wrong_is_said_beside_what_was_typed(
    app: Flask, desk: PageClient, slot: int, field: str, value: str, said: str
) -> None:
    path = f"/admin/slots/{slot}/"
    sent = fields_of(desk.get(path).text)
    first = sent["row"][0]
    sent |= {f"{field}-{first}": value, f"text-{first}": "我写的字"}
    if field == "ends":
        sent[f"starts-{first}"], said = "2021-01-01T00:00", "结束时间要晚于开始时间"
    answer = desk.post(path, sent, fails=True)
    assert answer.status_code == 400
    assert said in answer.text
    assert "我写的字" in answer.text
    assert carousel(app) == ["一", "二"]


def test_the_carousel_is_swapped_with_pictures_at_once(app: Flask, desk: PageClient, slot: int) -> None:
    path = f"/admin/slots/{slot}/swap/"
    sent = fields_of(desk.get(path).text)
    rows = sent["row"]
    sent |= {f"title-{rows[0]}": "焕新", f"title-{rows[1]}": "", f"url-{rows[1]}": ""}
    sent[f"picture-{rows[0]}"] = upload(picture((1200, 480)))
    data = form({"csrf_token": desk.token(), **sent})
    assert desk.browser.post(path, **data, headers={"Accept": "text/html"}).status_code == 303
    assert carousel(app) == ["焕新"]
    with app.app_context():
        assert home_blocks().carousel[0].image.startswith("u/")
    url, fields = undo_form(desk.get(f"/admin/slots/{slot}/").text)
    desk.post(url, fields)
    assert carousel(app) == ["一", "二"]


def test_the_carousel_is_swapped_at_a_moment(app: Flask, desk: PageClient, slot: int) -> None:
    path = f"/admin/slots/{slot}/swap/"
    sent = fields_of(desk.get(path).text)
    sent[f"title-{sent['row'][0]}"] = "将来"
    at = clock.now() + timedelta(hours=2)
    sent["at"] = clock.local(at).strftime("%Y-%m-%dT%H:%M")
    assert desk.post(path, sent).status_code == 303
    assert carousel(app) == ["一", "二"]
    with app.app_context():
        assert [ad.title for ad in home_blocks(at).carousel] == ["将来", "二"]
    assert "将来" in desk.get(f"/?at={sent['at']}").text
    again = fields_of(desk.get(path).text) | {"at": "2020-01-01T00:00"}
    assert desk.post(path, again, fails=True).status_code == 400


def test_the_second_of_two_staff_is_told(app: Flask, desk: PageClient, slot: int) -> None:
    path = f"/admin/slots/{slot}/"
    sent = fields_of(desk.get(path).text)
    desk.post(path, sent)
    answer = desk.post(path, sent | {f"title-{sent['row'][0]}": "另一个"}, fails=True)
    assert answer.status_code == 409
    assert "刚有同事修改过" in answer.text
    assert carousel(app) == ["一", "二"]


def test_every_slot_is_explained(app: Flask, desk: PageClient, slot: int) -> None:
    page = desk.get("/admin/slots/").text
    assert "首屏中间的轮播大图" in page
    assert f'href="/admin/slots/{slot}/"' in page
    assert desk.get("/admin/slots/999999/", fails=True).status_code == 404


def test_a_page_is_looked_at_saved_compared_and_brought_back(app: Flask, desk: PageClient) -> None:
    path = "/admin/site-pages/about/"
    typed = {"seen": "0", "title": "我们是谁", "body": "## 小标题\n\n新的一段<b", "title_en": "Who", "body_en": ""}
    looked = desk.post(f"{path}preview/", typed)
    assert "这是预览" in looked.text
    assert "<h2>小标题</h2>" in looked.text
    assert versions_of(app, "page:about") == []
    assert desk.post(path, typed).status_code == 303
    url, fields = undo_form(desk.get(path).text)
    assert "我们是谁" in desk.get("/pages/about/").text
    assert "我们是谁" in desk.get("/").text
    assert "diff-added" in desk.get("/admin/site-pages/versions/page:about/1/").text
    stale = desk.post(path, {**typed, "title": "另一个"}, fails=True)
    assert (stale.status_code, "刚有同事修改过" in stale.text, "另一个" in stale.text) == (409, True, True)
    desk.post(url, fields)
    assert "我们是谁" not in desk.get("/pages/about/").text
    page = desk.get(path).text
    assert "tommy" in page
    desk.post("/admin/site-pages/versions/page:about/1/restore/", {"seen": "2"})
    assert "我们是谁" in desk.get("/pages/about/").text
    empty = desk.post(path, {"seen": "3", "title": "", "body": "<p></p>"}, fails=True)
    assert empty.status_code == 400


def versions_of(app: Flask, name: str) -> list[int]:
    with app.app_context():
        return [version.number for version in versions.history(name)]


def test_facts_are_looked_at_and_saved_with_a_picture(app: Flask, desk: PageClient) -> None:
    path = "/admin/site-pages/facts/"
    typed = {"seen": "0", "company": "某某公司", "phone": "400-000-0000", "licence": "91110108MA01ABCD1X"}
    looked = desk.post(f"{path}preview/", typed).text
    assert "某某公司" in looked
    assert "某某公司" not in desk.get("/").text
    data = form({"csrf_token": desk.token(), **typed, "pictures": upload(picture())})
    assert desk.browser.post(path, **data, headers={"Accept": "text/html"}).status_code == 303
    home = desk.get("/").text
    assert "某某公司" in home
    assert re.search(r'href="/media/u/[^"]+">营业执照 91110108MA01ABCD1X', home)
    bad = desk.post(path, {**typed, "seen": "1", "phone": "call"}, fails=True)
    assert (bad.status_code, "客服电话的格式不对" in bad.text) == (400, True)
    assert desk.get("/admin/site-pages/versions/facts/1/").status_code == 200
    assert "公司名称" in desk.get("/admin/site-pages/").text


@pytest.mark.parametrize("name", ["slot:index_lbt", "page:other", "x"])
def test_other_versions_are_not_found(desk: PageClient, name: str) -> None:
    assert desk.get(f"/admin/site-pages/versions/{name}/1/", fails=True).status_code == 404
    assert desk.post(f"/admin/site-pages/versions/{name}/1/restore/", {"seen": "1"}, fails=True).status_code == 404


@pytest.mark.parametrize("rows", [0, 20])
def test_statements_do_not_grow_with_ads(
    desk: PageClient,
    make: World,
    slot: int,
    count_queries: Callable[[], AbstractContextManager[Counted]],
    rows: int,
) -> None:
    def hang() -> None:
        db.session.add_all([Content(category_id=slot, title=f"第 {n}", url="/", sequence=9) for n in range(rows)])

    make.run(hang)
    found = []
    for path in ("/admin/slots/", f"/admin/slots/{slot}/"):
        desk.get(path)
        with count_queries() as counted:
            desk.get(path)
        found.append(len(counted.sql))
    assert found == [4, 6], counted.sql
