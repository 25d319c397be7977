"""The charts of the dashboard as tables: the page draws from the table, and a CSV file holds the same."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext

from app.dashboard.figures import Figures
from app.dashboard.policy import DAYS, TOP, TOP_DAYS

Cell = str | int | Decimal | date | None


@dataclass(frozen=True)
class Chart:
    """A table whose columns in `drawn` become lines or bars over its first one."""

    name: str
    right: str
    title: str
    note: str
    kind: str  # line | bar
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    drawn: Sequence[int] = (1,)
    latest_first: bool = field(default=False)  # the table; a line runs with time all the same

    @property
    def table(self) -> Sequence[Sequence[Cell]]:
        """The rows as the page lists them."""
        return list(reversed(self.rows)) if self.latest_first else self.rows


def text(cell: Cell) -> str:
    """A cell as the page shows it."""
    if cell is None:
        return "—"
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, Decimal):
        return f"{cell:,.2f}"
    return f"{cell:,}" if isinstance(cell, int) else cell


def charts(found: Figures, rights: frozenset[str]) -> list[Chart]:
    """Those that whoever asks may see."""
    return [chart for make in MAKERS.values() if (chart := make(found)).right in rights]


def _sales(found: Figures) -> Chart:
    return Chart(
        "sales",
        "orders.view",
        gettext("每日销售额"),
        gettext("近 %(n)s 天，按下单日（上海时间）；只算成交订单，含运费，未扣退款", n=DAYS),
        "line",
        (gettext("日期"), gettext("销售额（元）"), gettext("订单")),
        [(day.day, day.sales, day.orders) for day in found.days],
        latest_first=True,
    )


def _goods(found: Figures) -> Chart:
    return Chart(
        "goods",
        "orders.view",
        gettext("热销商品"),
        gettext("近 %(n)s 天成交订单里件数最多的 %(top)s 个 SKU，未扣退货", n=TOP_DAYS, top=TOP),
        "bar",
        (gettext("商品"), gettext("件数"), gettext("金额（元）"), gettext("SKU 编号")),
        [(each.name, each.pieces, each.amount, str(each.sku_id)) for each in found.past.goods],
    )


def _joined(found: Figures) -> Chart:
    return Chart(
        "new-users",
        "users.view",
        gettext("每日新用户"),
        gettext("近 %(n)s 天，按注册日（上海时间），含后来注销的账号", n=DAYS),
        "line",
        (gettext("日期"), gettext("新用户")),
        [(day.day, day.joined) for day in found.days],
        latest_first=True,
    )


def _visits(found: Figures) -> Chart:
    return Chart(
        "visits",
        "goods.view",
        gettext("今日分类访问量"),
        gettext("今天打开商品页的次数，按三级分类；不含机器人和短时间内的重复打开"),
        "bar",
        (gettext("分类"), gettext("访问量"), gettext("所在位置")),
        [(each.name, each.count, each.path) for each in found.today.visits],
    )


def _funnel(found: Figures) -> Chart:
    return Chart(
        "conversion",
        "orders.view",
        gettext("从浏览到下单"),
        gettext("每天看过商品页的浏览器、加过购物车的浏览器（各算一次，不含机器人）和下过单的账号"),
        "line",
        (
            gettext("日期"),
            gettext("看过商品"),
            gettext("加过购物车"),
            gettext("下过单"),
            gettext("加购率"),
            gettext("下单率"),
        ),
        [
            (day.day, day.looked, day.carted, day.buyers, rate(day.carted, day.looked), rate(day.buyers, day.looked))
            for day in found.days
        ],
        drawn=(1, 2, 3),
        latest_first=True,
    )


def _misses(found: Figures) -> Chart:
    return Chart(
        "no-results",
        "search.view",
        gettext("今日无结果搜索"),
        gettext("今天没有搜到商品的词，次数最多的 %(top)s 个；像电话和邮箱的不记录", top=TOP),
        "bar",
        (gettext("搜索词"), gettext("次数")),
        found.today.misses,
    )


def rate(part: int, whole: int) -> str | None:
    """`3.4%`; nothing where nobody could have."""
    return f"{Decimal(100 * part) / whole:.1f}%" if whole else None


MAKERS: dict[str, Callable[[Figures], Chart]] = {
    "sales": _sales,
    "conversion": _funnel,
    "goods": _goods,
    "visits": _visits,
    "new-users": _joined,
    "no-results": _misses,
}


def as_csv_cell(cell: Cell) -> Any:
    """Days as ISO; amounts and numbers stay what they are."""
    return cell.isoformat() if isinstance(cell, date) else cell
