"""Kept pages of SKUs: what they are known by, and dropping them."""

from collections.abc import Iterable

from app.goods.categories import KEPT as CATEGORIES
from app.goods.detail import family_of
from app.goods.policy import PAGE_LIFE_S
from app.shared import kept_pages
from app.shared.db import db
from app.shared.kept_pages import Kept

EVERY = "goods.details"


def kept_as(address: str, sku_id: int) -> Kept:
    """A SKU's page under its one address."""
    return Kept(address, (_tag(sku_id), EVERY, CATEGORIES), lambda: PAGE_LIFE_S)


def drop_pages(sku_ids: Iterable[int]) -> None:
    """The pages that show these SKUs; without ids all. Outside of any unit: no transaction stays open behind it."""
    named = list(sku_ids)
    if not named:
        kept_pages.drop(EVERY)
        return
    family = family_of(named)
    db.session.close()
    kept_pages.drop(*map(_tag, {*named, *family}))


def _tag(sku_id: int) -> str:
    return f"sku:{sku_id}"
