"""The words for states, ways to pay, and what happens to orders; the edge translates them."""

from app.orders.models import OrderStatus, PayMethod
from app.shared.errors import marked

STATUS = {
    OrderStatus.UNPAID: marked("待支付"),
    OrderStatus.UNSENT: marked("待发货"),
    OrderStatus.UNRECEIVED: marked("待收货"),
    OrderStatus.UNREVIEWED: marked("待评价"),
    OrderStatus.FINISHED: marked("已完成"),
    OrderStatus.CANCELLED: marked("已取消"),
}
PAY_METHOD = {PayMethod.CASH: marked("货到付款"), PayMethod.ALIPAY: marked("支付宝")}

PLACED = marked("订单已提交")
PAID = marked("付款成功")
PAID_LATE = marked("付款晚到，库存仍在，订单恢复")
EXPIRED = marked("超过付款期限，订单自动取消")
CANCELLED_BY_BUYER = marked("买家取消订单")
RELEASED = marked("取消订单，归还库存")
PARCEL_SENT = marked("包裹已发出")
ALL_SENT = marked("商品已全部发出")
RECEIVED = marked("买家确认收货")
RECEIVED_FOR_BUYER = marked("客服确认收货")
RECEIVED_IN_TIME = marked("超过收货期限，自动确认收货")
FINISHED = marked("订单完成")
FINISHED_IN_TIME = marked("超过评价期限，订单自动完成")
CANCEL_WANTED = marked("客服要求取消，正在关闭支付")

# why staff cannot do it now, in the words of the state
NOT_SENT = {
    OrderStatus.UNPAID: marked("订单还没有付款，不能发货"),
    OrderStatus.UNRECEIVED: marked("订单已全部发出，不能再发货"),
    OrderStatus.UNREVIEWED: marked("买家已收货，不能再发货"),
    OrderStatus.FINISHED: marked("订单已完成，不能再发货"),
    OrderStatus.CANCELLED: marked("订单已取消，不能发货"),
}
NOT_ENDED = {
    OrderStatus.UNSENT: marked("订单已有包裹发出，不能取消，剩余商品请走退款流程"),
    OrderStatus.UNRECEIVED: marked("订单已发出，不能取消，请走退货流程"),
    OrderStatus.UNREVIEWED: marked("买家已收货，不能取消，请走退货流程"),
    OrderStatus.FINISHED: marked("订单已完成，不能取消，请走退货流程"),
    OrderStatus.CANCELLED: marked("订单已经取消过了"),
}
NOT_RECEIVED = {
    OrderStatus.UNPAID: marked("订单还没有付款，不能确认收货"),
    OrderStatus.UNSENT: marked("订单还没有全部发出，不能确认收货"),
    OrderStatus.UNREVIEWED: marked("订单已经确认收货了"),
    OrderStatus.FINISHED: marked("订单已经确认收货了"),
    OrderStatus.CANCELLED: marked("订单已取消，不能确认收货"),
}

# why a buyer cancels: what the form offers, beside words of one's own
CANCEL_REASONS = (
    marked("不想买了"),
    marked("地址或电话填错了"),
    marked("商品选错了"),
    marked("付款遇到问题"),
    marked("发货太慢"),
)
INVOICE_KIND = {"personal": marked("个人"), "company": marked("单位")}
INVOICE_STATE = {"asked": marked("已申请，等待开具"), "issued": marked("已开具")}

INVOICE_TAB = {"asked": marked("待开具"), "issued": marked("已开具")}

_ACTORS = {"user": marked("买家"), "staff": marked("客服"), "cli": marked("客服"), "system": marked("系统")}
_PROVIDER = marked("支付宝")


def actor(name: str) -> str:
    """Who did it, as a buyer may read it: `staff:3` is 客服, and no name."""
    return _ACTORS.get(name.split(":")[0], _PROVIDER if name == "alipay" else _ACTORS["system"])
