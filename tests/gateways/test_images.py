"""Both picture stores: a folder, and a real S3 server."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.gateways.images import File, ImageStore, StoreAway
from app.gateways.images.local import LocalImages
from app.gateways.images.s3 import Bucket, S3Images
from tests.gateways.images_contract import NAME, SECRET, ImageStoreContract
from tests.pictures.stores import s3_server


@pytest.fixture(scope="module")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bucket]:
    """A server for the whole module."""
    with s3_server(tmp_path_factory.mktemp("s3")) as found:
        yield found


class TestLocalImages(ImageStoreContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> ImageStore:
        return LocalImages(tmp_path / "media", tmp_path / "private", "/media/")

    @pytest.fixture
    def broken(self, tmp_path: Path) -> ImageStore:
        (tmp_path / "file").write_text("a file where a folder should be")
        return LocalImages(tmp_path / "file", tmp_path / "file", "/media/")

    def test_private_names_lie_outside_the_folder_that_a_front_server_shows(
        self, store: ImageStore, tmp_path: Path
    ) -> None:
        store.save(SECRET, b"receipt", "image/webp")
        assert not list((tmp_path / "media").rglob("*.webp"))
        assert store.read(SECRET) == File(b"receipt", "image/webp")

    def test_nothing_half_written_stays(self, store: ImageStore, tmp_path: Path) -> None:
        (tmp_path / "media" / "u" / "3f" / "3fa9-160.webp" / "a-folder-in-the-way").mkdir(parents=True)
        with pytest.raises(StoreAway):
            store.save(NAME, b"pixels", "image/webp")
        assert [path.name for path in (tmp_path / "media").rglob("*") if path.is_file()] == []


class TestS3Images(ImageStoreContract):
    @pytest.fixture
    def store(self, bucket: Bucket) -> ImageStore:
        store = S3Images(bucket, "https://pictures.example/")
        for name in (NAME, SECRET):
            store.delete(name)
        return store

    @pytest.fixture
    def broken(self, bucket: Bucket) -> ImageStore:
        return S3Images(replace(bucket, key_secret="wrong-secret"), "https://pictures.example/")

    def test_nobody_at_the_address_is_away(self, bucket: Bucket) -> None:
        with pytest.raises(StoreAway):
            S3Images(replace(bucket, endpoint="http://127.0.0.1:9"), "/media/").read(NAME)

    def test_a_bucket_that_is_not_there_is_away(self, bucket: Bucket) -> None:
        with pytest.raises(StoreAway):
            S3Images(replace(bucket, bucket="nowhere"), "/media/").save(NAME, b"pixels", "image/webp")

    def test_how_long_browsers_may_keep_a_file_goes_with_it(self, bucket: Bucket) -> None:
        told: list[dict[str, object]] = []

        class Told:
            def put_object(self, **given: object) -> dict[str, object]:
                told.append(given)
                return {}

        store = S3Images(bucket, "/media/")
        store.__dict__["_client"] = Told()
        store.save(NAME, b"pixels", "image/webp")
        store.save(SECRET, b"receipt", "image/webp")
        assert [each["CacheControl"] for each in told] == ["public, max-age=31536000, immutable", "private, no-store"]
        assert {each["ContentType"] for each in told} == {"image/webp"}
