"""The words of rights, `area.act`, and the ready roles. A word that is not here gives nothing (ADR 25)."""

import re
from collections.abc import Collection
from decimal import Decimal

from app.shared.acting import FRESH
from app.shared.errors import marked

AREAS: dict[str, tuple[str, ...]] = {
    "goods": ("view", "create", "edit", "adjust_stock", "see_cost", "export"),
    "imports": ("view", "create", "export"),
    "orders": ("view", "edit", "ship", "refund", "export", "see_personal"),
    "aftersales": ("view", "edit", "refund", "export"),
    "payments": ("view", "refund", "reconcile", "export"),
    "users": ("view", "edit", "export", "see_personal"),
    "contents": ("view", "create", "edit"),
    "search": ("view", "create", "edit"),
    "reviews": ("view", "edit"),
    "areas": ("view", "create", "edit"),
    "audit": ("view", "export"),
    "roles": ("view", "manage_roles"),
    "dashboard": ("export",),  # tiles and charts take the `view` of the area they are about
    "system": ("view", "edit"),
}
AREA_TITLES = {
    "goods": marked("商品"),
    "imports": marked("导入"),
    "orders": marked("订单"),
    "aftersales": marked("售后"),
    "payments": marked("资金"),
    "users": marked("用户"),
    "contents": marked("内容"),
    "search": marked("搜索"),
    "reviews": marked("评价"),
    "areas": marked("行政区"),
    "audit": marked("操作记录"),
    "roles": marked("角色与权限"),
    "dashboard": marked("今日概况"),
    "system": marked("运行"),
}
ACT_TITLES = {
    "view": marked("查看"),
    "create": marked("新建"),
    "edit": marked("修改"),
    "ship": marked("发货"),
    "refund": marked("退款"),
    "reconcile": marked("对账"),
    "adjust_stock": marked("调整库存"),
    "see_cost": marked("查看进价"),
    "export": marked("导出"),
    "see_personal": marked("查看个人信息"),
    "manage_roles": marked("管理角色"),
}
RIGHTS = frozenset(f"{area}.{act}" for area, acts in AREAS.items() for act in acts)
OWNERS_ONLY = frozenset({"roles.manage_roles"})  # no other role can hold it, whatever is ticked
ASSIGNABLE = RIGHTS - OWNERS_ONLY
# whoever has one of these gives a second factor at the door: they move money or rights (ADR 28)
WANT_FACTOR = frozenset(word for word in RIGHTS if word.partition(".")[2] in FRESH)

OWNER = "owner"
NAME = re.compile(r"[a-z][a-z0-9_]{2,31}")
TITLE_LONGEST = 20


TRIES, TRIES_KEPT_S = 5, 900  # of a second factor, per account
DRAFT_LIFE_S = 900  # from the QR picture to its first code
RECOVERY_CODES = 10


def wants_factor(rights: Collection[str]) -> bool:
    """Do these rights touch money or rights?"""
    return not WANT_FACTOR.isdisjoint(rights)


# Yuan at once and on one day, until an owner says otherwise: of the ready roles, and of any other with the right
REFUND_RIGHT = "aftersales.refund"
REFUND_LIMITS = {"operations": (Decimal(5_000), Decimal(50_000))}
REFUND_LIMIT = (Decimal(500), Decimal(2_000))


def _all_of(*areas: str) -> set[str]:
    return {f"{area}.{act}" for area in areas for act in AREAS[area]}


READY: dict[str, tuple[str, frozenset[str]]] = {
    OWNER: (marked("店主"), RIGHTS),
    "operations": (
        marked("运营"),
        frozenset(
            _all_of("goods", "imports", "orders", "aftersales", "payments", "contents", "search", "reviews")
            | _all_of("areas", "dashboard", "system")
            | {"users.view", "users.edit"}
        ),
    ),
    "warehouse": (
        marked("仓库"),
        frozenset(
            {"goods.view", "goods.adjust_stock", "orders.view", "orders.ship", "orders.see_personal", "aftersales.view"}
        ),
    ),
    "customer_service": (
        marked("客服"),
        frozenset(
            {"goods.view", "orders.view", "orders.edit", "orders.see_personal", "aftersales.view", "aftersales.edit"}
            | {"payments.view"}
            | {"users.view", "users.see_personal", "reviews.view", "reviews.edit"}
        ),
    ),
    "content_editor": (
        marked("内容编辑"),
        frozenset({"goods.view", "reviews.view"} | _all_of("contents", "search")),
    ),
    "auditor": (
        marked("审计"),
        frozenset(RIGHTS & {f"{area}.view" for area in AREAS} | {"audit.export", "dashboard.export"}),
    ),
}
