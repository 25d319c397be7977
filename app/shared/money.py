"""Decimal in, Decimal out: amounts in yuan with two decimals."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
MOST = Decimal("99999999.99")  # what NUMERIC(10, 2) holds


def quantize(amount: Decimal) -> Decimal:
    """Two decimals, half up, as on a till."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def parse(text: str) -> Decimal:
    """An amount from outside; ValueError unless it is a plain non-negative number of at most two decimals."""
    if len(text) > 12 or not text.replace(".", "", 1).isascii() or not text.replace(".", "", 1).isdigit():
        raise ValueError("not an amount")
    try:
        amount = Decimal(text)
    except InvalidOperation as problem:
        raise ValueError("not an amount") from problem
    if amount != quantize(amount):
        raise ValueError("more than two decimals")
    return quantize(amount)


def show(amount: Decimal) -> str:
    """`11388.00`: the text form used in JSON and for Alipay."""
    return f"{quantize(amount):.2f}"


def to_fen(amount: Decimal) -> int:
    """Yuan to whole fen; ValueError where a fraction of a fen would be lost."""
    fen = amount * 100
    if fen != fen.to_integral_value():
        raise ValueError(f"{amount} is not a whole number of fen")
    return int(fen)


def from_fen(fen: int) -> Decimal:
    """Whole fen to yuan."""
    return (Decimal(fen) / 100).quantize(CENT)
