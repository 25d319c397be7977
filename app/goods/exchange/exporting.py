"""The shop's goods as a table, a batch at a time; imported again it changes nothing."""

from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

from sqlalchemy import select

from app.goods.exchange.columns import CHINESE, COLUMNS, write_specs
from app.goods.exchange.files import write_table
from app.goods.exchange.known import Names, chosen_of, images_of, read_names
from app.goods.models import SKU, SPU
from app.shared.db import db
from app.shared.money import show

BATCH = 1000


def export(
    path: Path, category_ids: Collection[int] | None, step: Callable[[int], None], *, with_cost: bool = True
) -> int:
    """Write every SKU (of these level-3 categories) to CSV or XLSX by the file's ending; how many.

    Without the column of costs the table still imports back to no change.
    """
    columns = [name for name in COLUMNS if with_cost or name != "cost_price"]
    return write_table(path, _lines(category_ids, step, columns))


def _lines(
    category_ids: Collection[int] | None, step: Callable[[int], None], columns: Sequence[str]
) -> Iterator[list[str]]:
    yield [CHINESE[name] for name in columns]
    names, last = read_names(), 0
    while True:
        query = select(SKU, SPU).join(SPU, SPU.id == SKU.spu_id).where(SKU.id > last).order_by(SKU.id).limit(BATCH)
        if category_ids is not None:
            query = query.where(SKU.category_id.in_(category_ids))
        rows = db.session.execute(query).all()
        if not rows:
            return
        ids = [sku.id for sku, _ in rows]
        chosen, images = chosen_of(ids), images_of(ids)
        for sku, spu in rows:
            values = _line(sku, spu, names, write_specs(chosen.get(sku.id, {}).items()), images.get(sku.id, []))
            yield [values[name] for name in columns]
        last = ids[-1]
        step(len(rows))
        db.session.expunge_all()  # a hundred thousand rows stay out of memory


def _line(sku: SKU, spu: SPU, names: Names, specs: str, images: list[str]) -> dict[str, str]:
    first, second, third = names.paths.get(spu.category3_id, ("", "", ""))
    return {
        "sku_id": str(sku.id),
        "version": str(sku.version),
        "category1": first,
        "category2": second,
        "category3": third,
        "brand": names.brand_names[spu.brand_id],
        "spu_name": spu.name,
        "spu_caption": spu.caption,
        "sku_name": sku.name,
        "sku_caption": sku.caption,
        "specs": specs,
        "price": show(sku.price),
        "cost_price": show(sku.cost_price),
        "market_price": show(sku.market_price),
        "stock": str(sku.stock),
        "stock_seen": str(sku.stock),
        "is_launched": "1" if sku.is_launched else "0",
        "images": "|".join(images),
        "desc_detail": spu.desc_detail,
        "desc_pack": spu.desc_pack,
        "desc_service": spu.desc_service,
    }
