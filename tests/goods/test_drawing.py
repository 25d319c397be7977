"""The demo pictures: every one is committed, is what the rules name, and none carries lettering."""

import csv
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image

from app.goods.drawing.banners import BANNERS, compose
from app.goods.drawing.names import OWN_KINDS, VIEWS, WIDTHS, picture_file, picture_stem
from app.goods.drawing.registry import DRAWINGS, picture_svg
from app.goods.drawing.render import render
from app.goods.drawing.soften import tighten
from app.goods.drawing.studio import CATALOGUE, demo_stems, draw_stem

PICTURES = CATALOGUE / "pictures"


def needs() -> Iterator[tuple[str, str, int]]:
    """(kind, colour, level-1 category) of every SKU of the demo catalogue."""
    with (CATALOGUE / "demo_spu.csv").open(encoding="utf-8-sig", newline="") as file:
        category_of = {row["id"]: int(row["category1_id"]) for row in csv.DictReader(file)}
    with (CATALOGUE / "demo_sku.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            yield row["picture_kind"], row["colour_hex"], category_of[row["spu_id"]]


def test_every_sku_has_both_views_in_all_widths() -> None:
    missing = [
        picture_file(picture_stem(*need), view, width)
        for need in set(needs())
        for view in VIEWS
        for width in WIDTHS
        if not (PICTURES / picture_file(picture_stem(*need), view, width)).is_file()
    ]
    assert missing == []


def test_no_file_is_left_over() -> None:
    wanted = {picture_file(stem, view, width) for stem in demo_stems() for view in VIEWS for width in WIDTHS}
    assert {path.name for path in PICTURES.glob("*.webp")} == wanted
    assert {path.name for path in (PICTURES / "banners").glob("*.webp")} == {
        banner.file(width) for banner in BANNERS for width, _ in banner.sizes
    }


def test_committed_pictures_have_the_size_that_their_name_says() -> None:
    for stem in demo_stems():
        for width in WIDTHS:
            with Image.open(PICTURES / picture_file(stem, 2, width)) as picture:
                assert picture.format == "WEBP"
                assert picture.size == (width, width)
    for banner in BANNERS:
        for size in banner.sizes:
            with Image.open(PICTURES / "banners" / banner.file(size[0])) as picture:
                assert picture.size == size


def test_the_whole_set_stays_small() -> None:
    assert sum(path.stat().st_size for path in PICTURES.rglob("*.webp")) < 12_000_000


def test_drawings_have_no_lettering_and_differ_from_each_other() -> None:
    drawn = {(stem, view): picture_svg(stem, view) for stem in demo_stems() for view in VIEWS}
    for svg in drawn.values():
        ElementTree.fromstring(svg)  # well-formed: no attribute twice, nothing left open
        assert "<text" not in svg
        assert "font-" not in svg
        assert "url(#blur" not in svg
    assert len(set(drawn.values())) == len(drawn)


def test_no_goods_of_the_demo_shop_fall_back_to_their_categorys_drawing() -> None:
    assert {kind for kind, _, _ in needs()} <= set(OWN_KINDS)
    assert not [stem for stem in demo_stems() if stem.startswith("cat")]


def test_every_own_kind_and_every_category_is_drawn() -> None:
    assert OWN_KINDS.keys() <= DRAWINGS.keys()
    for kind, colour, category in set(needs()):
        assert picture_stem(kind, colour, category).rpartition("-")[0] in DRAWINGS


@pytest.mark.parametrize(
    ("kind", "colour", "category", "stem"),
    [
        ("phone", "#22262B", 1, "phone-22262b"),
        ("phone", "", 1, "phone-22262b"),
        ("something-new", "#c3a67c", 58, "cat58-c3a67c"),
        ("something-new", "", 99, "cat99-e0a24a"),
    ],
)
def test_stem_of_a_picture(kind: str, colour: str, category: int, stem: str) -> None:
    assert picture_stem(kind, colour, category) == stem


@pytest.mark.parametrize(
    ("kind", "colour", "category"), [("something-new", "", 7), ("phone", "red", 1), ("phone", "#fff", 1)]
)
def test_a_stem_is_refused_rather_than_guessed(kind: str, colour: str, category: int) -> None:
    with pytest.raises(ValueError, match=r"drawing|colour"):
        picture_stem(kind, colour, category)


def test_drawing_one_stem_writes_its_eight_files(tmp_path: Path) -> None:
    assert draw_stem("bottle-3f6fb5", tmp_path) == 8
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {picture_file("bottle-3f6fb5", view, width) for view in VIEWS for width in WIDTHS}
    with Image.open(tmp_path / "bottle-3f6fb5-1-160.webp") as picture:
        red, _, blue = picture.convert("RGB").crop((79, 99, 80, 100)).tobytes()  # the flask's middle
        assert blue > red + 40


def test_recolouring_changes_the_thing_and_cutting_out_leaves_the_ground_clear() -> None:
    one, other = (render(picture_svg(stem, 1, size=60)) for stem in ("shoe-c8372d", "shoe-3f6fb5"))
    assert one.tobytes() != other.tobytes()
    assert render(picture_svg("shoe-c8372d", 1, ground=False, size=60)).getchannel("A").crop(
        (0, 0, 4, 4)
    ).getextrema() == (0, 0)


def test_a_banner_keeps_its_left_calm() -> None:
    picture = compose(BANNERS[0], 300, 120).convert("L")
    strip = picture.crop((0, 50, 80, 70))
    tones = strip.tobytes()
    assert max(tones) - min(tones) < 60


def test_a_soft_shape_gets_a_filter_that_holds_it() -> None:
    soft = tighten('<rect x="10" y="20" width="30" height="40" rx="0" fill="#000" filter="url(#blur8)" opacity="1"/>')
    assert 'x="-16" y="-6" width="82" height="92"' in soft
    curve = tighten('<path d="M10 10 q5 -20 10 0 t10 0 H50 v30Z" fill="#000" filter="url(#blur3)" opacity="1"/>')
    assert 'filter="url(#f1)"' in curve
