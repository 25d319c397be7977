"""The second half of an order's tale: what was given up before it left, came back later, or was praised."""

from app.aftersales import words
from app.bench.fill.sheets import DAY, Value, moment, yuan
from app.bench.fill.tales import (
    ALIPAY,
    CANCELLED,
    FINISHED,
    FREIGHT,
    HOUR,
    MINUTE,
    UNREVIEWED,
    Desk,
    Line,
    Tale,
)
from app.orders import words as order_words

SCORES = (5, 5, 5, 5, 5, 5, 4, 4, 4, 3, 2, 1)
PRAISE = (
    "质量很好，物流也快。",
    "和描述一致，值得购买。",
    "包装完好，客服耐心。",
    "第二次买了，一如既往。",
    "性价比不错。",
)
BLAME = ("比想象的小一些。", "发货慢了两天。", "颜色与图片有差别。", "用了一周有点小问题。")
STOCK_BACK, BY_STAFF = words.STOCK_BACK, words.BY_STAFF


def tell(desk: Desk, n: int) -> None:
    """One order from its placing to the end of the story."""
    tale = Tale(desk, n)
    tale.place()
    if tale.pay_method != ALIPAY or tale.pay():
        _deliver(tale)
    tale.write()


def _deliver(tale: Tale) -> None:
    tale.ask_for_invoice()
    luck = tale.chance.random()
    if luck < 0.015 and _ends_unsent(tale):
        return
    if not tale.send() or not tale.arrive():
        return
    if tale.chance.random() < 0.03:
        _comes_back(tale)
    _is_reviewed(tale)


def _ends_unsent(tale: Tale) -> bool:
    """Before anything left: a paid order is refunded whole by its document, one on delivery is cancelled."""
    if not tale.goes_on(tale.between(10 * MINUTE, 2 * HOUR)):
        return False
    staff = tale.desk.staff
    if tale.pay_method != ALIPAY:
        tale.cancel(staff, "联系不上买家")
        return True
    document = Document(tale, tale.lines, [line.count for line in tale.lines], "refund", is_unsent=True)
    document.step("asked", staff, BY_STAFF)
    document.step("approved", staff, "缺货，与买家协商取消")
    document.take_back(STOCK_BACK)
    document.step("paying", staff, words.PAYING)
    tale.move(CANCELLED, staff, words.ORDER_ENDED)
    document.pay_back()
    document.write()
    return True


def _comes_back(tale: Tale) -> None:
    """One line, wholly or in part, within the days for asking; how far it got depends on luck and time."""
    at = tale.now
    if not tale.goes_on(tale.between(HOUR, 5 * DAY)):
        return
    line = tale.chance.choice(tale.lines)
    kind = "return" if tale.chance.random() < 0.6 else "refund"
    document = Document(tale, [line], [tale.chance.randint(1, line.count)], kind, is_unsent=False)
    document.step("asked", tale.buyer, words.ASKED)
    luck = tale.chance.random()
    if luck < 0.1:
        if tale.goes_on(tale.between(HOUR, DAY)):
            document.step("cancelled", tale.buyer, words.CANCELLED)
    elif tale.goes_on(tale.between(HOUR, 2 * DAY)):
        if luck < 0.25:
            document.step("refused", tale.desk.staff, "已超出质保范围")
        else:
            _is_approved(tale, document)
    document.write()
    tale.now = max(at, min(tale.now, at + 12 * DAY))


def _is_approved(tale: Tale, document: "Document") -> None:
    staff = tale.desk.staff
    document.step("approved", staff, words.APPROVED)
    document.give_up()
    if document.kind == "return":
        if not tale.goes_on(tale.between(DAY, 5 * DAY)):
            return
        document.step("goods_back", staff, words.GOODS_BACK)
        document.take_back(STOCK_BACK, gives_up=False)
    document.step("paying", staff, words.PAYING)
    document.pay_back()


def _is_reviewed(tale: Tale) -> None:
    """By the buyer, whole or in part; or not, and the clock ends the order."""
    if tale.status != UNREVIEWED:
        return
    received, luck = tale.moved_at, tale.chance.random()
    if luck < 0.45 and tale.goes_on(tale.between(HOUR, 2 * DAY)):
        is_whole = luck < 0.35 or len(tale.lines) == 1
        for line in tale.lines if is_whole else tale.lines[:1]:
            _review(tale, line)
        if is_whole:
            tale.move(FINISHED, tale.buyer, order_words.FINISHED)
            return
    tale.now = max(tale.now, received)
    if tale.goes_on(received + 15 * DAY + 60 - tale.now):
        tale.move(FINISHED, "system", order_words.FINISHED_IN_TIME)


def _review(tale: Tale, line: Line) -> None:
    chance = tale.chance
    score, at = chance.choice(SCORES), moment(tale.now)
    text = chance.choice(PRAISE if score > 3 else BLAME)
    is_anonymous = int(chance.random() < 0.2)
    state = "shown" if chance.random() < 0.99 else "hidden"
    tale.add["reviews"](line.id, line.ware.id, tale.user_id, score, text, is_anonymous, state, at, at)


class Document:
    """An after-sales document on some lines of an order; amounts in fen."""

    def __init__(self, tale: Tale, lines: list[Line], counts: list[int], kind: str, *, is_unsent: bool) -> None:
        self.tale, self.kind, self.is_unsent = tale, kind, is_unsent
        self.lines, self.counts = lines, counts
        self.id, self.state, self.asked_at = tale.desk.ids.take("documents"), "", tale.now
        self.number = f"S{tale.number}"
        self.goods = sum(line.ware.price * count for line, count in zip(lines, counts, strict=True))
        self.freight = FREIGHT if is_unsent else 0
        self.reason = tale.chance.choice(list(words.REASONS))

    def step(self, state: str, actor: str, reason: str) -> None:
        """Move, and a line in its diary."""
        old, self.state = self.state or None, state
        self.tale.add["document_events"](self.id, old, state, actor, reason, moment(self.tale.now))

    def give_up(self) -> None:
        """The pieces count as given up."""
        for line, count in zip(self.lines, self.counts, strict=True):
            line.refunded += count

    def take_back(self, reason: str, *, gives_up: bool = True) -> None:
        """The pieces are on the shelf again."""
        if gives_up:
            self.give_up()
        for line, count in zip(self.lines, self.counts, strict=True):
            flow_key = f"aftersale:{self.id}:{line.ware.id}"
            self.tale.move_stock(line, count, reason, flow_key, self.tale.desk.staff)

    def pay_back(self) -> None:
        """The refund; done an hour later, or due when the story ends before."""
        tale, receipt = self.tale, self.tale.receipt
        assert receipt is not None, "money goes back only where money came"
        asked = moment(tale.now)
        is_done = tale.goes_on(tale.between(MINUTE, HOUR))
        if is_done:
            self.step("paid", "system", words.PAID)
        done_at: Value = moment(tale.now) if is_done else None
        reference = "现金已退" if is_done and tale.pay_method != ALIPAY else ""
        tale.add["refunds"](
            *(tale.id, receipt.id, f"{tale.number}s{self.id}r{receipt.id}", yuan(self.goods + self.freight)),
            *(words.REASONS[self.reason], "done" if is_done else "due", self.id, int(is_done), reference),
            *(done_at, asked),
        )
        said = f"售后单 {self.number} 的退款 ¥{(self.goods + self.freight) / 100:.2f} 已完成。"
        tale.tell(f"aftersale:{self.number}:{self.state}", said)

    def write(self) -> None:
        """The document and its lines, as they stand at the end."""
        tale, now = self.tale, moment(self.tale.now)
        tale.add["documents"](
            *(self.id, self.number, tale.id, tale.user_id, f"fill:{self.number}", self.kind, self.state),
            *(int(self.is_unsent), self.reason, "", yuan(self.goods), yuan(self.freight)),
            *(yuan(self.goods + self.freight), moment(self.asked_at), now),
        )
        for line, count in zip(self.lines, self.counts, strict=True):
            tale.add["document_lines"](self.id, line.id, line.ware.id, yuan(line.ware.price), count)
