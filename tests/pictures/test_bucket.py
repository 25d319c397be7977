"""The whole way with a bucket behind the door: brought, shown, let go, cleared away."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

import config
from app.gateways.doors import gateways, open_doors
from app.gateways.images.s3 import Bucket, S3Images
from app.pictures import services
from app.pictures.policy import Kind
from tests.factories.world import Person
from tests.pages import PageClient
from tests.pictures.sent import picture
from tests.pictures.stores import s3_server


@pytest.fixture
def bucket(app: Flask, tmp_path: Path) -> Iterator[Path]:
    """The mall keeps its pictures in a bucket; the folder behind it."""
    with s3_server(tmp_path) as found:
        with app.app_context():
            doors = gateways()
        open_doors(app, replace(doors, images=S3Images(found, "/media/")))
        yield tmp_path / "data" / "media"
        open_doors(app, doors)


def test_from_the_form_to_the_bucket_and_back(
    app: Flask, bucket: Path, lily: Person, lily_client: PageClient, fred_client: PageClient
) -> None:
    with app.app_context():
        store = gateways().images
        shown, hidden = (services.take(store, picture(), kind, lily.id) for kind in (Kind.REVIEW, Kind.RETURN))
    names = [name for stem in (shown, hidden) for name in services.files_of(stem)]
    assert all(store.exists(name) for name in names)
    answer = PageClient(app).browser.get(f"/media/{shown}-320.webp")
    assert (answer.status_code, answer.content_type) == (200, "image/webp")
    assert PageClient(app).browser.get(f"/media/{shown}-321.webp").status_code == 404
    assert PageClient(app).browser.get(f"/media/{hidden}-320.webp").status_code == 404
    assert lily_client.browser.get(f"/pictures/{hidden}-320.webp").status_code == 200
    assert fred_client.browser.get(f"/pictures/{hidden}-320.webp").status_code == 404
    with app.app_context():
        services.give_up([shown, hidden])
        assert services.clear(store) == 2
    assert not any(store.exists(name) for name in names)


def test_a_bucket_that_is_away_is_said(app: Flask, lily: Person, client: PageClient) -> None:
    with app.app_context():
        doors = gateways()
        stem = services.take(doors.images, picture(), Kind.REVIEW, lily.id)
        nobody = Bucket("http://127.0.0.1:9", "us-east-1", "media", "AKIAMEIDUO", "secret")
        open_doors(app, replace(doors, images=S3Images(nobody, "/media/")))
    try:
        status, answer = client.json("GET", f"/media/{stem}-320.webp")
        assert (status, answer["code"]) == (503, "5203")
    finally:
        open_doors(app, doors)


def test_settings_of_a_bucket(tmp_path: Path) -> None:
    given = {"INSTANCE": str(tmp_path), "IMAGE_STORE": "s3", "S3_BUCKET": "media", "S3_KEY_ID": "AKIAMEIDUO"}
    with pytest.raises(config.BadSetting, match="S3_KEY_SECRET"):
        config.from_environ(given)
    settings = config.from_environ({**given, "S3_KEY_SECRET": "x", "S3_PUBLIC_URL": "https://pictures.example/media/"})
    assert settings["UPLOADS_URL"] == "https://pictures.example/media/"
    assert settings["MEDIA_URL"] == "/media/"
    assert config.from_environ({"INSTANCE": str(tmp_path), "S3_PUBLIC_URL": "https://x"})["UPLOADS_URL"] == "/media/"
