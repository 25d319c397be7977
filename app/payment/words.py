"""Why money goes back; shown to staff and sent to the provider."""

from app.shared.errors import marked

TWICE = marked("重复付款")
TOO_LATE = marked("付款晚于订单取消")
OTHER_AMOUNT = marked("付款金额与订单不符")
