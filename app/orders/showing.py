"""Orders and settlements as JSON and as sentences: what routes say."""

import dataclasses
from decimal import Decimal

from flask_babel import gettext

from app.carts.services import Fitted
from app.orders.again import Bought
from app.orders.errors import TermsChanged
from app.orders.queries import OrderView
from app.orders.settlement import Settlement
from app.shared.filters import image_url
from app.shared.money import show


def fitted(fit: Fitted) -> str:
    """What settlement had to change, as a sentence."""
    if fit.count:
        return str(gettext("%(name)s 库存不足，数量已改为 %(count)s 件", name=fit.name, count=fit.count))
    return str(gettext("%(name)s 暂时不能购买，已从结算中移除", name=fit.name))


def told(problem: TermsChanged) -> list[str]:
    """Each difference as a sentence."""
    sentences = {
        "price": lambda c: gettext("%(name)s 的价格由 ¥%(old)s 变为 ¥%(new)s", **c),
        "count": lambda c: gettext("%(name)s 的数量由 %(old)s 变为 %(new)s", **c),
        "added": lambda c: gettext("%(name)s 是新勾选的商品", **c),
        "freight": lambda c: gettext("运费由 ¥%(old)s 变为 ¥%(new)s", **c),
        "gone": lambda c: gettext("有商品已不在勾选的商品中", **c),
    }
    changes = problem.facts["changes"]
    assert isinstance(changes, list)
    told = [sentences[change["kind"]](change) for change in changes]
    facts = {"old": problem.facts["old_total"], "new": problem.facts["new_total"]}
    return [*told, gettext("应付总额由 ¥%(old)s 变为 ¥%(new)s", **facts)]


def settlement_json(page: Settlement) -> dict[str, object]:
    """A settlement page for the outside client."""
    return dict(
        addresses=[
            {
                "id": card.id,
                "title": card.title,
                "receiver": card.receiver,
                "mobile": card.mobile,
                "region": card.region,
                "place": card.place,
                "is_default": card.is_default,
            }
            for card in page.addresses
        ],
        lines=[_line_json(line) for line in page.lines],
        goods_amount=show(page.goods_amount),
        freight=show(page.freight),
        total_amount=show(page.total_amount),
        total_count=page.total_count,
        submit_token=page.submit_token,
        changes=page.changes,
    )


def _line_json(line: object) -> dict[str, object]:
    assert dataclasses.is_dataclass(line)
    assert not isinstance(line, type)
    fields = dataclasses.asdict(line)
    fields["default_image_url"] = image_url(fields.pop("image"))
    return {name: show(value) if isinstance(value, Decimal) else value for name, value in fields.items()}


def order_json(order: OrderView) -> dict[str, object]:
    """An order for the outside client; amounts as text, times in ISO 8601."""
    return {
        "order_id": order.order_id,
        "created_at": order.created_at.isoformat(),
        "status": order.status,
        "status_text": gettext(order.status_text),
        "pay_method": order.pay_method,
        "total_count": order.total_count,
        "freight": show(order.freight),
        "total_amount": show(order.total_amount),
        "pay_before": order.pay_deadline.isoformat() if order.pay_deadline else None,
        "lines": [_line_json(line) for line in order.lines],
    }


def whole_json(order: OrderView) -> dict[str, object]:
    """The same with parcels and invoice."""
    shipments = [
        {
            "carrier": each.carrier,
            "tracking_number": each.tracking_number,
            "sent_at": each.sent_at.isoformat(),
            "lines": [{"name": name, "count": count} for name, count in each.lines],
        }
        for each in order.shipments
    ]
    fields = ("kind", "title", "tax_number", "state", "number")
    invoice = {name: getattr(order.invoice, name) for name in fields} if order.invoice is not None else None
    return {**order_json(order), "shipments": shipments, "invoice": invoice}


def bought_again(bought: Bought) -> list[tuple[str, str]]:
    """(sentence, kind of notice) of what came into the cart and what did not."""
    said = []
    if bought.whole or bought.less:
        said.append((gettext("已放入购物车 %(count)s 种商品", count=len(bought.whole) + len(bought.less)), "good"))
    said += [(gettext("%(name)s 库存不足或达到限购，只放入了一部分", name=name), "warn") for name in bought.less]
    said += [(gettext("%(name)s 暂时不能购买，没有放入购物车", name=name), "warn") for name in bought.left_out]
    return said
