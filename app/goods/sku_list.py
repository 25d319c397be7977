"""The list of SKUs as staff search it: filters as SQL, and what stands in its cells."""

from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import ColumnElement, and_, false, or_, select

from app.goods.categories import category_tree
from app.goods.models import SKU, SPU, Brand
from app.goods.policy import LOW, OUT, stock_state
from app.shared import limits
from app.shared.db import db
from app.shared.filters import image_url, when
from app.shared.staff_columns import Col
from app.shared.staff_lists import Amounts, Choice, Numbers, Range, Tab, Words

STATES = (
    ("on", _l("在售")),
    ("low", _l("在售且库存不足")),
    ("off", _l("已下架")),
    ("removed", _l("停止销售")),
    ("planned", _l("有上下架计划")),
)
MOST_BRANDS = 50  # of one name that are looked through
FEW = 1000  # SKUs of a name that are named one by one


def in_state(name: str) -> ColumnElement[bool]:
    """The rows of one of STATES."""
    clauses: dict[str, ColumnElement[bool]] = {
        "on": SKU.is_launched.is_(True),
        "low": and_(SKU.stock <= limits.setting("LOW_STOCK"), SKU.is_launched.is_(True)),
        "off": and_(SKU.is_launched.is_(False), SKU.removed_at.is_(None)),
        "removed": SKU.removed_at.is_not(None),
        "planned": or_(SKU.launch_at.is_not(None), SKU.withdraw_at.is_not(None)),
    }
    return clauses[name]


def of_category(text: str) -> ColumnElement[bool] | None:
    """By number or by name at any of the three levels, `手机通讯/手机` where one name is not enough."""
    tree = category_tree()
    parts = [part.strip() for part in text.replace("／", "/").replace(">", "/").split("/") if part.strip()]
    if not parts:
        return None
    if len(parts) == 1 and parts[0].isdigit() and int(parts[0]) in tree.nodes:
        chosen = [int(parts[0])]
    else:
        chosen = [
            node.id
            for node in tree.nodes.values()
            if [each.name for each in tree.path(node.id)][-len(parts) :] == parts
        ]
    if not chosen:
        return None
    return SKU.category_id.in_({leaf for each in chosen for leaf in tree.with_descendants(each)})


def of_brand(text: str) -> ColumnElement[bool] | None:
    """By number, or by how its name begins, in either language."""
    asked = select(Brand.id).limit(MOST_BRANDS)
    named = Brand.name.startswith(text, autoescape=True) | Brand.name_en.startswith(text, autoescape=True)
    found = list(db.session.scalars(asked.where(Brand.id == int(text) if text.isdigit() else named)))
    return SKU.spu_id.in_(select(SPU.id).where(SPU.brand_id.in_(found))) if found else None


def by_words(words: str) -> ColumnElement[bool]:
    """A number is a SKU's or a SPU's; words all stand in the name.

    Few that fit are looked for once, not again for the count and in the order of each sort; many are met soon anyway.
    """
    if words.isascii() and words.isdigit():
        return or_(SKU.id == int(words), SKU.spu_id == int(words)) if len(words) < 18 else false()
    fits = and_(*(SKU.name.contains(word, autoescape=True) for word in words.split()[:5]))
    ids = list(db.session.scalars(select(SKU.id).where(fits).limit(FEW + 1)))
    return SKU.id.in_(ids) if len(ids) <= FEW else fits


def _thumb(row: Any) -> Markup:
    return Markup('<img class="goods-thumb" src="%s" alt="" width="40" height="40" loading="lazy">') % image_url(
        row.default_image, 160
    )


def _name(row: Any) -> Markup:
    return Markup('<a href="%s">%s</a>') % (url_for("admin_skus.desk", sku_id=row.id), row.name)


def _stock(row: Any) -> Any:
    state = stock_state(row.stock, limits.setting("LOW_STOCK"))
    tone = {OUT: "bad", LOW: "warn"}.get(state)
    return row.stock if tone is None else Markup('<span class="tag tag-%s nums">%s</span>') % (tone, row.stock)


def shelf_text(row: Any) -> str:
    """在售, 已下架, 停止销售."""
    if row.removed_at is not None:
        return str(gettext("停止销售"))
    return str(gettext("在售") if row.is_launched else gettext("已下架"))


def plan_texts(row: Any) -> list[str]:
    """What is planned, in words."""
    texts = []
    if row.launch_at is not None:
        texts.append(gettext("%(at)s 上架", at=when(row.launch_at, "%Y-%m-%d %H:%M")))
    if row.withdraw_at is not None:
        texts.append(gettext("%(at)s 下架", at=when(row.withdraw_at, "%Y-%m-%d %H:%M")))
    return texts


def _shelf(row: Any) -> Markup:
    tone = "tag-bad" if row.removed_at is not None else "tag-good" if row.is_launched else ""
    cell = Markup('<span class="tag %s">%s</span>') % (tone, shelf_text(row))
    return cell + Markup("").join(Markup('<br><span class="small muted nowrap">%s</span>') % t for t in plan_texts(row))


COLUMNS: Sequence[Col] = (
    Col("default_image", _l("图片"), SKU.default_image, show=_thumb, export=lambda row: row.default_image),
    Col("id", _l("编号"), SKU.id, kind="number", sorts=True, show=lambda row: row.id),
    Col("name", _l("名称"), SKU.name, show=_name, export=lambda row: row.name),
    Col("price", _l("价格"), SKU.price, kind="money", sorts=True),
    Col("market_price", _l("市场价"), SKU.market_price, kind="money"),
    Col("stock", _l("库存"), SKU.stock, kind="number", sorts=True, show=_stock, export=lambda row: row.stock),
    Col("sales", _l("销量"), SKU.sales, kind="number"),
    Col("is_launched", _l("状态"), SKU.is_launched, show=_shelf, export=shelf_text),
    Col("updated_at", _l("修改时间"), SKU.updated_at, kind="when", sorts=True),
)
NEEDS_TOO = (SKU.removed_at, SKU.launch_at, SKU.withdraw_at)
FILTERS = (
    Choice("state", _l("状态"), options=STATES, clause=in_state),
    Words("category", _l("分类（名称或编号，任一级）"), clause=of_category),
    Words("brand", _l("品牌（名称或编号）"), clause=of_brand),
    Amounts("price", _l("价格"), SKU.price),
    Range("stock", _l("库存"), SKU.stock),
    Numbers("spu", _l("SPU 编号"), SKU.spu_id),
)
TABS = [Tab(_l("全部"), {}), *(Tab(text, {"state": name}) for name, text in STATES)]
