"""What can go wrong with an order."""

from app.shared.errors import BadValue, DomainError, Missing, NotPossible, marked


class NothingToSettle(Missing):
    """Nothing is ticked in the cart."""

    message = marked("购物车中没有勾选任何商品")


class TermsChanged(DomainError):
    """What the shopper saw is no longer true; `changes` lists the differences."""

    code, http_status, message = "5201", 409, marked("商品信息有变化，请核对后重新提交")


class IllegalMove(NotPossible):
    """The state table does not allow this move."""

    message = marked("订单当前状态不能执行此操作")


class TotalTooLarge(BadValue):
    """More than one order's amount can hold."""

    message = marked("订单金额过大，请分开下单")
