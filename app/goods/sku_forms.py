"""What the form of one SKU says: what its writer saw, what he changed, and how that stands to the SKU of now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.goods.errors import BadText
from app.goods.repricing import read_amount
from app.goods.services import check_text
from app.shared.errors import marked
from app.shared.money import show
from app.shared.staff_log import Touch, since

TEXTS = {"name": 1, "caption": 0}  # the shortest they may be
AMOUNTS = ("price", "market_price", "cost_price")
TITLES: Mapping[str, str] = {
    "name": marked("名称"),
    "caption": marked("副标题"),
    "price": marked("价格"),
    "market_price": marked("市场价"),
    "cost_price": marked("进价"),
    "is_launched": marked("状态"),
    "launch_at": marked("计划上架"),
    "withdraw_at": marked("计划下架"),
    "removed_at": marked("停止销售"),
    "default_image": marked("图片"),
}
Values = Mapping[str, Any]


@dataclass(frozen=True)
class Sent:
    """A form as it came: the version it was written on, texts seen and texts sent, and what of it cannot be read."""

    version: int
    seen: Mapping[str, str]
    texts: Mapping[str, str]
    changes: Values
    errors: Mapping[str, str]


@dataclass(frozen=True)
class Difference:
    """A field that somebody changed meanwhile: as it was seen, as it is, and what this writer wants of it."""

    field: str
    title: str
    seen: str
    now: str
    mine: str
    touch: Touch | None

    @property
    def is_contested(self) -> bool:
        """Do both want something of it?"""
        return self.mine not in (self.seen, self.now)


def shown(field: str, value: Any) -> str:
    """A value as the form holds it."""
    return show(value) if isinstance(value, Decimal) else "" if value is None else str(value)


def texts_of(sku: Any, fields: Sequence[str]) -> dict[str, str]:
    """Of a SKU as it stands."""
    return {field: shown(field, getattr(sku, field)) for field in fields}


def read(form: Mapping[str, str], fields: Sequence[str]) -> Sent:
    """Only what differs from what was seen is a change: a form never writes back what its writer did not touch."""
    version = form.get("version", "")
    seen = {field: form.get(f"seen-{field}", "") for field in fields}
    texts = {field: form.get(field, seen[field]).strip() for field in fields}
    changes: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for field in fields:
        if texts[field] == seen[field].strip():
            continue
        try:
            changes[field] = check_text(texts[field], TEXTS[field]) if field in TEXTS else read_amount(texts[field])
        except BadText as problem:
            errors[field] = problem.message
        except ValueError:
            errors[field] = marked("应为最多两位小数的金额")
    number = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0
    return Sent(number, seen, texts, changes, errors)


def differences(sent: Sent, now: Mapping[str, str], log: Sequence[Touch]) -> list[Difference]:
    """What the form's writer did not know, field by field, with who did it."""
    whose = _whose(sent, log)
    return [
        Difference(field, TITLES[field], sent.seen[field], now[field], sent.texts[field], whose.get(field))
        for field in now
        if now[field] != sent.seen[field]
    ]


def others(sent: Sent, log: Sequence[Touch], hidden: Sequence[str]) -> list[tuple[str, Touch]]:
    """Fields beside the form's own that were changed since: (title, who)."""
    whose = _whose(sent, log)
    return [(TITLES[field], whose[field]) for field in TITLES if field in whose and field not in hidden]


def _whose(sent: Sent, log: Sequence[Touch]) -> dict[str, Touch]:
    """The newest hand on each field since the form's writer looked."""
    found: dict[str, Touch] = {}
    for touch in since(log, sent.version):
        for field in touch.after:
            found.setdefault(field, touch)
    return found


def on_top(sent: Sent, now: Mapping[str, str]) -> dict[str, str]:
    """The writer's own changes on the fresh state: what the form shows next."""
    return {field: sent.texts[field] if sent.texts[field] != sent.seen[field] else now[field] for field in now}
