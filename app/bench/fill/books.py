"""The sheets of one batch of orders, and how they come into the tables: all in one transaction."""

from typing import Any

from sqlalchemy import func, select, update

from app.aftersales.models import AfterSale, AfterSaleEvent, AfterSaleLine
from app.bench.fill.sheets import Sheet
from app.goods import stock
from app.goods.models import SKU, StockMovement
from app.orders.models import Invoice, Order, OrderEvent, OrderLine, Shipment, ShipmentLine
from app.outbox.models import Message
from app.payment.models import PaymentAttempt, Receipt, Refund
from app.reviews.models import Review
from app.shared.db import Base, db
from app.shared.uow import unit_of_work

SHEETS: dict[str, tuple[Any, ...]] = {
    "orders": (
        *(Order, "id", "number", "user_id", "submit_token", "status", "pay_method", "total_count", "goods_amount"),
        *("freight", "total_amount", "receiver", "mobile", "address_text", "pay_before", "paid_at", "moved_at"),
        *("created_at", "updated_at"),
    ),
    "lines": (
        *(OrderLine, "id", "order_id", "sku_id", "name", "spec_text", "image", "price", "count", "shipped"),
        "refunded",
    ),
    "events": (OrderEvent, "order_id", "kind", "old_status", "new_status", "actor", "reason", "created_at"),
    "movements": (
        *(StockMovement, "sku_id", "stock_delta", "sales_delta", "reason", "order_number", "actor", "flow_key"),
        *("kind", "created_at"),
    ),
    "attempts": (
        *(PaymentAttempt, "order_id", "sequence", "out_trade_no", "amount", "state", "expires_at", "created_at"),
    ),
    "receipts": (
        *(Receipt, "id", "order_id", "out_trade_no", "trade_id", "amount", "method", "notice_id", "created_at"),
    ),
    "shipments": (Shipment, "id", "order_id", "carrier", "tracking_number", "actor", "created_at"),
    "parcels": (ShipmentLine, "shipment_id", "order_line_id", "count"),
    "invoices": (Invoice, "order_id", "kind", "title", "tax_number", "state", "number", "issued_at", "created_at"),
    "documents": (
        *(AfterSale, "id", "number", "order_id", "user_id", "submit_token", "kind", "state", "is_unsent", "reason"),
        *("words", "goods_amount", "freight", "amount", "created_at", "updated_at"),
    ),
    "document_lines": (AfterSaleLine, "after_sale_id", "order_line_id", "sku_id", "price", "count"),
    "document_events": (*(AfterSaleEvent, "after_sale_id", "old_state", "new_state", "actor", "reason", "created_at"),),
    "refunds": (
        *(Refund, "order_id", "receipt_id", "request_no", "amount", "reason", "state", "after_sale_id", "tries"),
        *("reference", "done_at", "created_at"),
    ),
    "reviews": (
        *(Review, "order_line_id", "sku_id", "user_id", "score", "text", "is_anonymous", "state", "created_at"),
        "updated_at",
    ),
    "messages": (
        *(Message, "unique_key", "user_id", "kind", "to", "text", "tries", "due_at", "sent_at", "last_error"),
        "created_at",
    ),
}
# rows that others point at get their ids here
NUMBERED = {"orders": Order, "lines": OrderLine, "receipts": Receipt, "shipments": Shipment, "documents": AfterSale}


class Books:
    """Sheets by name, in the order in which they are written: what is pointed at comes first."""

    def __init__(self) -> None:
        self.sheets = {name: Sheet(*columns) for name, columns in SHEETS.items()}
        self.add = {name: sheet.add for name, sheet in self.sheets.items()}


class Ids:
    """The next free id of each table whose rows are pointed at; nobody else writes while a shop is filled."""

    def __init__(self) -> None:
        self.next = {name: last_id(model) + 1 for name, model in NUMBERED.items()}

    def take(self, name: str) -> int:
        self.next[name] += 1
        return self.next[name] - 1


def last_id(model: type[Base]) -> int:
    """The highest id of a table; 0 for an empty one."""
    key: Any = model.__table__.c["id"]
    return int(db.session.scalar(select(func.max(key))) or 0)


@unit_of_work
def write(books: Books) -> int:
    """One batch: its rows, and then the numbers that follow from them; how many rows."""
    line = db.session.connection()
    before, reviews_before = last_id(StockMovement), last_id(Review)
    is_sqlite = line.dialect.name == "sqlite"
    if not is_sqlite:  # every row points at one of this batch or at one that was read: nothing to look up twice
        line.exec_driver_sql("SET foreign_key_checks=0")
    try:
        rows = sum(sheet.write(line) for sheet in books.sheets.values())
    finally:
        if not is_sqlite:
            line.exec_driver_sql("SET foreign_key_checks=1")
    stock.follow_ledger(before)
    _count_reviews(reviews_before)
    return rows


def _count_reviews(after_id: int) -> None:
    """The counters of the SKUs grow by the reviews that were just written and are shown."""
    new = select(Review.sku_id, func.count().label("rows"), func.sum(Review.score).label("points"))
    grown = new.where(Review.id > after_id, Review.is_shown).group_by(Review.sku_id).subquery()
    db.session.execute(
        update(SKU)
        .where(SKU.id == grown.c.sku_id)
        .values(
            comments=SKU.comments + grown.c.rows,
            score_total=SKU.score_total + grown.c.points,
            updated_at=SKU.updated_at,
        )
        .execution_options(synchronize_session=False)
    )
