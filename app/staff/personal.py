"""What of a row may stand in the audit log. Texts are hidden unless they are named here; secrets never show at all."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, LargeBinary, String

from app.shared.tokens import digest

# Tables whose texts speak of goods, pages and rights, never of a person.
OPEN_TABLES = {
    "areas",
    "brands",
    "bulk_edits",
    "categories",
    "category_visits",
    "channel_groups",
    "channels",
    "contents",
    "content_categories",
    "goods_imports",
    "price_changes",
    "redirects",
    "review_words",
    "search_blocked_words",
    "search_hot_words",
    "search_misses",
    "search_synonyms",
    "site_versions",
    "sku_images",
    "sku_specs",
    "skus",
    "spec_options",
    "spec_template_lines",
    "spec_templates",
    "specs",
    "spus",
    "staff_role_permissions",
    "staff_roles",
    "stock_movements",
}
# Texts of other tables that are numbers of papers or words of a list.
OPEN_COLUMNS = {
    "after_sale_events.actor",
    "after_sale_events.new_state",
    "after_sale_events.old_state",
    "after_sales.kind",
    "after_sales.number",
    "after_sales.reason",
    "after_sales.state",
    "invoices.kind",
    "mismatches.decided_by",
    "mismatches.here",
    "mismatches.kind",
    "mismatches.state",
    "mismatches.subject",
    "mismatches.there",
    "invoices.number",
    "invoices.state",
    "order_events.actor",
    "order_events.kind",
    "order_lines.name",
    "order_lines.spec_text",
    "orders.number",
    "outbox_messages.kind",
    "payment_attempts.out_trade_no",
    "payment_attempts.state",
    "reconciliations.actor",
    "reconciliations.state",
    "receipts.method",
    "receipts.out_trade_no",
    "receipts.trade_id",
    "refunds.reason",
    "refunds.reference",
    "refunds.request_no",
    "refunds.state",
    "reviews.answer",
    "reviews.reason",
    "reviews.state",
    "shipments.actor",
    "shipments.carrier",
    "shipments.tracking_number",
    "sign_ins.ended_reason",
}
# Not even a mask or a hash: that they changed is all there is to say.
SECRETS = {
    "users.password_hash",
    "users.email_nonce",
    "sign_ins.browser",
    "orders.submit_token",
    "after_sales.submit_token",
    "staff_totp.secret",
    "staff_recovery_codes.code_hash",
}
LONGEST = 500  # characters of one open text


def told(column: Column[Any], value: Any) -> Any:
    """The value as the log keeps it: as it is, or a mask and a keyed hash, or three dots."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, Decimal | datetime | date):
        return str(value)
    name = f"{column.table.name}.{column.name}"
    if name in SECRETS or isinstance(column.type, LargeBinary):
        return "…"
    text = str(value)
    if not isinstance(column.type, String) or column.table.name in OPEN_TABLES or name in OPEN_COLUMNS:
        return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text)})"
    return hidden(text)


def hidden(text: str) -> str:
    """`138****0003 #9f86d081884c7d65`: enough to compare and to recognise, not enough to know."""
    return f"{mask(text)} #{digest('audit', text)[:16]}" if text else ""


def mask(text: str) -> str:
    """A mobile keeps its ends, an address its first two parts, anything else its first character."""
    if len(text) == 11 and text.isdigit():
        return f"{text[:3]}****{text[7:]}"
    parts = text.split(".")
    if len(parts) == 4 and all(part.isdigit() for part in parts):
        return f"{parts[0]}.{parts[1]}.*.*"
    return f"{text[0]}***" if text else ""
