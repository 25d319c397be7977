"""What happened to one order between its placing and the end of the story, written down as the verbs write it."""

from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from app.bench.fill.books import Books, Ids
from app.bench.fill.plan import Plan
from app.bench.fill.sheets import DAY, moment, yuan
from app.bench.fill.shelf import Customers, Shelf, Ware
from app.orders import words
from app.orders.models import OrderStatus, PayMethod
from app.orders.policy import CARRIERS

UNPAID, UNSENT, UNRECEIVED, UNREVIEWED, FINISHED, CANCELLED = (int(each) for each in OrderStatus)
CASH, ALIPAY = int(PayMethod.CASH), int(PayMethod.ALIPAY)
FREIGHT = 1000  # fen
HOUR, MINUTE = 3600, 60
TO_PAY = 30 * MINUTE
HOW_MANY = (1, 1, 1, 1, 1, 1, 2, 2, 2, 3, 3, 4, 5)  # lines of an order
PIECES = (1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 3)
TOLD = 3  # every so-manieth parcel's message is still in the outbox


@dataclass(frozen=True)
class Desk:
    """What every tale of a batch is told with."""

    plan: Plan
    chance: Random
    shelf: Shelf
    customers: Customers
    books: Books
    ids: Ids
    staff: str  # who acts for the shop: `staff:2`


@dataclass
class Line:
    """A line of the order. Price in fen."""

    id: int
    ware: Ware
    count: int
    shipped: int = 0
    refunded: int = 0


class Receipt(NamedTuple):
    """Money that came, in fen."""

    id: int
    amount: int


class Tale:
    """One order; `go_on` leads it as far as the end of the story lets it come."""

    def __init__(self, desk: Desk, n: int) -> None:
        self.desk, self.chance, self.n = desk, desk.chance, n
        self.end, self.add = desk.plan.end, desk.books.add
        self.id, self.number = desk.ids.take("orders"), desk.plan.number(n)
        self.placed_at = self.now = desk.plan.ordered_at(n)
        self.user_id, self.receiver, self.mobile, self.address = desk.customers.choose(
            self.chance, desk.plan.users_at(n)
        )
        self.buyer = f"user:{self.user_id}"
        self.pay_method = ALIPAY if self.chance.random() < 0.88 else CASH
        self.status = UNPAID if self.pay_method == ALIPAY else UNSENT
        self.moved_at = self.paid_at = 0
        self.receipt: Receipt | None = None
        self.lines = [
            Line(desk.ids.take("lines"), ware, self.chance.choice(PIECES))
            for ware in desk.shelf.choose(self.chance, self.chance.choice(HOW_MANY))
        ]
        self.goods = sum(line.ware.price * line.count for line in self.lines)
        self.total = self.goods + FREIGHT

    def goes_on(self, seconds: float) -> bool:
        """Let time pass; False when the story ends before."""
        if self.now + seconds >= self.end:
            return False
        self.now += int(seconds)
        return True

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self.chance.random()

    # what happens ---------------------------------------------------------------------------------------------------

    def place(self) -> None:
        """Stock leaves the shelf, delivered first where there is none."""
        for line in self.lines:
            ware = line.ware
            if ware.pieces < line.count:
                ware.pieces += ware.delivery
                flow_key = f"delivery:{self.number}:{ware.id}"
                at = moment(self.now - HOUR)
                self.add["movements"](
                    ware.id, ware.delivery, 0, "采购入库", None, self.desk.staff, flow_key, "delivery", at
                )
            self.move_stock(line, -line.count, "下单", f"reserve:{self.number}:{ware.id}:1")
        self.note(None, self.buyer, words.PLACED)

    def move_stock(self, line: Line, pieces: int, reason: str, flow_key: str, actor: str = "") -> None:
        line.ware.pieces += pieces
        row = (line.ware.id, pieces, -pieces, reason, self.number, actor or self.buyer, flow_key)
        self.add["movements"](*row, flow_key.partition(":")[0], moment(self.now))

    def note(self, old: int | None, actor: str, reason: str, kind: str = "move") -> None:
        self.add["events"](self.id, kind, old, self.status, actor, reason, moment(self.now))

    def move(self, status: int, actor: str, reason: str) -> None:
        old, self.status, self.moved_at = self.status, status, self.now
        self.note(old, actor, reason)

    def pay(self) -> bool:
        """At the cashier, at the first try or the second; or never, and the clock or the buyer ends it."""
        until = moment(self.placed_at + TO_PAY)
        tries = 2 if self.chance.random() < 0.05 else 1
        is_paid = self.chance.random() < 0.89 and self.goes_on(self.between(20, 15 * MINUTE))
        is_over = not is_paid and self._gives_up()
        for turn in range(1, tries + 1):
            state = "paid" if is_paid and turn == tries else "closed" if is_over or turn < tries else "open"
            trade = self.number if turn == 1 else f"{self.number}_{turn}"
            at = moment(min(self.placed_at + 10 * turn, self.end))
            self.add["attempts"](self.id, turn, trade, yuan(self.total), state, until, at)
        if is_paid:
            self.receive_money("alipay", self.number if tries == 1 else f"{self.number}_{tries}")
            self.paid_at = self.now
            self.move(UNSENT, "alipay", words.PAID)
        return is_paid

    def _gives_up(self) -> bool:
        """Cancelled by the buyer or by the clock; False while the story ends with an unpaid order."""
        by_buyer = self.chance.random() < 0.3
        self.now = self.placed_at
        if not self.goes_on(self.between(MINUTE, TO_PAY) if by_buyer else TO_PAY + self.between(0, MINUTE)):
            return False
        reason = self.chance.choice(words.CANCEL_REASONS) if by_buyer else words.EXPIRED
        self.cancel(self.buyer if by_buyer else "system", reason)
        return True

    def cancel(self, actor: str, reason: str) -> None:
        """The end of an order that nothing was sent of; its stock comes back."""
        self.move(CANCELLED, actor, reason)
        for line in self.lines:
            flow_key = f"release:{self.number}:{line.ware.id}:1"
            self.move_stock(line, line.count, words.RELEASED, flow_key, actor)

    def receive_money(self, method: str, out_trade_no: str) -> None:
        self.receipt = Receipt(self.desk.ids.take("receipts"), self.total)
        trade = f"{self.number[:8]}2200{self.number[8:]}" if method == "alipay" else f"{self.number}_cash1"
        notice = f"{self.number[:8]}0022{self.number[8:]}" if method == "alipay" else self.desk.staff
        at = moment(self.now)
        self.add["receipts"](self.receipt.id, self.id, out_trade_no, trade, yuan(self.total), method, notice, at)

    def send(self) -> bool:
        """In one parcel, or in two; False while something is still here when the story ends."""
        parcels = [self.lines]
        if len(self.lines) > 1 and self.chance.random() < 0.12:
            parcels = [self.lines[:1], self.lines[1:]]
        if not self.goes_on(self.between(2 * HOUR, 40 * HOUR)):
            return False
        for turn, lines in enumerate(parcels, 1):
            if turn > 1 and not self.goes_on(self.between(HOUR, DAY)):
                return False
            self._pack(lines)
            if turn == len(parcels):
                self.move(UNRECEIVED, self.desk.staff, words.ALL_SENT)
            else:
                self.note(self.status, self.desk.staff, words.PARCEL_SENT, "parcel")
        return True

    def _pack(self, lines: list[Line]) -> None:
        parcel, carrier = self.desk.ids.take("shipments"), self.chance.choice(CARRIERS)
        tracking, at = f"SF{parcel:010d}{self.n % 97:02d}", moment(self.now)
        self.add["shipments"](parcel, self.id, carrier, tracking, self.desk.staff, at)
        for line in lines:
            line.shipped = line.count
            self.add["parcels"](parcel, line.id, line.count)
        if parcel % TOLD == 0:
            self.tell(
                f"shipped{parcel}:{self.number}", f"订单 {self.number} 的包裹已由{carrier}发出，运单号 {tracking}。"
            )

    def tell(self, unique_key: str, text: str) -> None:
        """A message that was sent; one in some hundred was given up, and a few of the last hours wait."""
        at, luck = moment(self.now), self.chance.random()
        tries, sent, problem = 1, at, ""
        if luck < 0.004:
            tries, sent, problem = 13, "", "TimeoutError"
        elif self.now > self.end - 6 * HOUR and luck < 0.1:
            tries, sent, problem = 2, "", "ConnectionError"
        row = (unique_key, self.user_id, "sms", self.mobile, f"【美多商城】{text}", tries, at, sent or None, problem)
        self.add["messages"](*row, at)

    def arrive(self) -> bool:
        """In the buyer's hands, as they say or as the clock decides; what is due on delivery is collected."""
        by_buyer = self.chance.random() < 0.7
        if not self.goes_on(self.between(DAY, 7 * DAY) if by_buyer else 10 * DAY + self.between(0, HOUR)):
            return False
        if self.pay_method == CASH:
            self.receive_money("cash", self.number)
        self.move(
            UNREVIEWED, self.buyer if by_buyer else "system", words.RECEIVED if by_buyer else words.RECEIVED_IN_TIME
        )
        return True

    def ask_for_invoice(self) -> None:
        """One in ten; what is older than a week is issued."""
        if self.chance.random() >= 0.1:
            return
        is_company = self.chance.random() < 0.4
        is_issued = self.now < self.end - 7 * DAY
        title = f"{self.receiver}贸易有限公司" if is_company else self.receiver
        self.add["invoices"](
            *(self.id, "company" if is_company else "personal", title),
            *(f"91310000{self.n % 10**10:010d}" if is_company else "", "issued" if is_issued else "asked"),
            *(f"NO{self.id:012d}" if is_issued else "", moment(self.now + DAY) if is_issued else None),
            moment(self.now),
        )

    def write(self) -> None:
        """The order and its lines, as they stand at the end."""
        pay_before = moment(self.placed_at + TO_PAY) if self.pay_method == ALIPAY else None
        touched = moment(self.moved_at or self.placed_at)
        self.add["orders"](
            *(self.id, self.number, self.user_id, f"fill:{self.number}", self.status, self.pay_method),
            *(sum(line.count for line in self.lines), yuan(self.goods), yuan(FREIGHT), yuan(self.total)),
            *(self.receiver, self.mobile, self.address, pay_before, moment(self.paid_at) if self.paid_at else None),
            *(moment(self.moved_at) if self.moved_at else None, moment(self.placed_at), touched),
        )
        for line in self.lines:
            ware = line.ware
            self.add["lines"](
                *(line.id, self.id, ware.id, ware.name, ware.spec_text, ware.image, yuan(ware.price), line.count),
                *(line.shipped, line.refunded),
            )
