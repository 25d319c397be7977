"""The figures of the day as tiles: each says what is counted and leads to the list behind it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext

from app.dashboard.figures import Figures
from app.dashboard.policy import MOST
from app.orders.models import OrderStatus
from app.shared.filters import yuan


@dataclass(frozen=True)
class Tile:
    """One figure; `right` is what its list takes, and so the figure."""

    right: str
    label: str
    value: str
    note: str = ""
    url: str = ""
    tone: str = ""


def tiles(found: Figures, rights: frozenset[str], low_stock: int) -> list[Tile]:
    """Those that whoever asks may see, in the order of a shop's day."""
    every = [*_of_orders(found), *_of_goods(found, low_stock), *_of_people(found), *_of_search(found)]
    return [tile for tile in every if tile.right in rights]


def _of_orders(found: Figures) -> Iterator[Tile]:
    today, orders = found.today, found.today.orders
    of_today: dict[str, Any] = {"created_from": today.day.day.isoformat(), "created_to": today.day.day.isoformat()}
    listed = url_for("admin_orders.index_view", **of_today)
    yield Tile(
        "orders.view",
        gettext("今日订单"),
        _number(orders.placed),
        gettext("成交 %(sold)s · 已取消 %(cancelled)s", sold=orders.sold, cancelled=orders.cancelled),
        listed,
    )
    yield Tile("orders.view", gettext("今日销售额"), f"¥{yuan(orders.sales)}", gettext("成交订单，含运费"), listed)
    unpaid = url_for("admin_orders.index_view", status=int(OrderStatus.UNPAID), **of_today)
    yield Tile("orders.view", gettext("今日待付款"), _number(orders.unpaid), gettext("今天下单，还没有付款"), unpaid)
    waiting = url_for("admin_orders.index_view", status=int(OrderStatus.UNSENT))
    tone = "warn" if today.to_ship else ""
    yield Tile("orders.view", gettext("待发货"), _capped(today.to_ship), gettext("全部日期"), waiting, tone)
    asked = url_for("admin_aftersales.index_view", state="asked")
    tone = "warn" if today.asked else ""
    yield Tile("aftersales.view", gettext("待审核售后"), _capped(today.asked), gettext("退款和退货申请"), asked, tone)
    due = url_for("admin_refunds.index_view", state="due")
    tone = "warn" if today.refunds_due else ""
    yield Tile(
        "payments.view", gettext("待退款"), _capped(today.refunds_due), gettext("已同意，钱还没有退回"), due, tone
    )


def _of_goods(found: Figures, low_stock: int) -> Iterator[Tile]:
    low = found.today.low_stock
    yield Tile(
        "goods.view",
        gettext("库存不足"),
        _capped(low),
        gettext("在售 SKU，不多于 %(n)s 件", n=low_stock),
        url_for("admin_skus.index_view", state="low"),
        "warn" if low else "",
    )


def _of_people(found: Figures) -> Iterator[Tile]:
    today = found.today
    listed, day = url_for("admin_users.index_view"), today.day.day.isoformat()
    joined = url_for("admin_users.index_view", joined_from=day, joined_to=day)
    yield Tile("users.view", gettext("用户总数"), _number(today.users), gettext("不含已注销"), listed)
    yield Tile("users.view", gettext("今日新用户"), _number(today.day.joined), gettext("今天注册"), joined)
    yield Tile("users.view", gettext("今日活跃用户"), _number(today.active), gettext("今天登录着来过的账号"), listed)
    yield Tile("users.view", gettext("今日下单用户"), _number(today.orders.buyers), gettext("今天下过单的账号"), listed)


def _of_search(found: Figures) -> Iterator[Tile]:
    missed = found.today.missed
    value = "—" if missed is None else _number(missed)
    note = gettext("Redis 没有应答") if missed is None else gettext("次搜索没有结果")
    yield Tile(
        "search.view", gettext("今日无结果搜索"), value, note, url_for("admin_misses.index_view", sort="-last_at")
    )


def _number(value: int) -> str:
    return f"{value:,}"


def _capped(value: int) -> str:
    return f"{MOST:,}+" if value > MOST else f"{value:,}"
