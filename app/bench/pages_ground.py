"""Which pages `flask bench pages` asks for, found in the catalogue that is there."""

from collections.abc import Sequence

from flask import Flask
from sqlalchemy import func, select

from app.bench import ground
from app.bench.pages import Case, words_path
from app.bench.shoppers import session_cookie
from app.carts.store import MemberCart
from app.goods.categories import category_tree
from app.goods.models import SKU, SPU
from app.shared.db import db

QUESTIONS = (
    "手机",
    "shouji",
    "华为 黑色",
    "128gb",
    "蓝牙耳机",
    "yundongxie",
    "xiyiji",
    "小咪",
    "送给妈妈的",
    "A&B 牛奶",
)
TYPED = ("s", "sho", "shouji", "华", "蓝牙", "xi", "运动", "pingguo", "12", "牛")
BROAD = ("款", "新", "装", "色", "g", "手机")
MOST_OF_A_KIND = 12
DEEP = 2000
CART_LINES = 10


def cases(app: Flask, people: bool) -> list[Case]:
    """`people`: also as a signed-in shopper, for whom a cart is filled and orders are placed."""
    # a remember cookie that nobody signed: a stranger for whom no kept page is used
    by_itself = f"{app.config['REMEMBER_COOKIE_NAME']}=none"
    by_level = {level: _busiest(level) for level in (1, 2, 3)}
    skus = _some_skus()
    details = [f"/detail/{sku_id}/" for sku_id in skus]
    found = [
        Case("home", ["/"], against="page"),
        Case("home, made each time", ["/"], by_itself, against="made"),
        Case("list, level 1", [f"/list/{by_level[1][0]}/1/"], against="page"),
        Case("detail", details[:1], against="page"),
    ]
    for level, ids in by_level.items():
        plain = [f"/list/{each}/1/" for each in ids]
        found.append(Case(f"list, level {level}, made each time", plain, by_itself, against="made"))
        chosen = [f"/list/{each}/1/{query}" for each in ids[:4] for query in _choices(each)]
        found.append(Case(f"list, level {level}, facets chosen", chosen, by_itself, against="made"))
    first, deep = _deep(app)
    found += [
        Case("detail, made each time", details, by_itself, against="made"),
        Case("search", [words_path(words) for words in QUESTIONS], by_itself, against="made"),
        Case("search, facets chosen", [words_path(w, stock=1, sort="price") for w in QUESTIONS], by_itself),
        Case("suggest", [words_path(words).replace("/search/", "/search/suggest/") for words in TYPED]),
        Case("deep list, page 1", [first], by_itself),
        Case(f"deep list, {deep[1]}", [deep[0]], by_itself),
    ]
    return found + (_signed_in(app, skus) if people else [])


def describe() -> dict[str, str]:
    """What stands behind the figures."""
    count = db.session.scalar(select(func.count()).select_from(SKU)) or 0
    return {"SKUs": str(count), **ground.describe_database()}


def _busiest(level: int) -> list[int]:
    tree = category_tree()
    sizes: dict[int, int] = {}
    for leaf, count in db.session.execute(select(SKU.category_id, func.count()).group_by(SKU.category_id)):
        path = tree.path(leaf)
        if len(path) >= level:
            sizes[path[level - 1].id] = sizes.get(path[level - 1].id, 0) + int(count)
    return sorted(sizes, key=lambda each: -sizes[each])[:MOST_OF_A_KIND]


def _choices(category_id: int) -> Sequence[str]:
    """Stock, a brand of the category, prices, an order."""
    branch = category_tree().with_descendants(category_id)
    query = select(SPU.brand_id).join(SKU, SKU.spu_id == SPU.id).where(SKU.category_id.in_(branch)).limit(1)
    brand = db.session.scalar(query) or 0
    return ("?stock=1", f"?brand={brand}&sort=price", "?price=100-3000&sort=hot&stock=1")


def _some_skus() -> list[int]:
    query = select(SKU.id).where(SKU.is_launched).order_by(SKU.sales.desc(), SKU.id.desc()).limit(40)
    return list(db.session.scalars(query))


def _deep(app: Flask) -> tuple[str, tuple[str, str]]:
    """The longest list there is: page 1, and page 2,000 or its last."""
    browser = app.test_client()
    best, most = f"/list/{_busiest(1)[0]}/1/?group=sku", 0
    for path in (best, *(words_path(words, group="sku") for words in BROAD)):
        answer = browser.get(path, headers={"Accept": "application/json"}).get_json()
        if answer.get("code") == "0" and answer["total_page"] > most:
            best, most = path, answer["total_page"]
    number = min(DEEP, most)
    deep = f"{best}&page={number}" if "/search/" in best else best.replace("/1/?", f"/{number}/?")
    return best, (deep, f"page {number}")


def _signed_in(app: Flask, skus: Sequence[int]) -> list[Case]:
    """A shopper with a full cart and some orders."""
    buyer = ground.make_buyers(1)[0]
    for sku_id in skus[:CART_LINES]:
        MemberCart(buyer.ready.user_id).add(sku_id, 1, selected=True, most=1)
    cookie = "; ".join(f"{name}={value}" for name, value in session_cookie(app, buyer.ready).items())
    return [
        Case("cart, signed in", ["/carts/"], cookie, against="made"),
        Case("my orders, signed in", ["/orders/info/1/"], cookie, against="made"),
    ]
