"""Money: attempts to be paid, receipts of what came, refunds of what goes back. Rows are only added or completed."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.shared.db import BIG, Base, When, created_at, key32, key64, long_text, money, pk, str64, str200


class PaymentAttempt(Base):
    """One trade offered at the cashier; the first carries the order's number, later ones `<number>_2` …"""

    __tablename__ = "payment_attempts"
    __table_args__ = (
        UniqueConstraint("order_id", "sequence"),
        Index("ix_payment_attempts_created_at", "created_at"),
        Index("ix_payment_attempts_state_created_at", "state", "created_at"),
        CheckConstraint("amount > 0", name="amount_positive"),
    )
    id: Mapped[pk]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="RESTRICT"), index=True)
    sequence: Mapped[int]
    out_trade_no: Mapped[key64] = mapped_column(unique=True)
    amount: Mapped[money] = mapped_column(index=True)
    state: Mapped[key32]  # open | paid | closed
    expires_at: Mapped[datetime] = mapped_column(When())
    created_at: Mapped[created_at]


class Receipt(Base):
    """Money that came: one row a trade of the provider."""

    __tablename__ = "receipts"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_positive"),
        Index(
            "ix_receipts_created_at_method_amount", "created_at", "method", "amount"
        ),  # the sums of days read it alone
        Index("ix_receipts_created_at", "created_at"),  # with the key behind it, the order of the list
        Index("ix_receipts_method_created_at", "method", "created_at"),
    )
    id: Mapped[pk]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="RESTRICT"), index=True)
    out_trade_no: Mapped[key64] = mapped_column(index=True)
    trade_id: Mapped[key64] = mapped_column(unique=True)
    amount: Mapped[money] = mapped_column(index=True)
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
        Index("ix_refunds_created_at", "created_at"),
        Index("ix_refunds_state_created_at", "state", "created_at"),
        Index("ix_refunds_state_tries", "state", "tries"),
    )
    id: Mapped[pk]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="RESTRICT"), index=True)
    receipt_id: Mapped[int] = mapped_column(ForeignKey("receipts.id", ondelete="RESTRICT"), index=True)
    request_no: Mapped[key64] = mapped_column(unique=True)
    amount: Mapped[money] = mapped_column(index=True)
    reason: Mapped[str200]
    state: Mapped[key32]  # due | done
    after_sale_id: Mapped[int | None] = mapped_column(ForeignKey("after_sales.id", ondelete="RESTRICT"), index=True)
    tries: Mapped[int] = mapped_column(default=0, server_default="0")  # counted before the provider is asked
    reference: Mapped[str64] = mapped_column(default="", server_default="")  # how cash went back
    done_at: Mapped[datetime | None] = mapped_column(When(), index=True)
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


class Reconciliation(Base):
    """One comparison of our books with the provider's: of a Shanghai day, or of today and whatever is unfinished."""

    __tablename__ = "reconciliations"
    __table_args__ = (CheckConstraint("state IN ('asked', 'running', 'done', 'failed')", name="state_known"),)
    id: Mapped[pk]
    day: Mapped[date | None] = mapped_column(Date(), index=True)
    state: Mapped[key32]
    is_repairing: Mapped[bool]
    actor: Mapped[str64]
    found: Mapped[int] = mapped_column(default=0)
    repaired: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[created_at]
    began_at: Mapped[datetime | None] = mapped_column(When())
    done_at: Mapped[datetime | None] = mapped_column(When())


class Mismatch(Base):
    """A difference that a comparison found: one row for each row of ours and kind, however often it is seen."""

    __tablename__ = "mismatches"
    __table_args__ = (
        UniqueConstraint("about", "about_id", "kind"),
        CheckConstraint("state IN ('open', 'repaired', 'accepted', 'gone')", name="state_known"),
        Index("ix_mismatches_state_last_seen_at", "state", "last_seen_at"),
        Index("ix_mismatches_kind_last_seen_at", "kind", "last_seen_at"),
    )
    id: Mapped[pk]
    about: Mapped[key32]  # attempt | receipt | refund | order
    about_id: Mapped[int] = mapped_column(BIG)
    kind: Mapped[key32]  # one of differences.KINDS
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="RESTRICT"), index=True)
    subject: Mapped[key64]  # trade, request or order number
    here: Mapped[str64]
    there: Mapped[str64]
    state: Mapped[key32]  # open | repaired | accepted | gone (the next look no longer found it)
    reason: Mapped[str200] = mapped_column(default="")  # why it was accepted
    decided_by: Mapped[str64] = mapped_column(default="")
    decided_at: Mapped[datetime | None] = mapped_column(When())
    first_seen_at: Mapped[created_at]
    last_seen_at: Mapped[created_at] = mapped_column(index=True)
    reconciliation_id: Mapped[int | None] = mapped_column(
        ForeignKey("reconciliations.id", ondelete="RESTRICT"), index=True
    )  # the last that saw it
