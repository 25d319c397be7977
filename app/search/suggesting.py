"""What people may mean while they type."""

from dataclasses import dataclass, field

from sqlalchemy import select

from app.goods.categories import category_tree
from app.goods.models import SKU
from app.shared.db import db

HOT = ["手机", "蓝牙耳机", "运动鞋", "洗衣机", "牛奶", "行李箱"]


@dataclass(frozen=True)
class Suggestions:
    """Questions, (category, name) pairs and SKUs that begin so, best first."""

    queries: list[str] = field(default_factory=list)
    categories: list[tuple[int, str]] = field(default_factory=list)
    sku_ids: list[int] = field(default_factory=list)


def suggest(text: str, limit: int = 10) -> Suggestions:
    """By plain prefix."""
    words = text.strip()
    if not words:
        return Suggestions(queries=hot_words(limit))
    nodes = [node for node in category_tree().nodes.values() if words in node.name]
    query = select(SKU.id).where(SKU.name.contains(words, autoescape=True), SKU.is_launched)
    ids = list(db.session.scalars(query.order_by(SKU.sales.desc(), SKU.id.desc()).limit(4)))
    return Suggestions([word for word in HOT if word.startswith(words)], [(n.id, n.name) for n in nodes[:4]], ids)


def hot_words(limit: int = 8) -> list[str]:
    """What people look for."""
    return HOT[:limit]
