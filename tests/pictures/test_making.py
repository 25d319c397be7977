"""From bytes to files: proved by decoding, stripped, in fixed widths (SEC-27)."""

import io

import pytest
from PIL import Image

from app.pictures.errors import BadSize, NotAPicture, TooHeavy
from app.pictures.making import make
from app.pictures.policy import MOST_BYTES
from tests.pictures.sent import CAMERA, picture, png_bomb, with_gps


def opened(body: bytes) -> Image.Image:
    return Image.open(io.BytesIO(body))


def test_every_width_and_one_jpeg() -> None:
    made = make(picture((1200, 900)))
    assert set(made.files) == {"160.webp", "320.webp", "640.webp", "960.webp", "640.jpg"}
    assert (made.width, made.height) == (960, 720)
    for ending, (body, content_type) in made.files.items():
        width, form = ending.split(".")
        image = opened(body)
        assert image.size == (int(width), round(int(width) * 0.75))
        assert image.format == {"webp": "WEBP", "jpg": "JPEG"}[form]
        assert content_type == f"image/{'jpeg' if form == 'jpg' else form}"


@pytest.mark.parametrize(
    ("size", "widths"),
    [((400, 300), {160, 320}), ((90, 90), {160}), ((160, 160), {160}), ((640, 480), {160, 320, 640})],
)
def test_nothing_is_blown_up(size: tuple[int, int], widths: set[int]) -> None:
    made = make(picture(size))
    assert {int(ending.split(".")[0]) for ending in made.files if ending.endswith("webp")} == widths
    assert f"{max(widths)}.jpg" in made.files
    assert made.width == max(widths)


def test_where_and_with_what_it_was_taken_is_gone() -> None:
    sent = with_gps()
    assert CAMERA.encode() in sent
    assert opened(sent).getexif().get_ifd(0x8825)[2] == (31.0, 13.0, 49.44)
    for body, _ in make(sent).files.values():
        image = opened(body)
        assert not image.getexif()
        assert not {"exif", "comment", "xmp", "icc_profile", "photoshop"} & set(image.info)
        for trace in (CAMERA.encode(), b"Lily's kitchen", b"Exif", b"GPS"):
            assert trace not in body


def test_a_photo_held_sideways_stands_upright() -> None:
    made = make(with_gps(orientation=6))  # 1200 x 800, to be turned by a quarter
    image = opened(made.files["640.webp"][0]).convert("RGB")
    assert (made.width, made.height) == (640, 960)  # 800 x 1200 upright: no 960 from 800
    corner = image.getpixel((image.width - 20, 20))
    assert isinstance(corner, tuple)
    assert min(corner[:3]) > 200  # the light corner has come to the right


def test_png_text_and_transparency_go() -> None:
    from PIL.PngImagePlugin import PngInfo

    notes = PngInfo()
    notes.add_text("Author", "Lily Wang")
    out = io.BytesIO()
    Image.new("RGBA", (300, 300), (0, 0, 0, 0)).save(out, "PNG", pnginfo=notes)
    body, _ = make(out.getvalue()).files["160.webp"]
    assert b"Lily Wang" not in body
    assert opened(body).convert("RGB").getpixel((5, 5)) == (255, 255, 255)


def test_the_colour_that_stands_in_its_place() -> None:
    red, green, blue = (int(make(picture(colour="#c8372d")).colour[place : place + 2], 16) for place in (0, 2, 4))
    assert (abs(red - 0xC8), abs(green - 0x37), abs(blue - 0x2D)) < (8, 8, 8)


def test_what_hangs_behind_the_picture_goes() -> None:
    payload = b"<?php system($_GET['c']); ?><script>alert(1)</script>PK\x03\x04"
    for body, _ in make(picture() + payload).files.values():
        assert b"<?php" not in body
        assert b"<script" not in body


def test_sec_27_only_pictures_are_pictures() -> None:
    """SEC-27: what an upload says of itself counts for nothing."""
    gif = io.BytesIO()
    Image.new("RGB", (64, 64)).save(gif, "GIF")
    tiff = io.BytesIO()
    Image.new("RGB", (64, 64)).save(tiff, "TIFF")
    for sent in (
        b"",
        b"hello",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<html><script>alert(1)</script></html>",
        b"%PDF-1.7",
        b"\xff\xd8\xff\xe0" + b"\0" * 100,  # begins like a JPEG
        b"GIF89a/*" + picture(),  # begins like a GIF, and like a script
        gif.getvalue(),
        tiff.getvalue(),
        picture()[:2000],  # cut short
        picture(kind="PNG")[:300],
    ):
        with pytest.raises(NotAPicture):
            make(sent)


def test_bombs_are_not_unpacked() -> None:
    for width, height in ((50_000, 50_000), (7_000, 7_000), (16_000, 12_000)):
        with pytest.raises(BadSize):
            make(png_bomb(width, height))


@pytest.mark.parametrize("size", [(8, 8), (15, 900), (2000, 300), (16, 200)])
def test_strips_and_specks_are_no_pictures(size: tuple[int, int]) -> None:
    with pytest.raises(BadSize):
        make(picture(size, "PNG"))


def test_heavy_files_are_not_opened() -> None:
    with pytest.raises(TooHeavy):
        make(picture() + b"\0" * MOST_BYTES)


@pytest.mark.parametrize(
    ("mode", "form"), [("L", "JPEG"), ("CMYK", "JPEG"), ("P", "PNG"), ("LA", "PNG"), ("1", "PNG"), ("RGBA", "WEBP")]
)
def test_every_usual_kind_of_pixel(mode: str, form: str) -> None:
    out = io.BytesIO()
    Image.new("RGB", (200, 200), "#c8372d").convert(mode).save(out, form)
    assert make(out.getvalue()).width == 160
