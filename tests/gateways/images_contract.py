"""What every picture store must do. An adapter's test subclasses this and gives `store` and `broken`."""

import pytest

from app.gateways.images import File, ImageStore, StoreAway

NAME = "u/3f/3fa9-160.webp"
SECRET = "p/3f/3fa9-160.webp"


class ImageStoreContract:
    def test_what_was_saved_is_read(self, store: ImageStore) -> None:
        store.save(NAME, b"pixels", "image/webp")
        assert store.read(NAME) == File(b"pixels", "image/webp")
        assert store.exists(NAME)

    def test_saved_again_is_saved_once(self, store: ImageStore) -> None:
        store.save(NAME, b"one", "image/webp")
        store.save(NAME, b"two", "image/webp")
        assert store.read(NAME) == File(b"two", "image/webp")

    def test_what_is_not_there_is_none_and_dropping_it_is_nothing(self, store: ImageStore) -> None:
        assert store.read("u/00/none-160.webp") is None
        assert not store.exists("u/00/none-160.webp")
        store.delete("u/00/none-160.webp")

    def test_dropped_is_gone(self, store: ImageStore) -> None:
        store.save(NAME, b"pixels", "image/webp")
        store.delete(NAME)
        assert store.read(NAME) is None
        assert not store.exists(NAME)

    def test_types_are_kept(self, store: ImageStore) -> None:
        store.save("u/3f/a-640.jpg", b"jpeg", "image/jpeg")
        found = store.read("u/3f/a-640.jpg")
        assert found is not None
        assert found.content_type == "image/jpeg"

    @pytest.mark.parametrize("name", ["../secret.webp", "/etc/passwd", "u/../../x.webp", "u/x.svg", "", "u//x.webp"])
    def test_no_name_leads_out(self, store: ImageStore, name: str) -> None:
        for ask in (store.read, store.exists, store.delete):
            with pytest.raises(ValueError, match="not a picture's name"):
                ask(name)
        with pytest.raises(ValueError, match="not a picture's name"):
            store.save(name, b"", "image/webp")

    def test_the_address_of_a_public_one(self, store: ImageStore) -> None:
        assert store.url(NAME).endswith("/" + NAME)

    def test_a_store_that_is_away_says_so(self, broken: ImageStore) -> None:
        with pytest.raises(StoreAway):
            broken.save(NAME, b"pixels", "image/webp")
        with pytest.raises(StoreAway):
            broken.delete(NAME)
