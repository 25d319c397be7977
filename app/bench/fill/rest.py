"""What else a shop of two years has: searches in vain, looks at categories, and the acts of its staff."""

import json
from collections.abc import Callable
from random import Random
from typing import Any

from sqlalchemy import func, insert, select, update

from app.bench.fill.plan import SHANGHAI_S, Plan
from app.bench.fill.sheets import DAY, Sheet, date_of, moment, yuan
from app.goods.bulk_models import PriceChange
from app.goods.models import SKU, Category, CategoryVisit
from app.search.models import SearchMiss
from app.shared import clock
from app.shared.db import db
from app.shared.money import to_fen
from app.shared.uow import unit_of_work
from app.shared.upsert import upsert
from app.staff.chain import START, link
from app.staff.models import AuditEntry, AuditHead, AuditObject

MISSES, ENTRIES, VISIT_DAYS, REPRICED = 20_000, 20_000, 400, 10_000
AT_ONCE = 2000
PRICES = (
    *("sku_id", "old_price", "new_price", "old_market_price", "new_market_price", "old_cost_price"),
    "new_cost_price",
)
THINGS = ("耳机", "手机壳", "键盘", "咖啡机", "帐篷", "电饭煲", "跑鞋", "投影仪", "行车记录仪", "拼图", "猫粮", "字帖")
MAKERS = ("星河", "北极光", "青禾", "云顶", "山海", "老铁匠", "麦穗", "小满", "白鹭", "石榴")
ACTS = (
    ("admin_skus.action_view:withdraw", "skus", "is_launched", True, False),
    ("admin_skus.edit", "skus", "price", "99.00", "89.00"),
    ("admin_orders.ship", "orders", "status", 2, 3),
    ("admin_orders.note", "orders", "status", 3, 3),
    ("admin_aftersales.case", "after_sales", "state", "asked", "approved"),
)


def fill(plan: Plan, staff: str, step: Callable[[int], None]) -> int:
    """All of it where it is not there yet; how many rows. `step` hears of them."""
    return _misses(plan, step) + _visits(plan, step) + _entries(plan, staff, step) + _prices(plan, staff, step)


def size(plan: Plan) -> int:
    """How many things `fill` counts for a plan."""
    return _few(plan, MISSES) + _few(plan, ENTRIES) + VISIT_DAYS + _few(plan, REPRICED)


def _few(plan: Plan, number: int) -> int:
    """As many as befit a smaller shop."""
    return max(1, min(number, plan.orders // 50))


def _misses(plan: Plan, step: Callable[[int], None]) -> int:
    number = _few(plan, MISSES)
    if db.session.scalar(select(SearchMiss.id).where(SearchMiss.question == _question(0)).limit(1)):
        step(number)
        return 0
    _write_misses(plan, number)
    step(number)
    return number


def _question(n: int) -> str:
    maker, thing = MAKERS[n % len(MAKERS)], THINGS[n // len(MAKERS) % len(THINGS)]
    return f"{maker}{thing} {n // (len(MAKERS) * len(THINGS)) + 1} 代"


@unit_of_work
def _write_misses(plan: Plan, number: int) -> None:
    chance, sheet = plan.chance("misses"), Sheet(SearchMiss, "question", "count", "last_at", "created_at")
    for n in range(number):
        last = plan.end - int(plan.end - plan.start) * chance.random() ** 2
        sheet.add(_question(n), int(chance.paretovariate(0.9)) % 5000 + 1, moment(int(last)), moment(int(last)))
    sheet.write(db.session.connection())


def _visits(plan: Plan, step: Callable[[int], None]) -> int:
    """Looks at every level-3 category, a day a row, in one transaction a month."""
    today = (plan.end + SHANGHAI_S) // DAY
    if db.session.scalar(select(func.count()).select_from(CategoryVisit)):
        step(VISIT_DAYS)
        return 0
    leaves = list(db.session.scalars(select(Category.id).where(Category.level == 3).order_by(Category.id)))
    for first in range(0, VISIT_DAYS, 40):
        _write_visits(plan.chance("visits", first), leaves, range(today - first - 40, today - first))
        step(40)
    return VISIT_DAYS * len(leaves)


@unit_of_work
def _write_visits(chance: Random, leaves: list[int], days: range) -> None:
    sheet = Sheet(CategoryVisit, "category_id", "date", "count")
    for day in days:
        for place, category_id in enumerate(leaves):
            sheet.add(category_id, date_of(day), int(chance.random() * 400 / (1 + place % 17)))
    sheet.write(db.session.connection())


def _prices(plan: Plan, staff: str, step: Callable[[int], None]) -> int:
    """How some SKUs came to what they cost now, in three steps."""
    number = _few(plan, REPRICED)
    made = 0 if db.session.scalar(select(PriceChange.id).limit(1)) else _write_prices(plan, staff, number)
    step(number)
    return made


@unit_of_work
def _write_prices(plan: Plan, staff: str, number: int) -> int:
    chance, sheet = plan.chance("prices"), Sheet(PriceChange, *PRICES, "actor", "reason", "created_at")
    amounts = select(SKU.id, SKU.price, SKU.market_price, SKU.cost_price).order_by(SKU.id).limit(number)
    for sku_id, *now in db.session.execute(amounts):
        price, market, cost = (to_fen(amount) for amount in now)
        for _ in range(3):
            before = min(market, price + chance.randint(1, 2000))
            at = moment(plan.start + int((plan.end - plan.start) * chance.random()))
            told = (*(yuan(each) for each in (before, price, market, market, cost, cost)), staff, "调价", at)
            sheet.add(sku_id, *told)
            price = before
    return sheet.write(db.session.connection())


def _entries(plan: Plan, staff: str, step: Callable[[int], None]) -> int:
    """Lines of the audit log, linked to those that are there: `flask audit verify` finds the chain whole."""
    number, done = _few(plan, ENTRIES), 0
    if db.session.scalar(select(AuditEntry.id).where(AuditEntry.who == f"{staff}:fill{plan.seed}").limit(1)):
        step(number)
        return 0
    while done < number:
        made = _write_entries(plan.chance("audit", done), f"{staff}:fill{plan.seed}", min(AT_ONCE, number - done))
        done += made
        step(made)
    return done


@unit_of_work
def _write_entries(chance: Random, who: str, number: int) -> int:
    upsert(AuditHead, [{"id": 1, "number": 0, "hash": START}], keys=["id"], change=lambda row: {"id": 1})
    last, previous = db.session.execute(select(AuditHead.number, AuditHead.hash).where(AuditHead.id == 1)).one()
    entries: list[dict[str, Any]] = []
    for n in range(last + 1, last + number + 1):
        what, table, column, old, new = chance.choice(ACTS)
        thing = f"{table}:{chance.randint(1, 100_000)}"
        entry: dict[str, Any] = {"id": n, "at": clock.now(), "who": who, "address": "", "what": what, "object": thing}
        entry |= {"before": _told(thing, column, old), "after": _told(thing, column, new), "previous": previous}
        entry["hash"] = previous = link(entry)
        entries.append(entry)
    db.session.execute(insert(AuditEntry), entries)
    db.session.execute(insert(AuditObject), [{"entry_id": e["id"], "object": e["object"]} for e in entries])
    db.session.execute(update(AuditHead).where(AuditHead.id == 1).values(number=last + number, hash=previous))
    return number


def _told(thing: str, column: str, value: object) -> str:
    return json.dumps({thing: {column: value}}, ensure_ascii=False, separators=(",", ":"))
