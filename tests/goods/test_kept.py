"""CAT-10: a page kept for strangers is never older than what it says of its SKU, and sales do not wear it out."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.goods import editing, guards, services, stock
from app.goods.models import SPU
from app.goods.signals import page_changed
from app.shared.db import db
from app.shared.uow import unit_of_work
from tests.factories.world import World
from tests.goods.shelf import give_specs
from tests.pages import PageClient


def kept(client: PageClient, sku_id: int) -> tuple[str, str]:
    """How the page came (hit, miss), and its text."""
    response = client.get(f"/detail/{sku_id}/", fails=True)
    return response.headers.get("X-Kept-Page", "-"), response.text


def buy(make: World, sku_id: int, count: int, number: str = "1") -> None:
    """An order's way to the goods."""

    def take() -> None:
        counts = {sku_id: count}
        guards.CONDITIONAL.take(guards.CONDITIONAL.look(counts), counts, order_number=number, actor="user:1")

    make.run(take)


def in_context(make: World, act: Callable[[], object]) -> None:
    with make.app.app_context():
        act()


def test_a_stranger_gets_the_kept_page_and_a_member_their_own(
    make: World, client: PageClient, lily_client: PageClient, count_queries
) -> None:
    sku_id = make.sku()

    assert [kept(client, sku_id)[0] for _ in range(2)] == ["miss", "hit"]
    with count_queries() as counted:
        kept(client, sku_id)
    assert counted.sql == []
    assert kept(lily_client, sku_id)[0] == "-"


def change_price(make: World, sku_id: int) -> None:
    in_context(make, lambda: services.edit_sku(sku_id, 1, price=Decimal("66.00")))


def withdraw(make: World, sku_id: int) -> None:
    in_context(make, lambda: services.withdraw(sku_id))


def sell_out(make: World, sku_id: int) -> None:
    in_context(make, lambda: services.set_stock(sku_id, 0, reason="盘点", actor="staff:1"))


def rewrite(make: World, sku_id: int) -> None:
    with make.app.app_context():
        spu_id, seen = db.session.execute(select(SPU.id, SPU.updated_at)).one()
        editing.edit_texts(spu_id, seen, detail="<p>新的介绍</p>", pack="", service="")


def review(make: World, sku_id: int) -> None:
    make.run(lambda: services.add_review_count(sku_id, 5))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (change_price, ">66<"),
        (withdraw, "已经下架"),
        (sell_out, "无货"),
        (rewrite, "<p>新的介绍</p>"),
        (review, "1 条评价"),
    ],
    ids=["price", "shelf", "stock", "texts", "review"],
)
def test_cat_10_an_edit_shows_at_once(
    make: World, client: PageClient, change: Callable[[World, int], None], said: str
) -> None:
    sku_id = make.sku(stock=100)
    assert said not in kept(client, sku_id)[1]

    change(make, sku_id)

    assert said in kept(client, sku_id)[1]


def test_cat_10_a_sibling_s_end_shows_in_the_picker(make: World, client: PageClient) -> None:
    spu_id = make.spu()
    here, other = make.sku(spu_id=spu_id), make.sku(spu_id=spu_id)
    give_specs(make, spu_id, {"颜色": ["黑", "白"]}, {here: {"颜色": "黑"}, other: {"颜色": "白"}})
    assert "option-note" not in kept(client, here)[1]

    sell_out(make, other)

    assert "option-note" in kept(client, here)[1]


def test_cat_10_a_removed_sku_leaves_no_page_behind(make: World, client: PageClient) -> None:
    sku_id = make.sku()
    kept(client, sku_id)

    in_context(make, lambda: services.remove_sku(sku_id))

    assert client.get(f"/detail/{sku_id}/", fails=True).status_code == 410
    assert client.get(f"/detail/{sku_id}/", fails=True).status_code == 410


def test_a_sale_of_plenty_leaves_the_page(make: World, client: PageClient) -> None:
    sku_id = make.sku(stock=1000)
    kept(client, sku_id)

    buy(make, sku_id, 3)

    assert kept(client, sku_id)[0] == "hit"


@pytest.mark.parametrize(
    ("stock_before", "count", "said"), [(12, 2, "仅剩 10 件"), (9, 2, "仅剩 7 件"), (2, 2, "无货")]
)
def test_a_sale_that_moves_the_shown_state_renews_it(
    make: World, client: PageClient, stock_before: int, count: int, said: str
) -> None:
    sku_id = make.sku(stock=stock_before)
    kept(client, sku_id)

    buy(make, sku_id, count)

    assert said in kept(client, sku_id)[1]


def test_goods_that_come_back_from_an_order_show(make: World, client: PageClient) -> None:
    sku_id = make.sku(stock=2)
    buy(make, sku_id, 2)
    assert "无货" in kept(client, sku_id)[1]

    make.run(lambda: stock.release_stock({sku_id: 2}, order_number="1", actor="user:1", reason="取消"))

    assert "仅剩 2 件" in kept(client, sku_id)[1]


def test_one_unit_tells_its_news_once(make: World) -> None:
    first, second = make.sku(), make.sku()
    heard: list[tuple[int, ...]] = []

    def hear(_sender: object, sku_ids: tuple[int, ...]) -> None:
        heard.append(sku_ids)

    @unit_of_work
    def move_both() -> None:
        for sku in stock.lock_skus([first, second]):
            stock.move(sku, 1, 0, reason="试", flow_key=f"try:{sku.id}", actor="staff:1")
            stock.move(sku, 1, 0, reason="试", flow_key=f"again:{sku.id}", actor="staff:1")

    with page_changed.connected_to(hear), make.app.app_context():
        move_both()

    assert heard == [(first, second)]
