"""Pictures beside a request: brought by its shopper, seen by them and by staff, and by nobody else (SEC-27)."""

import re
from typing import Any

from flask import Flask

from tests.aftersales.bought import Bought, buy
from tests.factories.world import Person, World
from tests.pages import PageClient
from tests.pictures.sent import form, upload, with_gps


def ask(client: PageClient, bought: Bought, token: str, **more: Any) -> Any:
    fields = {"kind": "refund", "reason": "slow", f"count_{bought.first}": "1", "submit_token": token, **more}
    data = form({"csrf_token": client.token(), **fields})
    return client.browser.post(f"/aftersales/ask/{bought.number}/", **data, headers={"Accept": "text/html"})


def bought_by(app: Flask, make: World, lily: Person) -> Bought:
    with app.app_context():
        return buy(app, make, lily)


def test_sec_27_evidence_is_for_its_shopper_and_staff(
    app: Flask, make: World, lily: Person, tom: Person, lily_client: PageClient, fred_client: PageClient
) -> None:
    bought = bought_by(app, make, lily)
    answer = ask(lily_client, bought, "evidence-0001", pictures=[upload(with_gps()), upload(with_gps())])
    assert answer.status_code == 303, answer.text
    urls = sorted(set(re.findall(r'href="(/pictures/p/[^"]+)"', lily_client.get(answer.location).text)))
    assert len(urls) == 2
    staff = PageClient(app)
    staff.sign_in(tom.username, tom.password)
    number = answer.location.rstrip("/").rsplit("/", 1)[1]
    assert all(url in staff.get(f"/admin/aftersales/case/{number}/").text for url in urls)
    stranger = PageClient(app)
    for url in urls:
        assert lily_client.browser.get(url).content_type == "image/webp"
        assert staff.browser.get(url).status_code == 200
        assert fred_client.browser.get(url).status_code == 404
        assert stranger.browser.get(url, headers={"Accept": "application/json"}).status_code == 401
        assert stranger.browser.get(url.replace("/pictures/", "/media/")).status_code == 404
    told = lily_client.json("GET", f"/aftersales/{number}/")[1]["after_sale"]["pictures"]
    assert sorted(told) == urls


def test_what_is_refused_keeps_what_was_good(app: Flask, make: World, lily: Person, lily_client: PageClient) -> None:
    bought = bought_by(app, make, lily)
    answer = ask(lily_client, bought, "evidence-0002", pictures=[upload(with_gps()), upload(b"GIF89a", "a.gif")])
    assert answer.status_code == 400
    assert "请上传 JPEG、PNG 或 WebP 格式的图片" in answer.text
    (stem,) = re.findall(r'name="picture" value="([^"]+)"', answer.text)
    again = ask(lily_client, bought, "evidence-0003", picture=[stem])
    assert again.status_code == 303
    assert stem in lily_client.get(again.location).text


def test_a_double_click_hangs_them_once(app: Flask, make: World, lily: Person, lily_client: PageClient) -> None:
    bought = bought_by(app, make, lily)
    first, second = (ask(lily_client, bought, "evidence-0004", pictures=[upload(with_gps())]) for _ in range(2))
    assert first.location == second.location
    page = lily_client.get(first.location).text
    assert len(re.findall(r'href="/pictures/p/', page)) == 1
