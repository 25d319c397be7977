"""Rows for tests: every recipe writes in a unit of work of its own and returns plain values."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import Flask

from app.areas.models import Area
from app.goods.models import SKU, SPU, Brand, Category, StockMovement
from app.shared.db import db
from app.shared.passwords import hash_password
from app.shared.uow import unit_of_work
from app.staff import policy, queries, second_factor
from app.staff import services as staff
from app.users.guessing import Caller
from app.users.models import Address, User, fold


@dataclass(frozen=True)
class Person:
    """Someone with an account."""

    id: int
    username: str
    mobile: str
    password: str


class World:
    """`make.sku(stock=10)` and its like."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self._number = itertools.count(1)
        self._tree: tuple[int, int, int] | None = None
        self._brand: int | None = None
        self._areas = False

    def run(self, write: Callable[[], Any]) -> Any:
        """A write in a context and a unit of its own."""
        with self.app.app_context():
            return unit_of_work(write)()

    def areas(self) -> None:
        """河北省 石家庄市 长安区, and 东莞市, a city without districts."""
        if self._areas:
            return
        rows = [(130000, "河北省", None, 1), (130100, "石家庄市", 130000, 2), (130102, "长安区", 130100, 3)]
        rows += [(440000, "广东省", None, 1), (441900, "东莞市", 440000, 2)]

        def write() -> None:
            for code, name, parent, level in rows:
                db.session.add(Area(id=code, name=name, parent_id=parent, level=level))
                db.session.flush()

        self.run(write)
        self._areas = True

    def categories(self) -> tuple[int, int, int]:
        """One branch of the tree, top to bottom."""
        if self._tree is None:

            def write() -> tuple[int, int, int]:
                ids: list[int] = []
                for level, name in enumerate(("手机数码", "手机通讯", "手机"), start=1):
                    row = Category(name=name, parent_id=ids[-1] if ids else None, level=level)
                    db.session.add(row)
                    db.session.flush()
                    ids.append(row.id)
                return ids[0], ids[1], ids[2]

            self._tree = self.run(write)
        assert self._tree is not None
        return self._tree

    def spu(self, name: str = "试验手机") -> int:
        """A family in the branch."""
        top, middle, leaf = self.categories()

        def write() -> int:
            if self._brand is None:
                brand = Brand(name="试验牌", name_en="Trial", first_letter="T")
                db.session.add(brand)
                db.session.flush()
                self._brand = brand.id
            row = SPU(name=name, brand_id=self._brand, category1_id=top, category2_id=middle, category3_id=leaf)
            db.session.add(row)
            db.session.flush()
            return row.id

        return int(self.run(write))

    def sku(
        self, *, price: str = "100.00", stock: int = 10, name: str = "", is_launched: bool = True, spu_id: int = 0
    ) -> int:
        """A SKU with its opening line in the ledger."""
        leaf = self.categories()[2]
        family = spu_id or self.spu()
        number = next(self._number)

        def write() -> int:
            row = SKU(
                spu_id=family,
                category_id=leaf,
                name=name or f"试验手机 {number} 号",
                caption="测试用",
                price=Decimal(price),
                cost_price=Decimal("1.00"),
                market_price=Decimal(price) + 10,
                stock=stock,
                is_launched=is_launched,
            )
            db.session.add(row)
            db.session.flush()
            opening = StockMovement(
                sku_id=row.id, stock_delta=stock, reason="opening", actor="system", flow_key=f"opening:{row.id}"
            )
            db.session.add(opening)
            return row.id

        return int(self.run(write))

    def person(self, username: str, mobile: str, *, is_staff: bool = False) -> Person:
        """An account; everybody's password is easy to remember here."""
        password = f"{username}-likes-tests"
        with self.app.app_context():
            hashed = hash_password(password)

        def write() -> int:
            row = User(
                username=username,
                username_key=fold(username),
                mobile=mobile,
                password_hash=hashed,
                is_staff=is_staff,
            )
            db.session.add(row)
            db.session.flush()
            return row.id

        return Person(int(self.run(write)), username, mobile, password)

    def staff(self, username: str, mobile: str, *roles: str, enrolled: bool = True) -> Person:
        """A member of staff with these roles; whose rights want a second factor has one, with the demo's secret."""
        person = self.person(username, mobile, is_staff=True)
        with self.app.app_context():
            staff.make_ready_roles()
            for role in roles:
                staff.grant(person.id, role, None)
            if enrolled and policy.wants_factor(queries.rights_of(person.id)):
                second_factor.enrol(person.id, self.app.config["DEMO_TOTP_SECRET"], 0, Caller("", "factory"))
        return person

    def address(self, user_id: int, *, receiver: str = "莉莉") -> int:
        """A live address in 长安区, and the shopper's default."""
        self.areas()

        def write() -> int:
            row = Address(
                user_id=user_id,
                title="家",
                receiver=receiver,
                province_id=130000,
                city_id=130100,
                district_id=130102,
                place="中山路 1 号",
                mobile="13800000001",
            )
            db.session.add(row)
            db.session.flush()
            user = db.session.get_one(User, user_id)
            user.default_address_id = row.id
            return row.id

        return int(self.run(write))
