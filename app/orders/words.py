"""The words for states and ways to pay; the edge translates them."""

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
