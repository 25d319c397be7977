"""Maps of the shop for robots: an index, and parts with the real times of change."""

from collections.abc import Iterable
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from sqlalchemy import func, select

from app.goods.models import SKU, SPU, Category
from app.shared.db import db

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
PART = 10_000  # SKU ids of one part; the protocol allows 50,000 addresses
Entry = tuple[str, datetime | None]


def goods_parts() -> list[tuple[int, datetime]]:
    """(number, last change) of every part that holds goods on the shelf; part n holds the ids from n × PART."""
    number = (SKU.id - SKU.id % PART) / PART
    query = select(number, func.max(SKU.updated_at)).where(SKU.is_launched).group_by(number).order_by(number)
    return [(int(part), at) for part, at in db.session.execute(query)]


def goods_of(part: int) -> list[tuple[int, datetime]]:
    """(SKU, last change) of the goods on the shelf in a part."""
    query = select(SKU.id, SKU.updated_at).where(SKU.is_launched, SKU.id >= part * PART, SKU.id < (part + 1) * PART)
    return [(row.id, row.updated_at) for row in db.session.execute(query.order_by(SKU.id))]


def categories() -> list[tuple[int, datetime]]:
    """(category, last change of its goods) of the level-3 categories where something is on the shelf."""
    query = select(SKU.category_id, func.max(SKU.updated_at)).where(SKU.is_launched).group_by(SKU.category_id)
    return [(int(id_), at) for id_, at in db.session.execute(query.order_by(SKU.category_id))]


def upper_categories() -> list[int]:
    """Levels 1 and 2."""
    return list(db.session.scalars(select(Category.id).where(Category.level < 3).order_by(Category.id)))


def brands() -> list[tuple[int, datetime]]:
    """(brand, last change of its goods) where something is on the shelf."""
    query = (
        select(SPU.brand_id, func.max(SKU.updated_at))
        .join(SPU, SPU.id == SKU.spu_id)
        .where(SKU.is_launched)
        .group_by(SPU.brand_id)
        .order_by(SPU.brand_id)
    )
    return [(int(id_), at) for id_, at in db.session.execute(query)]


def index(entries: Iterable[Entry]) -> bytes:
    """The map of maps."""
    return _xml("sitemapindex", "sitemap", entries)


def pages(entries: Iterable[Entry]) -> bytes:
    """One map."""
    return _xml("urlset", "url", entries)


def _xml(root: str, item: str, entries: Iterable[Entry]) -> bytes:
    top = Element(root, xmlns=NAMESPACE)
    for address, changed in entries:
        node = SubElement(top, item)
        SubElement(node, "loc").text = address
        if changed is not None:
            SubElement(node, "lastmod").text = changed.replace(microsecond=0).isoformat()
    return bytes(tostring(top, encoding="utf-8", xml_declaration=True))
