"""Why money goes back; shown to staff and sent to the provider."""

from app.shared.errors import marked

TWICE = marked("重复付款")
TOO_LATE = marked("付款晚于订单取消")
OTHER_AMOUNT = marked("付款金额与订单不符")

METHOD = {"alipay": marked("支付宝"), "cash": marked("货到付款")}
ATTEMPT_STATE = {"open": marked("等待付款"), "paid": marked("已付款"), "closed": marked("已关闭")}
REFUND_STATE = {"due": marked("待退"), "done": marked("已退")}
RUN_STATE = {
    "asked": marked("排队中"),
    "running": marked("进行中"),
    "done": marked("已完成"),
    "failed": marked("没有完成"),
}
MISMATCH_STATE = {
    "open": marked("待处理"),
    "repaired": marked("已修复"),
    "accepted": marked("已接受"),
    "gone": marked("已消失"),
}
# What a difference means to somebody who has never seen one, and what to do about it
KIND = {
    "paid_there_not_here": (
        marked("渠道已收款，我们没有记账"),
        marked("买家付了钱，但付款通知没有到达。"),
        marked("点“修复”：按渠道的回答记下收款，订单变为已付款；订单若已取消，有货则恢复，无货则原路退回。"),
    ),
    "paid_here_not_there": (
        marked("我们记了收款，渠道没有"),
        marked("账上有这笔钱，渠道却说没有收到。"),
        marked("先不要发货。在渠道后台按交易号查询，确认后联系渠道或技术人员；确认无误可写明原因后接受。"),
    ),
    "amount_differs": (
        marked("金额不一致"),
        marked("渠道记的金额与我们的不同。"),
        marked("在渠道后台核对这笔交易；多付的请走售后退款，少付的请联系买家。处理后写明原因并接受。"),
    ),
    "refund_done_there_not_here": (
        marked("渠道已退款，我们还显示待退"),
        marked("钱已经回到买家手里，但渠道的回答没有到达。"),
        marked("点“修复”：把这笔退款标为已退，不会再退一次。"),
    ),
    "refund_done_here_not_there": (
        marked("我们记了已退，渠道没有退"),
        marked("买家可能还没有收到这笔退款。"),
        marked("在渠道后台按退款单号查询；确实没有退的，请在渠道后台手工退款，再写明原因并接受。"),
    ),
    "refund_amount_differs": (
        marked("退款金额不一致"),
        marked("渠道退的金额与我们要退的不同。"),
        marked("在渠道后台核对，差额与买家协商后补退或追回，写明原因并接受。"),
    ),
    "refund_unknown_here": (
        marked("渠道退了款，我们不知道"),
        marked("有人在渠道后台直接退了钱，账上没有对应的退款。"),
        marked("查明是谁退的；若订单不该继续，请在订单页处理。写明原因并接受。"),
    ),
    "order_without_money": (
        marked("订单在进行，但没有收到足够的钱"),
        marked("订单已付款或已发货，账上的收款却不够。"),
        marked("先不要发货，核对这笔订单的收款记录和操作记录，联系买家补款或取消订单。"),
    ),
    "money_without_order": (
        marked("订单没有在进行，却留着买家的钱"),
        marked("订单未付款或已取消，账上还有没退的收款。"),
        marked("核对收款记录，通过售后或渠道后台把钱退回买家，再写明原因并接受。"),
    ),
    "two_receipts": (
        marked("收到的钱比订单金额多"),
        marked("买家可能付了两次。"),
        marked("核对收款记录，把多收的一笔退回买家，再写明原因并接受。"),
    ),
    "no_answer": (
        marked("渠道没有回答"),
        marked("对账时渠道没有应答或拒绝回答，两边是否一致还不知道。"),
        marked("过一会儿再对一次账；一直没有回答时请检查支付渠道的设置。"),
    ),
}
