"""Pay addresses the mall handed out: a client may pay without ever visiting the cashier."""

import json
from urllib.parse import parse_qs, urlsplit

from app.sandbox.ledger import Ledger
from app.shared import clock


def parameters(url: str) -> dict[str, str]:
    """The query of a pay address as the gateway would read it."""
    return {key: values[0] for key, values in parse_qs(urlsplit(url).query, keep_blank_values=True).items()}


def out_trade_no(url: str) -> str:
    """The shop's number inside a pay address; "" when it cannot be read."""
    try:
        content = json.loads(parameters(url).get("biz_content", ""))
    except ValueError:
        return ""
    return str(content.get("out_trade_no", "")) if isinstance(content, dict) else ""


def remember(ledger: Ledger, url: str) -> None:
    """Keep the newest address of this number; its signature is checked when it is opened."""
    number = out_trade_no(url)
    if not number:
        return
    with ledger.writing() as connection:
        connection.execute(
            "INSERT INTO pay_urls (out_trade_no, url, seen_at) VALUES (?, ?, ?) ON CONFLICT (out_trade_no)"
            " DO UPDATE SET url = excluded.url, seen_at = excluded.seen_at",
            (number, url, clock.now().timestamp()),
        )


def find(ledger: Ledger, number: str) -> str | None:
    """The remembered address of this number."""
    with ledger.reading() as connection:
        row = connection.execute("SELECT url FROM pay_urls WHERE out_trade_no = ?", (number,)).fetchone()
    return None if row is None else str(row["url"])
