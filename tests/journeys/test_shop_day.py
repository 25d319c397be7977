"""Ten tasks of a day in the shop, done in the panel by hand; how many clicks each takes is part of the promise.

The numbers stand in docs/BACKOFFICE.md; a page that makes a task longer has to say so there.
"""

import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select

from app.contents.models import Content, ContentCategory
from app.goods import prices
from app.goods.models import SKU, StockMovement
from app.orders.models import Order, OrderStatus, Shipment
from app.reviews import services as reviews
from app.reviews.models import Review
from app.shared.db import db
from app.staff import queries
from tests.aftersales.bought import buy
from tests.factories.world import Person, World
from tests.journeys.clerk import Clerk
from tests.journeys.visits import DESK, Visit
from tests.orders import scenes
from tests.reviews.arrived import arrive

pytestmark = pytest.mark.browser
Open = Callable[..., Visit]
# task → (clicks, fields)
PROMISED = {
    "publish": (7, 8),
    "prices": (6, 1),
    "ship": (3, 1),
    "refund": (4, 2),
    "hide": (4, 0),
    "swap": (5, 2),
    "find": (3, 1),
    "count": (3, 2),
    "colleague": (4, 2),
    "who": (3, 1),
}


@pytest.fixture
def clerk(app: Flask, visit: Open, make: World, tom: Person) -> Clerk:
    """The owner, signed in, on the first page."""
    make.categories()
    window = visit(width=DESK)
    window.sign_in(tom)
    window.go("/admin/")
    if "/admin/login/" in window.page.url:
        window.show_phone()
    clerk = Clerk(window)
    clerk.begin()
    return clerk


def kept(clerk: Clerk, task: str) -> None:
    """No more clicks and fields than promised."""
    clicks, fields = PROMISED[task]
    assert (clerk.clicks, clerk.fields) == (clicks, fields), f"{task} took {clerk.clicks} clicks, {clerk.fields} fields"


def in_context(app: Flask, read: Callable[[], Any]) -> Any:
    with app.app_context():
        return read()


def test_publish_a_phone_in_four_colours_and_three_memories(app: Flask, make: World, clerk: Clerk) -> None:
    make.sku()
    clerk.menu("SPU")
    clerk.follow("新建")
    clerk.write("SPU 名称", "晨星 9", exact=False)
    clerk.write("品牌", "试验牌", exact=False)
    clerk.choose("三级分类", "手机")
    clerk.press("新建，接着写规格")
    for at, (name, options) in enumerate((("颜色", "黑色，白色，蓝色，金色"), ("内存", "128GB，256GB，512GB"))):
        clerk.write("新规格", name, nth=at)
        clerk.write("选项，用逗号隔开", options, nth=at)
    clerk.press("保存规格")
    clerk.write("价格（全部）", "3999")
    clerk.write("期初库存（全部）", "50")
    clerk.tick("生成后立即上架")
    clerk.press("生成勾选的商品")
    clerk.sees("12 件，在售 12 件")
    with app.app_context():
        made = db.session.execute(select(SKU.stock, SKU.price, SKU.is_launched).where(SKU.name.contains("晨星"))).all()
        assert made == [(50, Decimal("3999.00"), True)] * 12
    kept(clerk, "publish")


def test_change_two_hundred_prices_and_take_it_back(app: Flask, make: World, clerk: Clerk) -> None:
    spu_id = make.spu()
    for _ in range(200):
        make.sku(price="200.00", spu_id=spu_id)
    clerk.begin()
    clerk.menu("商品 SKU")
    clerk.press("批量修改全部符合条件的 200 件商品")
    clerk.write("数值", "-10")
    clerk.press("套用价格")
    clerk.press("保存并预览")
    clerk.press("应用到 200 件商品")
    clerk.sees("已修改 200 件商品")
    prices_now = select(SKU.price, func.count()).group_by(SKU.price)
    assert in_context(app, lambda: db.session.execute(prices_now).all()) == [(Decimal("180.00"), 200)]
    clerk.press("撤销这次修改")
    clerk.sees("已恢复 200 件商品")
    assert in_context(app, lambda: db.session.execute(prices_now).all()) == [(Decimal("200.00"), 200)]
    kept(clerk, "prices")


def test_ship_fifty_orders_from_a_table(app: Flask, make: World, lily: Person, clerk: Clerk) -> None:
    sku_id = make.sku(stock=100)
    with app.app_context():
        numbers = [scenes.bring_to(lily, sku_id, OrderStatus.UNSENT) for _ in range(50)]
    table = "\n".join(f"{number},顺丰速运,SF{at:09}" for at, number in enumerate(numbers))
    clerk.menu("批量发货")
    clerk.write("粘贴表格", table, exact=False)
    clerk.press("检查")
    clerk.press("发出 50 个包裹")
    clerk.sees("发货结果")
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Shipment)) == 50
        assert set(db.session.scalars(select(Order.status))) == {OrderStatus.UNRECEIVED}
    kept(clerk, "ship")


def test_refund_one_line(app: Flask, make: World, lily: Person, clerk: Clerk) -> None:
    with app.app_context():
        bought = buy(app, make, lily)
        name = scenes.lines_of(bought.number)[0].name
    clerk.begin()
    clerk.menu("订单")
    clerk.follow(bought.number)
    clerk.follow("为订单退款")
    clerk.write(f"{name} 退几件", "1")
    clerk.write("说明", "与买家电话说好，有一件不要了", exact=False)
    clerk.press("立即退款")
    clerk.sees("¥19.99")
    assert (bought.refunded(), bought.owed()) == ([1, 0], Decimal("19.99"))
    kept(clerk, "refund")


def test_hide_a_review(app: Flask, make: World, lily: Person, clerk: Clerk) -> None:
    with app.app_context():
        order = arrive(make, lily, [make.sku()], OrderStatus.UNREVIEWED)
        reviews.write_review(order.draft(0))
    clerk.begin()
    clerk.menu("评价")
    clerk.tick("勾选第 1 行")
    clerk.press("隐藏…")
    clerk.press("广告或导流")
    with app.app_context():
        assert set(db.session.scalars(select(Review.is_shown))) == {False}
        assert set(db.session.scalars(select(SKU.comments))) == {0}
    kept(clerk, "hide")


def test_swap_the_carousel(app: Flask, make: World, clerk: Clerk) -> None:
    def hang() -> None:
        slot = ContentCategory(name="轮播图", key="index_lbt")
        db.session.add(slot)
        db.session.flush()
        db.session.add(Content(category_id=slot.id, title="旧的", url="/", sequence=1))

    make.run(hang)
    clerk.begin()
    clerk.menu("首页广告位")
    clerk.follow("轮播图")
    clerk.follow("整组更换")
    clerk.write("标题", "双十二", nth=0)
    clerk.write("链接（站内路径）", "/search/?q=手机", nth=0)
    clerk.hang("图片", {"name": "a.png", "mimeType": "image/png", "buffer": _picture()})
    clerk.press("更换")
    clerk.window.go("/")
    clerk.sees("双十二")
    assert clerk.page.get_by_text("旧的").count() == 0
    kept(clerk, "swap")


def _picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (1200, 480), "red").save(out, "PNG")
    return out.getvalue()


def test_find_an_order_by_the_last_four_digits(app: Flask, make: World, lily: Person, clerk: Clerk) -> None:
    with app.app_context():
        number = scenes.bring_to(lily, make.sku(), OrderStatus.UNSENT)
    clerk.begin()
    clerk.menu("订单")
    clerk.search("0001")
    clerk.press("查找")
    clerk.follow(number)
    clerk.sees("莉莉")
    kept(clerk, "find")


def test_correct_the_stock_after_a_count(app: Flask, make: World, clerk: Clerk) -> None:
    first, second = make.sku(stock=10), make.sku(stock=7)
    clerk.menu("盘点")
    clerk.write("粘贴盘点表", f"{first},8\n{second},7", exact=False)
    clerk.press("核对")
    clerk.write("说明（写进库存流水）", "年末盘点")
    clerk.press("更正 1 件商品的库存")
    with app.app_context():
        assert db.session.execute(select(SKU.id, SKU.stock).order_by(SKU.id)).all() == [(first, 8), (second, 7)]
        moved = select(StockMovement.stock_delta).where(StockMovement.sku_id == first).order_by(StockMovement.id.desc())
        assert db.session.scalar(moved) == -2
    kept(clerk, "count")


def test_give_a_new_colleague_the_warehouse(app: Flask, clerk: Clerk) -> None:
    clerk.menu("员工")
    clerk.follow("新员工")
    clerk.write("用户名", "packer", exact=False)
    clerk.write("手机号", "13900000009", exact=False)
    clerk.tick("仓库")
    clerk.press("建立账号")
    clerk.sees("packer")
    with app.app_context():
        found = queries.find_staff("packer")
        assert found is not None
        assert queries.roles_of(found) == ["warehouse"]
    kept(clerk, "colleague")


def test_find_who_changed_a_price(app: Flask, make: World, clerk: Clerk) -> None:
    sku_id = make.sku(name="谁动了价", price="100.00")
    anna = make.staff("annabel", "13800000005", "operations")
    make.run(lambda: _reprice(sku_id, f"staff:{anna.id}"))
    clerk.begin()
    clerk.menu("商品 SKU")
    clerk.search("谁动了价")
    clerk.press("查找")
    clerk.follow("谁动了价", exact=False)
    clerk.sees("annabel")
    kept(clerk, "who")


def _reprice(sku_id: int, actor: str) -> None:
    prices.set_amounts(db.session.get_one(SKU, sku_id), {"price": Decimal("90.00")}, actor=actor)
