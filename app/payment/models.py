"""Money: attempts to be paid, receipts of what came, refunds of what goes back. Rows are only added or completed."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.shared.db import Base, When, created_at, key32, key64, long_text, money, pk, str64, str200


class PaymentAttempt(Base):
    """One trade offered at the cashier; the first carries the order's number, later ones `<number>_2` …"""

    __tablename__ = "payment_attempts"
    __table_args__ = (
        UniqueConstraint("order_id", "sequence"),
        CheckConstraint("amount > 0", name="amount_positive"),
    )
    id: Mapped[pk]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="RESTRICT"), index=True)
    sequence: Mapped[int]
    out_trade_no: Mapped[key64] = mapped_column(unique=True)
    amount: Mapped[money]
    state: Mapped[key32]  # open | paid | closed
    expires_at: Mapped[datetime] = mapped_column(When())
    created_at: Mapped[created_at]


class Receipt(Base):
    """Money that came: one row a trade of the provider."""

    __tablename__ = "receipts"
    __table_args__ = (CheckConstraint("amount > 0", name="amount_positive"),)
    id: Mapped[pk]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="RESTRICT"), index=True)
    out_trade_no: Mapped[key64] = mapped_column(index=True)
    trade_id: Mapped[key64] = mapped_column(unique=True)
    amount: Mapped[money]
    method: Mapped[key32]
    notice_id: Mapped[key64]
    raw: Mapped[str] = mapped_column(long_text(), default="")
    created_at: Mapped[created_at]


class Refund(Base):
    """Money to give back: `request_no` stays the same over retries, so the provider pays it once."""

    __tablename__ = "refunds"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("tries >= 0", name="tries_not_negative"),
    )
    id: Mapped[pk]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="RESTRICT"), index=True)
    receipt_id: Mapped[int] = mapped_column(ForeignKey("receipts.id", ondelete="RESTRICT"), index=True)
    request_no: Mapped[key64] = mapped_column(unique=True)
    amount: Mapped[money]
    reason: Mapped[str200]
    state: Mapped[key32]  # due | done
    after_sale_id: Mapped[int | None] = mapped_column(ForeignKey("after_sales.id", ondelete="RESTRICT"), index=True)
    tries: Mapped[int] = mapped_column(default=0, server_default="0")  # counted before the provider is asked
    reference: Mapped[str64] = mapped_column(default="", server_default="")  # how cash went back
    done_at: Mapped[datetime | None] = mapped_column(When())
    created_at: Mapped[created_at]


class RefundNotice(Base):
    """What the provider told about money it gave back; `refunded` is its sum for the trade so far."""

    __tablename__ = "refund_notices"
    id: Mapped[pk]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="RESTRICT"), index=True)
    notice_id: Mapped[key64] = mapped_column(unique=True)
    trade_id: Mapped[key64]
    request_no: Mapped[key64]
    refunded: Mapped[money]
    raw: Mapped[str] = mapped_column(long_text(), default="")
    created_at: Mapped[created_at]
