"""Verbs of the slots."""

from sqlalchemy import insert, select

from app.contents import demo, store
from app.contents.errors import BadAddress, NoDemoGoods
from app.contents.models import Content, ContentCategory, Redirect
from app.goods.queries import SKUCard, first_skus, sku_cards
from app.shared.db import db
from app.shared.uow import then, unit_of_work
from app.shared.upsert import upsert


@unit_of_work
def load_demo() -> int:
    """Fill the empty ones of the 19 slots; a slot where anything hangs is left alone. Returns how many ads are new."""
    then(store.forget_home)
    cards = _cards()
    upsert(
        ContentCategory,
        [{"key": slot.key, "name": slot.name} for slot in demo.SLOTS],
        keys=["key"],
        change=lambda new: {"name": new.name},
    )
    ids = {row.key: row.id for row in db.session.execute(select(ContentCategory.key, ContentCategory.id))}
    taken = set(db.session.scalars(select(Content.category_id).distinct()))
    rows: list[dict[str, object]] = []
    for slot in demo.SLOTS:
        if ids[slot.key] in taken:
            continue
        ads = [_ad(ad, cards) for ad in slot.ads if isinstance(ad, demo.Poster) or ad.spu_id in cards]
        rows += [{"category_id": ids[slot.key], "sequence": place, **ad} for place, ad in enumerate(ads, 1)]
    if rows:
        db.session.execute(insert(Content), rows)
    return len(rows)


def _cards() -> dict[int, SKUCard]:
    """The goods of the ads by SPU."""
    wanted = {ad.spu_id for slot in demo.SLOTS for ad in slot.ads if isinstance(ad, demo.Goods)}
    by_spu = first_skus(wanted)
    if not by_spu:
        raise NoDemoGoods()
    cards = sku_cards(by_spu.values())
    return {spu_id: cards[sku_id] for spu_id, sku_id in by_spu.items()}


def _ad(ad: demo.Goods | demo.Poster, cards: dict[int, SKUCard]) -> dict[str, str]:
    if isinstance(ad, demo.Poster):
        return {"title": ad.title, "url": ad.url, "image": ad.image, "text": ad.text}
    card = cards[ad.spu_id]
    return {
        "title": card.name[:100],
        "url": f"/detail/{card.id}/",
        "image": card.image,
        "text": f"￥{card.price:,.2f}",
    }


@unit_of_work
def redirect(path: str, target: str) -> None:
    """Send readers of an old address on; an empty target: it is gone for good. Safe to repeat."""
    if not _is_own(path) or (target and not _is_own(target)) or path == target:
        raise BadAddress()
    row = {"path": path, "target": target}
    upsert(Redirect, [row], keys=["path"], change=lambda new: {"target": new.target})


def _is_own(path: str) -> bool:
    return path.startswith("/") and not path.startswith("//") and "\\" not in path and len(path) <= 200
