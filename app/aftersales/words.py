"""The words for kinds, states and reasons; the edge translates them."""

from app.aftersales.states import Kind, State
from app.shared.errors import marked

KIND = {Kind.REFUND: marked("仅退款"), Kind.RETURN: marked("退货退款")}
STATE = {
    State.ASKED: marked("等待审核"),
    State.APPROVED: marked("审核通过"),
    State.REFUSED: marked("已拒绝"),
    State.CANCELLED: marked("已撤销"),
    State.GOODS_BACK: marked("已收到退货"),
    State.PAYING: marked("退款中"),
    State.PAID: marked("已退款"),
}
REASONS = {
    "unwanted": marked("不想要了"),
    "wrong_order": marked("拍错或多拍"),
    "slow": marked("迟迟不发货"),
    "broken": marked("商品破损或有故障"),
    "not_as_shown": marked("与描述不符"),
    "wrong_goods": marked("发错货或少发"),
    "other": marked("其他"),
}

ASKED = marked("提交售后申请")
APPROVED = marked("商家同意")
APPROVED_IN_PART = marked("商家同意一部分")
OPENED_BY_STAFF = marked("商家代为提交")
CANCELLED = marked("买家撤销申请")
GOODS_BACK = marked("商家收到退货")
PAYING = marked("开始退款")
PAID = marked("退款完成")
BY_STAFF = marked("商家取消订单并退款")
STOCK_BACK = marked("售后退回库存")
ORDER_ENDED = marked("商品已全部退款，订单结束")

SMS = {
    State.ASKED: marked("您的售后申请 %(number)s 已提交，金额 ¥%(amount)s，我们会尽快处理。"),
    State.APPROVED: marked("您的退货申请 %(number)s 已通过，请寄回商品，收到后退款 ¥%(amount)s。"),
    State.REFUSED: marked("您的售后申请 %(number)s 未通过：%(reason)s"),
    State.PAYING: marked("您的售后申请 %(number)s 已通过，¥%(amount)s 将退回，请留意到账。"),
    State.PAID: marked("售后单 %(number)s 的退款 ¥%(amount)s 已完成。"),
}
