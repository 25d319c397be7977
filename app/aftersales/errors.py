"""What can go wrong with a refund or a return."""

from app.shared.errors import BadValue, Forbidden, Missing, NotPossible, marked


class NothingAsked(Missing):
    """No piece of any line was chosen."""

    message = marked("请选择要退的商品和数量")


class TooManyPieces(NotPossible):
    """More pieces than the line has left to give back; `left` says how many."""

    message = marked("可退数量不足，请刷新后重试")


class NothingPaid(NotPossible):
    """No money of this order is left to give back."""

    message = marked("该订单没有可退的款项")


class NotReturnable(NotPossible):
    """Before the goods have left there is nothing to send back; an open or ended order knows no after-sales."""

    message = marked("订单当前状态不能申请售后")


class TooLate(NotPossible):
    """Received longer ago than after-sales last; `days` is how long."""

    message = marked("该订单已超过售后期限（收货后 %(days)s 天）")


class GoodsHaveLeft(NotPossible):
    """It was asked while the goods were here; meanwhile they were sent."""

    message = marked("商品已发出，请拒绝此申请，由买家改为退货")


class IllegalStep(NotPossible):
    """The state table does not allow this move."""

    message = marked("售后单当前状态不能执行此操作")


class OverRefundLimit(Forbidden):
    """More at once than the roles of this member of staff allow."""

    message = marked("这笔退款 ¥%(asked)s 超过您的单笔额度 ¥%(most)s，请由额度更高的同事处理")


class OverDailyLimit(Forbidden):
    """With this refund the day would hold more than the roles of this member of staff allow."""

    message = marked("再退 ¥%(asked)s 将超过您今天的退款额度 ¥%(most)s，请由额度更高的同事处理")


class NoReason(BadValue):
    """Staff who refuse say why."""

    message = marked("请填写原因")
