"""The goods that a fill sells, and who buys them: read once, kept in memory, stock counted along."""

from dataclasses import dataclass
from random import Random

from sqlalchemy import select

from app.areas.models import Area
from app.bench.fill.plan import Plan
from app.bench.ground import NoGround
from app.goods.models import SKU, SKUSpec, Spec, SpecOption
from app.shared.db import db
from app.shared.money import to_fen
from app.users.models import Address, User

POPULAR = 3  # the higher, the more of the trade is in few SKUs
LOYAL = 1.3
DELIVERY = 300  # pieces that come in when a SKU runs out; ten times as many of the most wanted
MOST_WANTED = 500


@dataclass
class Ware:
    """One SKU on the shelf; `pieces` as the ledger has them after everything told so far. Price in fen."""

    id: int
    name: str
    spec_text: str
    image: str
    price: int
    pieces: int
    delivery: int


class Shelf:
    """Everything on sale, the most wanted first."""

    def __init__(self, chance: Random) -> None:
        columns = (SKU.id, SKU.name, SKU.default_image, SKU.price, SKU.stock)
        on_sale = select(*columns).where(SKU.is_launched, SKU.removed_at.is_(None)).order_by(SKU.id)
        specs = self._specs()
        self.wares = [
            Ware(row[0], row[1], specs.get(row[0], ""), row[2], to_fen(row[3]), row[4], DELIVERY)
            for row in db.session.execute(on_sale)
        ]
        if not self.wares:
            raise NoGround("no goods yet: run `flask goods generate 100000` first")
        chance.shuffle(self.wares)
        for ware in self.wares[:MOST_WANTED]:
            ware.delivery = DELIVERY * 10

    def _specs(self) -> dict[int, str]:
        """As an order's lines word it."""
        rows = db.session.execute(
            select(SKUSpec.sku_id, Spec.name, SpecOption.value)
            .join(Spec, Spec.id == SKUSpec.spec_id)
            .join(SpecOption, SpecOption.id == SKUSpec.option_id)
            .order_by(SKUSpec.sku_id, Spec.sequence, Spec.id)
        )
        found: dict[int, str] = {}
        for sku_id, name, value in rows:
            found[sku_id] = f"{found[sku_id]}；{name}：{value}" if sku_id in found else f"{name}：{value}"
        return {sku_id: text[:200] for sku_id, text in found.items()}

    def choose(self, chance: Random, number: int) -> list[Ware]:
        """Different ones, fewer than asked when the same comes up twice."""
        places = {int(len(self.wares) * chance.random() ** POPULAR) for _ in range(number)}
        return [self.wares[place] for place in sorted(places)]


class Customers:
    """The users of the fill, oldest first: id, receiver, mobile, address on one line."""

    def __init__(self, plan: Plan) -> None:
        names: dict[int, str] = {row[0]: row[1] for row in db.session.execute(select(Area.id, Area.name))}
        first = f"fill{plan.seed}-"
        rows = db.session.execute(
            select(
                *(User.id, Address.receiver, Address.mobile, Address.province_id, Address.city_id),
                *(Address.district_id, Address.place),
            )
            .join(Address, Address.id == User.default_address_id)
            .where(User.username_key.between(first, f"{first}~"))
            .order_by(User.username_key)
        )
        self.people = [
            (
                row[0],
                row[1],
                row[2],
                f"{names[row[3]]} {names.get(row[4] or 0, '')} {names.get(row[5] or 0, '')} {row[6]}",
            )
            for row in rows
        ]

    def choose(self, chance: Random, among: int) -> tuple[int, str, str, str]:
        """One of the first so many; some come more often than others."""
        return self.people[int(min(among, len(self.people)) * chance.random() ** LOYAL)]
