"""What search engines read: maps, canonical addresses, languages, facts, and addresses that went away."""

import json
import re
from xml.etree import ElementTree

import pytest
from flask import Flask
from sqlalchemy import update

from app.contents import services, sitemaps
from app.contents.errors import BadAddress
from app.goods.models import SKU
from app.shared.db import db
from tests.factories.world import World
from tests.pages import PageClient

LD = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
SPACE = {"s": sitemaps.NAMESPACE}


def addresses(client: PageClient, path: str) -> list[str]:
    found = client.browser.get(path)
    assert found.mimetype == "application/xml"
    return [node.text or "" for node in ElementTree.fromstring(found.data).iterfind(".//s:loc", SPACE)]


def facts(client: PageClient, path: str) -> dict[str, dict[str, object]]:
    """The linked data of a page by its type."""
    return {each["@type"]: each for each in map(json.loads, LD.findall(client.get(path).text))}


def test_the_map_leads_to_every_page_that_is_on_the_shelf(app: Flask, make: World, client: PageClient) -> None:
    shown, hidden = make.sku(), make.sku()
    make.run(lambda: db.session.execute(update(SKU).where(SKU.id == hidden).values(is_launched=False)))
    origin = app.config["PUBLIC_URL"]
    index = addresses(client, "/sitemap.xml")
    assert all(each.startswith(f"{origin}/sitemaps/") for each in index)
    every = [address for each in index for address in addresses(client, each.removeprefix(origin))]
    assert f"{origin}/detail/{shown}/" in every
    assert f"{origin}/detail/{hidden}/" not in every
    assert f"{origin}/list/{make.categories()[2]}/1/" in every
    for address in every:
        assert client.get(address.removeprefix(origin)).status_code == 200, address


def test_dates_of_the_map_are_those_of_the_goods(app: Flask, make: World, client: PageClient) -> None:
    sku = make.sku()
    with app.app_context():
        changed = db.session.get_one(SKU, sku).updated_at.replace(microsecond=0).isoformat()
    assert f"<lastmod>{changed}</lastmod>" in client.browser.get(f"/sitemaps/goods-{sku // sitemaps.PART}.xml").text


@pytest.mark.parametrize("name", ["other", "goods-", "goods-x", "goods-99999999999", "goods--1"])
def test_unknown_maps_are_not_found(client: PageClient, name: str) -> None:
    assert client.browser.get(f"/sitemaps/{name}.xml").status_code == 404


def test_parts_split_by_id(app: Flask, make: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemaps, "PART", 2)
    skus = [make.sku() for _ in range(5)]
    with app.app_context():
        found = [id_ for part, _ in sitemaps.goods_parts() for id_, _ in sitemaps.goods_of(part)]
    assert found == skus


def test_addresses_come_from_the_setting_and_not_from_the_host(app: Flask, client: PageClient) -> None:
    page = client.browser.get("/", headers={"Host": "evil.example"}).text
    assert "evil.example" not in page
    assert f'<link rel="canonical" href="{app.config["PUBLIC_URL"]}/">' in page
    assert f'hreflang="en" href="{app.config["PUBLIC_URL"]}/?lang=en"' in page
    assert f"Sitemap: {app.config['PUBLIC_URL']}/sitemap.xml" in client.browser.get("/robots.txt").text


def test_a_link_in_another_language_stays_in_it(app: Flask) -> None:
    client = PageClient(app)
    assert '<html lang="en">' in client.get("/?lang=en").text
    assert '<html lang="en">' in client.get("/login/").text
    assert 'name="next" value="/login/"' in client.get("/login/?lang=zh").text
    assert '<html lang="zh-CN">' in client.get("/login/").text
    assert client.get("/?lang=klingon").status_code == 200


def test_facts_about_the_shop_and_the_way(app: Flask, make: World, client: PageClient) -> None:
    make.sku()
    assert {"Organization", "WebSite"} <= set(facts(client, "/"))
    third = make.categories()[2]
    crumbs = facts(client, f"/list/{third}/1/")["BreadcrumbList"]
    places = crumbs["itemListElement"]
    assert isinstance(places, list)
    assert [each["position"] for each in places] == [1, 2, 3, 4]
    assert places[-1]["item"].endswith(f"/list/{third}/1/")


def test_names_cannot_end_the_script(app: Flask, make: World, client: PageClient) -> None:
    sku = make.sku(name="</script><script>alert(1)</script>")
    page = client.get(f"/detail/{sku}/").text
    assert "<script>alert" not in page
    steps = facts(client, f"/detail/{sku}/")["BreadcrumbList"]["itemListElement"]
    assert isinstance(steps, list)
    assert steps[-1]["name"] == "</script><script>alert(1)</script>"


def test_readers_of_an_old_address_are_sent_on(app: Flask, client: PageClient) -> None:
    with app.app_context():
        services.redirect("/old/phone/", "/list/1/1/")
        services.redirect("/old/phone/", "/search/?q=phone")
        services.redirect("/old/gone/", "")
    moved = client.browser.get("/old/phone/")
    assert (moved.status_code, moved.location) == (301, "/search/?q=phone")
    gone = client.get("/old/gone/", fails=True)
    assert (gone.status_code, "页面已下线" in gone.text) == (410, True)
    assert client.browser.get("/old/other/").status_code == 404
    assert client.browser.get("/old/phone/", headers={"Accept": "application/json"}).status_code == 404
    assert client.browser.get(f"/{'x' * 3000}/").status_code == 404


@pytest.mark.parametrize(("path", "target"), [("/a/", "//evil.example"), ("a", "/b/"), ("/a/", "/a/"), ("/a/", "/\\x")])
def test_only_our_own_addresses_are_redirected(app: Flask, path: str, target: str) -> None:
    with app.app_context(), pytest.raises(BadAddress):
        services.redirect(path, target)
