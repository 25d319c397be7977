"""Does the order the mall would write equal the one the shopper agreed to?"""

from decimal import Decimal

from app.orders.errors import TermsChanged
from app.orders.settlement import Settlement
from app.orders.store import Shown
from app.shared.money import show

Change = dict[str, str | int]


def check_terms(agreed_total: Decimal, shown: Shown | None, real: Settlement) -> None:
    """TermsChanged names every difference; without a remembered page only the totals can be compared."""
    changes = list(_differences(shown, real)) if shown is not None else []
    if changes or agreed_total != real.total_amount:
        raise TermsChanged(changes=changes, old_total=show(agreed_total), new_total=show(real.total_amount))


def _differences(shown: Shown, real: Settlement) -> list[Change]:
    found: list[Change] = []
    now = {line.sku_id: line for line in real.lines}
    for sku_id, (price, count) in shown.lines.items():
        line = now.get(sku_id)
        if line is None:
            found.append({"kind": "gone", "sku_id": sku_id})
            continue
        if line.price != price:
            found.append(_change("price", show(price), show(line.price), sku_id, line.name))
        if line.count != count:
            found.append(_change("count", str(count), str(line.count), sku_id, line.name))
    found += [
        _change("added", "0", str(line.count), sku_id, line.name)
        for sku_id, line in now.items()
        if sku_id not in shown.lines
    ]
    if shown.freight != real.freight:
        found.append({"kind": "freight", "old": show(shown.freight), "new": show(real.freight)})
    return found


def _change(kind: str, old: str, new: str, sku_id: int, name: str) -> Change:
    return {"kind": kind, "sku_id": sku_id, "name": name, "old": old, "new": new}


def as_shown(settlement: Settlement) -> Shown:
    """What a page is about to show, in the form that is remembered."""
    return Shown({line.sku_id: (line.price, line.count) for line in settlement.lines}, settlement.freight)
