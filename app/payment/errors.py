"""What can go wrong with money."""

from app.shared.errors import BadValue, Missing, NotFound, NotPossible, marked


class NotPayable(NotPossible):
    """Paid, cancelled, past its deadline, or not paid online."""

    message = marked("订单已不能支付")


class WrongAmount(BadValue):
    """The provider speaks of another amount than the order's: changed nothing, look into it."""

    message = marked("支付金额与订单不符")


class UnknownTrade(NotFound):
    """No attempt of ours carries this number."""

    message = marked("支付单不存在")


class UnknownRefund(NotFound):
    """No refund of ours carries this number, or it is not one that staff pay by hand."""

    message = marked("退款单不存在")


class NoReference(Missing):
    """Cash that goes back leaves a trace: the number of a transfer or of a slip."""

    message = marked("请填写退款凭证号")


class MoreThanReceived(NotPossible):
    """Nobody gets back more than was received."""

    message = marked("退款金额超过可退金额")


class NotOnDelivery(NotPossible):
    """Cash is collected where an order is paid on delivery and has been sent."""

    message = marked("该订单不能登记货到付款收款")


class AlreadyDecided(NotPossible):
    """A colleague, or the next comparison, was faster; the row shows how it stands."""

    message = marked("这条差异刚刚已被处理，没有再做任何更改")


class NotSafe(NotPossible):
    """What this difference needs is a person who decides, not a button."""

    message = marked("这种差异需要人工处理，不能一键修复")


class NotRepaired(NotPossible):
    """Looked at again, it could not be put right."""

    message = marked("没有修复成功，请刷新后查看两边的最新情况")


class NoWhy(Missing):
    """Who accepts a difference says why."""

    message = marked("请填写原因")


class DayAhead(BadValue):
    """There is nothing to compare of a day that has not begun."""

    message = marked("请选择今天或更早的日期")
