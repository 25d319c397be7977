"""Picture files over HTTP: the sizes that are kept and no other, and who may see what (SEC-27)."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from app.gateways.doors import gateways
from app.pictures import services
from app.pictures.policy import MOST_BYTES, Kind
from app.shared.filters import image_url, srcset
from app.shared.security import init_app as security
from tests.factories.world import Person
from tests.pages import PageClient
from tests.pictures.sent import form, picture, png_bomb, upload, with_gps


def brought(app: Flask, kind: Kind, person: Person, size: tuple[int, int] = (1200, 900)) -> str:
    with app.app_context():
        return services.take(gateways().images, picture(size), kind, person.id)


def bring(client: PageClient, body: bytes, kind: str = "review", name: str = "photo.jpg") -> tuple[int, Any]:
    data = {"kind": kind, "file": upload(body, name), "csrf_token": client.token()}
    answer = client.browser.post("/pictures/", **form(data), headers={"Accept": "application/json"})
    return answer.status_code, json.loads(answer.text)


def test_files_are_kept_for_good_in_their_widths_and_no_other(app: Flask, lily: Person, client: PageClient) -> None:
    stem = brought(app, Kind.REVIEW, lily)
    for width in (160, 320, 640, 960):
        answer = client.browser.get(f"/media/{stem}-{width}.webp", buffered=True)
        assert (answer.status_code, answer.content_type) == (200, "image/webp")
        assert answer.headers["Cache-Control"] == "max-age=31536000, public, immutable"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert client.browser.get(f"/media/{stem}-640.jpg").content_type == "image/jpeg"
    for ending in ("161.webp", "1920.webp", "0.webp", "9999999.webp", "320.jpg", "640.png", "640.webp.exe", "640"):
        assert client.browser.get(f"/media/{stem}-{ending}").status_code == 404, ending


def test_asking_never_makes_a_size(
    app: Flask, lily: Person, client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    stem = brought(app, Kind.REVIEW, lily, (400, 300))
    kept = set(Path(app.config["INSTANCE"]).rglob("*.webp"))

    def refuse(*_given: object, **_more: object) -> None:
        raise AssertionError("a picture was opened for a reader")

    monkeypatch.setattr(Image, "open", refuse)
    monkeypatch.setattr(Image.Image, "resize", refuse)
    statuses = [client.browser.get(f"/media/{stem}-{width}.webp").status_code for width in (160, 320, 640, 960)]
    assert statuses == [200, 200, 404, 404]
    assert set(Path(app.config["INSTANCE"]).rglob("*.webp")) == kept


def test_pages_name_the_sizes_there_are(app: Flask, lily: Person) -> None:
    small, large = brought(app, Kind.REVIEW, lily, (400, 300)), brought(app, Kind.REVIEW, lily)
    with app.test_request_context():
        assert srcset(small) == f"/media/{small}-160.webp 160w, /media/{small}-320.webp 320w"
        assert srcset(large).count("w,") == 3
        assert image_url(small, 960) == f"/media/{small}-320.webp"
        assert image_url(large, 960) == f"/media/{large}-960.webp"


def test_the_macro_says_size_colour_and_sources(app: Flask, lily: Person) -> None:
    stem = brought(app, Kind.REVIEW, lily)
    with app.test_request_context():
        macros: Any = app.jinja_env.get_template("macros/picture.html").make_module({"_": str})
        html = str(macros.picture(stem, "A cup", sizes="80px"))
        drawn = str(macros.picture("phone-22262b-1"))
    assert f'<svg class="tone" color="#{stem.rsplit("-", 1)[1]}" aria-hidden="true"></svg>' in html
    assert f'<source type="image/webp" srcset="/media/{stem}-160.webp 160w,' in html
    assert f'src="/media/{stem}-640.jpg"' in html
    for told in ('width="960"', 'height="720"', 'alt="A cup"', 'loading="lazy"', 'sizes="80px"'):
        assert told in html
    assert 'color="#f0f0f0"' in drawn
    assert "/media/phone-22262b-1-960.webp 960w" in drawn
    assert "style=" not in html + drawn


def test_sec_27_evidence_is_for_who_brought_it_and_for_staff(
    app: Flask, lily: Person, lily_client: PageClient, fred_client: PageClient, tom: Person, client: PageClient
) -> None:
    """SEC-27: even who knows the name gets nothing, by no address."""
    stem = brought(app, Kind.RETURN, lily)
    staff = PageClient(app)
    staff.sign_in(tom.username, tom.password)
    path = f"/pictures/{stem}-640.webp"
    for reader in (lily_client, staff):
        answer = reader.browser.get(path)
        assert (answer.status_code, answer.content_type) == (200, "image/webp")
        assert answer.headers["Cache-Control"] == "private, no-store"
    assert fred_client.browser.get(path, headers={"Accept": "application/json"}).status_code == 404
    assert client.browser.get(path, headers={"Accept": "application/json"}).status_code == 401
    for reader in (client, fred_client, lily_client, staff):
        assert reader.browser.get(f"/media/{stem}-640.webp").status_code == 404
        assert reader.browser.get(f"/media/../private-media/{stem}-640.webp").status_code == 404
    stray = Path(app.config["INSTANCE"]) / "media" / f"{stem}-640.webp"
    stray.parent.mkdir(parents=True, exist_ok=True)
    stray.write_bytes(b"put into the wrong folder by hand")
    assert client.browser.get(f"/media/{stem}-640.webp").status_code == 404
    public = brought(app, Kind.REVIEW, lily)
    assert lily_client.browser.get(f"/pictures/{public}-640.webp").status_code == 404


def test_bringing_a_picture(app: Flask, lily_client: PageClient, client: PageClient) -> None:
    status, answer = bring(lily_client, with_gps())
    assert (status, answer["code"]) == (200, "0")
    body = client.browser.get(answer["url"]).data
    assert body[8:12] == b"WEBP"
    assert b"Exif" not in body


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "face.jpg"),
        (b"MZ\x90\x00", "setup.jpg"),
        (b"", "empty.png"),
        (png_bomb(), "bomb.png"),
        (picture() + b"\0" * MOST_BYTES, "heavy.jpg"),
    ],
)
def test_sec_27_what_is_refused_is_refused_politely(lily_client: PageClient, body: bytes, name: str) -> None:
    status, answer = bring(lily_client, body, name=name)
    assert (status, answer["code"]) in {(400, "5006"), (413, "5006")}


def test_only_forms_with_pictures_may_be_large_and_only_of_who_is_signed_in(
    app: Flask, lily_client: PageClient, client: PageClient
) -> None:
    large = b"\0" * 2 * 2**20
    for reader, path, expected in (
        (client, "/pictures/", 413),
        (lily_client, "/language/", 413),
        (lily_client, "/pictures/", 400),
    ):
        data = {"kind": "review", "file": upload(large), "csrf_token": reader.token()}
        answer = reader.browser.post(path, **form(data), headers={"Accept": "application/json"})
        assert answer.status_code == expected, path


def test_the_kinds_of_the_shop_are_not_for_shoppers(lily_client: PageClient) -> None:
    assert bring(lily_client, picture(), kind="goods")[0] == 400
    assert bring(lily_client, picture(), kind="")[0] == 400


def test_the_csp_lets_pictures_come_from_the_stores_own_host(app: Flask, settings: dict[str, Any]) -> None:
    other = Flask("elsewhere")
    other.config.from_mapping({**settings, "UPLOADS_URL": "https://pictures.example/media/"})
    security(other)
    policy = other.test_client().get("/").headers["Content-Security-Policy"]
    assert "img-src 'self' data: https://pictures.example;" in policy
    own = app.test_client().get("/up/").headers["Content-Security-Policy"]
    assert "img-src 'self' data:;" in own
