"""The shop's books, read whole and held against each other, against the bank, and against the table of states."""

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy import func, select

from app.aftersales.models import AfterSale, AfterSaleLine
from app.goods.models import SKU, StockMovement
from app.orders.events import MOVE
from app.orders.models import ALLOWED, Order, OrderEvent, OrderLine, OrderStatus, PayMethod
from app.payment.models import Receipt, Refund
from app.shared.db import db
from app.shared.money import ZERO
from tests.journeys.bank import Bank

HERE_AGAIN = {"refund": {"approved", "paying", "paid"}, "return": {"goods_back", "paying", "paid"}}
OWED = {"paying", "paid"}


class Books:
    """Everything that is written down, at one moment; the session is left closed, so that no old snapshot stays."""

    def __init__(self) -> None:
        db.session.close()
        self.skus = {sku_id: (stock, sales) for sku_id, stock, sales in self._rows(SKU.id, SKU.stock, SKU.sales)}
        self.orders = {order.id: order for order in db.session.scalars(select(Order))}
        self.lines = list(db.session.scalars(select(OrderLine)))
        self.receipts = list(db.session.scalars(select(Receipt)))
        self.refunds = list(db.session.scalars(select(Refund)))
        self.documents = {each.id: each for each in db.session.scalars(select(AfterSale))}
        self.document_lines = list(db.session.scalars(select(AfterSaleLine)))
        sums = select(
            StockMovement.sku_id, func.sum(StockMovement.stock_delta), func.sum(StockMovement.sales_delta)
        ).group_by(StockMovement.sku_id)
        self.ledger = {sku_id: (int(stock), int(sales)) for sku_id, stock, sales in db.session.execute(sums)}
        self.moves = list(db.session.scalars(select(OrderEvent).where(OrderEvent.kind == MOVE).order_by(OrderEvent.id)))
        db.session.close()

    def _rows(self, *columns: object) -> list[tuple[int, ...]]:
        return [tuple(row) for row in db.session.execute(select(*columns))]  # type: ignore[call-overload]  # any columns

    def check_stock(self, brought_in: Mapping[int, int]) -> None:
        """Ledger = stock ≥ 0, and what was brought in is on the shelf or in an order that stands."""
        assert self.ledger == self.skus, "the ledger is not the stock"
        assert all(stock >= 0 and sales >= 0 for stock, sales in self.skus.values()), self.skus
        out = self._out()
        for sku_id, (stock, sales) in self.skus.items():
            assert stock + out[sku_id] == brought_in[sku_id], f"SKU {sku_id}: {stock} here, {out[sku_id]} out"
            assert sales == out[sku_id]

    def _out(self) -> dict[int, int]:
        """Pieces that orders hold: sold, not cancelled, not back on the shelf."""
        back: dict[int, int] = defaultdict(int)
        for line in self.document_lines:
            document = self.documents[line.after_sale_id]
            comes_back = document.is_unsent or document.kind == "return"
            if comes_back and document.state in HERE_AGAIN[document.kind]:
                back[line.order_line_id] += line.count
        out: dict[int, int] = defaultdict(int)
        for line in self.lines:
            assert 0 <= line.shipped <= line.count
            assert 0 <= line.refunded <= line.count
            assert back[line.id] <= line.refunded
            if self.orders[line.order_id].status != OrderStatus.CANCELLED:
                out[line.sku_id] += line.count - back[line.id]
        return out

    def balance(self, order_id: int) -> Decimal:
        """Money that came and neither went back nor is promised to."""
        came = sum((row.amount for row in self.receipts if row.order_id == order_id), ZERO)
        return came - sum((row.amount for row in self.refunds if row.order_id == order_id), ZERO)

    def check_money(self) -> None:
        """Every order is worth what its state says, to the cent; every document what its refunds say."""
        for order in self.orders.values():
            balance, owed = self.balance(order.id), self._owed(order.id)
            is_alive = order.status not in (OrderStatus.UNPAID, OrderStatus.CANCELLED)
            if order.pay_method == PayMethod.ALIPAY:
                expected = order.total_amount - owed if is_alive else ZERO
                assert balance == expected, f"order {order.id} in {order.status}: {balance}, not {expected}"
            assert 0 <= balance <= order.total_amount
        for document in self.documents.values():
            parts = [row for row in self.refunds if row.after_sale_id == document.id]
            promised = document.amount if document.state in OWED else ZERO
            assert sum((row.amount for row in parts), ZERO) == promised, f"document {document.id}"
            assert (document.state == "paid") == (bool(parts) and all(row.state == "done" for row in parts))
        for receipt in self.receipts:
            assert sum((row.amount for row in self.refunds if row.receipt_id == receipt.id), ZERO) <= receipt.amount

    def _owed(self, order_id: int) -> Decimal:
        return sum((d.amount for d in self.documents.values() if d.order_id == order_id and d.state in OWED), ZERO)

    def check_bank(self, bank: Bank) -> None:
        """The bank knows every receipt, gave back all that is done here, and nothing that is not at least due."""
        trades = {trade.trade_id: trade for trade in bank.trades}
        for receipt in (row for row in self.receipts if row.method == "alipay"):
            trade = trades[receipt.trade_id]
            assert receipt.amount == trade.amount
            ours = {row.request_no: row for row in self.refunds if row.receipt_id == receipt.id}
            for number, amount in trade.refunds.items():
                assert number in ours, f"{number} went back, and nobody here asked for it"
                assert ours[number].amount == amount
            assert {number for number, row in ours.items() if row.state == "done"} <= set(trade.refunds)
            assert trade.given_back <= trade.amount
        known = {row.trade_id for row in self.receipts}
        assert not any(trade.refunds for trade in bank.trades if trade.trade_id not in known)

    def check_states(self) -> None:
        """Each order's diary is a walk along the table that ends where the order stands."""
        where: dict[int, int | None] = dict.fromkeys(self.orders)
        for event in self.moves:
            here = where[event.order_id]
            assert event.old_status == here, f"order {event.order_id}: {event.old_status} after {here}"
            first = (OrderStatus.UNPAID, OrderStatus.UNSENT)
            allowed = first if here is None else ALLOWED[OrderStatus(here)]
            assert event.new_status in allowed, f"order {event.order_id}: {here} → {event.new_status}"
            where[event.order_id] = event.new_status
        assert where == {order_id: order.status for order_id, order in self.orders.items()}

    def check_quiet(self, bank: Bank) -> None:
        """When all notices are in and all refunds paid, the bank's balance of each order is the shop's."""
        assert not any(row.state == "due" and self._method(row.receipt_id) == "alipay" for row in self.refunds)
        of_trade = {row.trade_id: row.order_id for row in self.receipts}
        there: dict[int, Decimal] = defaultdict(lambda: ZERO)
        for trade in bank.paid():
            assert trade.trade_id in of_trade, "money at the bank that the shop never took"
            there[of_trade[trade.trade_id]] += trade.amount - trade.given_back
        for order in self.orders.values():
            assert order.status != OrderStatus.UNPAID
            if order.pay_method == PayMethod.ALIPAY:
                assert there[order.id] == self.balance(order.id), f"order {order.id}"

    def _method(self, receipt_id: int) -> str:
        return next(row.method for row in self.receipts if row.id == receipt_id)
