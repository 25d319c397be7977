"""What can go wrong with an order."""

from app.shared.errors import BadValue, Busy, DomainError, Missing, NotPossible, marked


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


class NothingToShip(NotPossible):
    """No such piece is left to send: it has been sent, given up, or was never ordered."""

    message = marked("没有可以发货的商品，可能已被他人发出")


class KnownParcel(NotPossible):
    """The order already has a parcel of this number: most likely the button was pressed twice."""

    message = marked("该运单号已登记过")


class AskForRefund(NotPossible):
    """A paid order is not cancelled but refunded."""

    message = marked("订单已付款，请走退款流程")


class InvoiceIssued(NotPossible):
    """What is printed stays."""

    message = marked("发票已开具，不能修改")


class NoInvoice(NotPossible):
    """Nobody has asked for one."""

    message = marked("买家没有申请发票")


class StillWaiting(Busy):
    """The wish is in the queue and no answer has come yet; the same submit token may ask again."""

    message = marked("订单正在排队处理，请稍候")


class NoTable(BadValue):
    """What came is no table, or an empty one."""

    message = marked("没有读到任何一行，请上传 CSV 文件或粘贴表格内容")


class TableTooLong(BadValue):
    """More than is sent in one go."""

    message = marked("一次最多 %(most)s 行，请分开处理")
