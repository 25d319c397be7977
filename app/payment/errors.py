"""What can go wrong with money."""

from app.shared.errors import BadValue, NotFound, NotPossible, marked


class NotPayable(NotPossible):
    """Paid, cancelled, past its deadline, or not paid online."""

    message = marked("订单已不能支付")


class WrongAmount(BadValue):
    """The provider speaks of another amount than the order's: changed nothing, look into it."""

    message = marked("支付金额与订单不符")


class UnknownTrade(NotFound):
    """No attempt of ours carries this number."""

    message = marked("支付单不存在")
