"""The demo catalogue: complete, loaded once, with words and pictures of its own."""

import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.goods import detail, queries, services
from app.goods.demo import media
from app.goods.demo.catalogue import Catalogue, read_catalogue
from app.goods.descriptions import clean
from app.goods.models import (
    SKU,
    SPU,
    Brand,
    Category,
    Channel,
    ChannelGroup,
    SKUImage,
    SKUSpec,
    SpecOption,
    StockMovement,
)
from app.shared.db import Base, db
from app.shared.pictures import WIDTHS
from tests.factories.world import World
from tests.goods.shelf import values_of
from tests.pages import PageClient

WHOLE = {Category: 134, ChannelGroup: 11, Channel: 11, Brand: 115, SPU: 168, SKU: 655, SKUImage: 1310}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return read_catalogue()


def count(model: type[Base]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def steps() -> tuple[list[int], object]:
    heard: list[int] = []
    return heard, heard.append


def test_texts_say_what_the_catalogue_knows(catalogue: Catalogue) -> None:
    for row in catalogue.spus:
        for field in ("desc_detail", "desc_pack", "desc_service"):
            assert "京东" not in row[field]
            assert clean(row[field]) == row[field], "cleaned when it was written"
        assert row["name"] in row["desc_detail"].replace("&amp;", "&")
    sample = next(row for row in catalogue.spus if row["id"] == 1)
    assert "<li>钛金属机身</li>" in sample["desc_detail"]
    assert "原色钛金属、蓝色钛金属" in sample["desc_detail"]


def test_every_picture_is_shipped(catalogue: Catalogue) -> None:
    stems = {stem for stems in catalogue.pictures.values() for stem in stems}

    assert all(len(each) == 2 for each in catalogue.pictures.values())
    missing = [
        f"{stem}-{width}.webp"
        for stem in stems
        for width in WIDTHS
        if not (media.SHIPPED / f"{stem}-{width}.webp").exists()
    ]
    assert missing == []


def test_load_brings_all_once(app: Flask, catalogue: Catalogue) -> None:
    with app.app_context():
        heard, step = steps()
        assert services.load_demo(catalogue, step) == 655
        counts = {model: count(model) for model in (*WHOLE, SKUSpec, SpecOption, StockMovement)}
        assert services.load_demo(catalogue, lambda _n: None) == 0

        assert sum(heard) == catalogue.size
        assert {model: counts[model] for model in WHOLE} == WHOLE
        assert counts[SKUSpec] == sum(len(each) for each in catalogue.chosen.values())
        assert counts[StockMovement] == 655
        assert {model: count(model) for model in counts} == counts
        assert queries.stock_drifts() == []
        assert db.session.scalar(select(StockMovement.flow_key).where(StockMovement.sku_id == 7)) == "opening:7"
        assert db.session.execute(select(SKU.name, SKU.comments).where(SKU.id == 655)).one() == (
            "接力出版社 神奇校车 图画书版 全 12 册 套装",
            0,
        )
        assert db.session.scalar(select(func.count(SKU.created_at.distinct()))) == 655


def test_second_load_keeps_what_people_did(make: World, app: Flask, catalogue: Catalogue) -> None:
    with app.app_context():
        services.load_demo(catalogue, lambda _n: None)
        services.change_caption(1, 1, "编辑写的")
        services.set_stock(1, 3, reason="盘点", actor="staff:1")

        services.load_demo(catalogue, lambda _n: None)

    assert values_of(make, 1, "caption", "stock", "version") == ("编辑写的", 3, 2)


def test_command_copies_pictures_once(app: Flask) -> None:
    runner = app.test_cli_runner()
    folder: Path = app.config["INSTANCE"] / "media"

    first = runner.invoke(args=["goods", "load-demo"])
    sample = next(path for path in sorted(folder.glob("*.webp")) if (media.SHIPPED / path.name).exists())
    made = sample.stat().st_mtime_ns
    runner.invoke(args=["goods", "load-demo"])
    untouched = sample.stat().st_mtime_ns
    sample.write_bytes(b"half")
    runner.invoke(args=["goods", "load-demo"])

    assert first.exit_code == 0, first.output
    assert "655 new SKUs, 655 in all" in first.output
    assert made == untouched
    assert sample.read_bytes() == (media.SHIPPED / sample.name).read_bytes()
    assert list(folder.rglob("*.part")) == []


@pytest.mark.once
def test_every_category_and_a_shelf_of_skus_can_be_opened(app: Flask, client: PageClient, catalogue: Catalogue) -> None:
    with app.app_context():
        services.load_demo(catalogue, lambda _n: None)

    for row in catalogue.categories:
        assert f"<h1>{row['name']}</h1>" in client.get(f"/list/{row['id']}/1/").text
    for row in catalogue.skus[::40]:
        page = client.get(f"/detail/{row['id']}/").text
        assert re.search(r"data-visit=\"/detail/visit/\d+/\"", page)


def test_newest_first_shows_a_mixed_shelf(app: Flask, catalogue: Catalogue) -> None:
    with app.app_context():
        services.load_demo(catalogue, lambda _n: None)
        page = queries.page_skus(3, 1, 18, "default")
        picker = detail.get_sku(1).specs

    assert len({card.spu_id for card in page.items}) == 18
    assert page.items[0].spec_text == "颜色：原色钛金属；内存：128GB"
    assert [spec.name for spec in picker] == ["颜色", "内存"]
    assert all(option.sku_id for spec in picker for option in spec.options)
