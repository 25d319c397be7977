"""A thousand prices changed at once and taken back, by the verbs behind the desk of prices, log and history and all."""

import time
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from app.bench.ground import NoGround
from app.goods import bulk, bulk_applying, bulk_queries
from app.goods.models import SKU
from app.goods.repricing import Rule
from app.shared import acting
from app.shared.db import db

ROWS = 1000
DEARER = Rule("price", "amount", Decimal("0.01"))
ACTOR = "cli:bench"


@dataclass(frozen=True)
class Repriced:
    """How many prices were changed and taken back, and the seconds of each step."""

    changed: int
    taken_back: int
    drafted_s: float
    applied_s: float
    undone_s: float


def measure(rows: int = ROWS) -> Repriced:
    """A cent more on SKUs that can bear it, and back: afterwards every price is what it was."""
    bearing = select(SKU.id).where(SKU.is_launched, SKU.price + Decimal("0.01") <= SKU.market_price)
    sku_ids = list(db.session.scalars(bearing.order_by(SKU.id).limit(rows)))
    db.session.close()
    if not sku_ids:
        raise NoGround("no goods yet: run `flask goods generate 100000` first")
    with acting.acting(acting.Act(ACTOR, "bench.repricing")):
        begun = time.perf_counter()
        bulk_id = bulk.begin(sku_ids, source="cli", actor=ACTOR)
        bulk.set_all(bulk_id, DEARER)
        drafted = time.perf_counter()
        bulk_applying.apply(bulk_id, actor=ACTOR, reason="bench")
        applied = time.perf_counter()
        changed = bulk_queries.tally(bulk_queries.lines_of(bulk_id)).outcomes["applied"]
        db.session.close()
        again = time.perf_counter()
        bulk_applying.undo(bulk_id, actor=ACTOR)
        undone = time.perf_counter()
    back = bulk_queries.tally(bulk_queries.lines_of(bulk_id)).outcomes["undone"]
    db.session.close()
    return Repriced(changed, back, drafted - begun, applied - drafted, undone - again)
