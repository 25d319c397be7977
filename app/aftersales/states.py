"""The states of an after-sale document and its allowed moves: the one table that everything asks."""

import enum


class Kind(enum.StrEnum):
    """What the shopper wants: the money alone, or to send the goods back for it."""

    REFUND = "refund"
    RETURN = "return"


class State(enum.StrEnum):
    """Where a document stands."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    GOODS_BACK = "goods_back"
    PAYING = "paying"
    PAID = "paid"


ALLOWED: dict[Kind, dict[State, frozenset[State]]] = {
    Kind.REFUND: {
        State.ASKED: frozenset({State.APPROVED, State.REFUSED, State.CANCELLED}),
        State.APPROVED: frozenset({State.PAYING}),
        State.PAYING: frozenset({State.PAID}),
    },
    Kind.RETURN: {
        State.ASKED: frozenset({State.APPROVED, State.REFUSED, State.CANCELLED}),
        State.APPROVED: frozenset({State.GOODS_BACK}),
        State.GOODS_BACK: frozenset({State.PAYING}),
        State.PAYING: frozenset({State.PAID}),
    },
}

OPEN = frozenset({State.ASKED, State.APPROVED, State.GOODS_BACK, State.PAYING})


def may_move(kind: Kind, old: State, new: State) -> bool:
    """Does the table allow this move? States without a row are ends."""
    return new in ALLOWED[kind].get(old, frozenset())
