"""The pictures of a SKU: links to large files, chosen by radio buttons."""

import re

import pytest

from app.goods.models import SKUImage
from app.shared.db import db
from tests.factories.world import World
from tests.pages import PageClient


def hang(make: World, sku_id: int, count: int) -> None:
    rows = [SKUImage(sku_id=sku_id, image=f"phone-0a0b0c-{n}", sequence=n) for n in range(1, count + 1)]
    make.run(lambda: db.session.add_all(rows))


@pytest.mark.parametrize(("count", "radios"), [(1, 0), (2, 2), (9, 6)])
def test_each_picture_leads_to_its_large_file(make: World, client: PageClient, count: int, radios: int) -> None:
    sku_id = make.sku()
    hang(make, sku_id, count)

    page = client.get(f"/detail/{sku_id}/").text

    links = re.findall(r'<a class="gallery-link" href="([^"]+)"', page)
    assert links == [f"/media/phone-0a0b0c-{n}-960.webp" for n in range(1, min(count, 6) + 1)]
    assert len(re.findall(r'name="gallery"', page)) == radios
    assert page.count('fetchpriority="high"') == 1, "the first picture comes first, the others when they are needed"


def test_no_picture_is_a_quiet_place(make: World, client: PageClient) -> None:
    page = client.get(f"/detail/{make.sku()}/").text

    assert "gallery-link" not in page
    assert "picture-none" in page


def test_the_dialog_is_closed_and_named(make: World, client: PageClient) -> None:
    sku_id = make.sku()
    hang(make, sku_id, 2)

    dialog = re.search(r"<dialog[^>]*>", client.get(f"/detail/{sku_id}/").text)

    assert dialog
    assert "aria-label" in dialog[0]
    assert " open" not in dialog[0]
