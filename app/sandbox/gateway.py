"""What stands behind gateway.do: every request is checked as Alipay does it, then answered from the ledger."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode, urlsplit

from app.sandbox import alipay, refunds, trades
from app.sandbox.alipay import Refusal, business, read_stamp, stamp
from app.sandbox.keys import Keys
from app.sandbox.ledger import Ledger
from app.sandbox.sender import Merchant
from app.sandbox.trades import Trade, Wish, yuan
from app.shared import clock

PAGE_PAY = "alipay.trade.page.pay"
NUMBER = re.compile(r"[A-Za-z0-9_]{1,64}")
AMOUNT = re.compile(r"\d{1,9}\.\d{2}")
RELATIVE = re.compile(r"(\d{1,5})([mhd])|1c")
MOST_FEN = 100_000_000_00
FORBIDDEN_IN_SUBJECT = frozenset("/=&")
CLOCK_SKEW = timedelta(days=1)

# Alipay's order: what is missing is told before what is wrong, and the signature is checked before the content.
REQUIRED = {
    "method": "method",
    "app_id": "app-id",
    "sign": "signature",
    "sign_type": "signature-type",
    "timestamp": "timestamp",
    "version": "version",
    "charset": "charset",
}

Biz = Mapping[str, object]


@dataclass(frozen=True)
class Call:
    """A request whose signature and common parameters are right."""

    method: str
    biz: Biz
    notify_url: str
    return_url: str


@dataclass(frozen=True)
class Gateway:
    """Alipay's desk: it holds its own private key and knows the shop's public one."""

    ledger: Ledger
    keys: Keys
    merchant: Merchant

    def read(self, params: Mapping[str, str]) -> Call:
        """Check the common parameters and the signature; Refusal otherwise."""
        for name, word in REQUIRED.items():
            if not params.get(name):
                raise Refusal("40001", f"isv.missing-{word}", f"缺少参数 {name}")
        if params["method"] != PAGE_PAY and params["method"] not in METHODS:
            raise Refusal("40002", "isv.invalid-method", "不存在的方法名")
        if params["app_id"] != self.merchant.app_id:
            raise Refusal("40002", "isv.invalid-app-id", "无效的 AppID 参数")
        if params["sign_type"] != "RSA2":
            raise Refusal("40002", "isv.invalid-signature-type", "无效的签名类型")
        if params["charset"].lower() != "utf-8" or params["version"] != "1.0":
            raise Refusal("40002", "isv.invalid-charset", "编码或版本错误")
        if params.get("format", "JSON").upper() != "JSON":
            raise Refusal("40002", "isv.invalid-format", "无效的数据格式")
        message = alipay.string_to_sign(params, alipay.REQUEST)
        if not alipay.is_signed(message, params["sign"], self.keys.app_public_pem):
            raise Refusal("40002", "isv.invalid-signature", "验签出错，请检查签名与密钥")
        _check_timestamp(params["timestamp"])
        return Call(params["method"], _biz(params), _address(params, "notify_url"), _address(params, "return_url"))

    def answer(self, params: Mapping[str, str]) -> bytes:
        """The signed JSON reply of a server-to-server call."""
        key = "error_response"
        try:
            call = self.read(params)
            key = alipay.answer_key(call.method)
            if call.method == PAGE_PAY:
                raise Refusal("40002", "isv.invalid-method", "该接口只能由浏览器打开")
            inner: dict[str, object] = {"code": "10000", "msg": "Success"} | METHODS[call.method](self.ledger, call.biz)
        except Refusal as refusal:
            inner = refusal.fields()
        return alipay.signed_answer(key, inner, self.keys.alipay_private_pem)

    def page_pay(self, params: Mapping[str, str]) -> Trade:
        """The buyer's browser comes with a signed address: make or find the trade; Refusal otherwise."""
        call = self.read(params)
        if call.method != PAGE_PAY:
            raise Refusal("40002", "isv.invalid-method", "不存在的方法名")
        return trades.open_trade(self.ledger, _wish(call))

    def return_address(self, trade: Trade) -> str:
        """return_url with the signed parameters of the synchronous return; there is no trade_status among them."""
        fields = self.merchant.fields() | {
            "method": f"{PAGE_PAY}.return",
            "out_trade_no": trade.out_trade_no,
            "trade_no": trade.trade_no,
            "total_amount": yuan(trade.total_fen),
            "timestamp": stamp(clock.now()),
        }
        signed = alipay.signed_notice(fields, self.keys.alipay_private_pem)
        return trade.return_url + ("&" if "?" in trade.return_url else "?") + urlencode(signed)


def _invalid(field: str) -> Refusal:
    return business("INVALID_PARAMETER", f"参数无效：{field}")


def _check_timestamp(text: str) -> None:
    try:
        sent_at = read_stamp(text)
    except ValueError:
        raise Refusal("40002", "isv.invalid-timestamp", "非法的时间戳参数") from None
    if abs(clock.now() - sent_at) > CLOCK_SKEW:
        raise Refusal("40002", "isv.invalid-timestamp", "时间戳与当前时间相差太大")


def _biz(params: Mapping[str, str]) -> Biz:
    try:
        biz = json.loads(params.get("biz_content", ""))
    except ValueError:
        biz = None
    if not isinstance(biz, dict):
        raise Refusal("40002", "isv.invalid-parameter", "biz_content 不是 JSON 对象")
    return biz


def _address(params: Mapping[str, str], name: str) -> str:
    """An absolute http(s) address; the notify address may not carry a query of its own."""
    url = params.get(name, "")
    if not url:
        return ""
    wrong = Refusal("40002", "isv.invalid-parameter", f"参数无效：{name}")
    try:
        parts = urlsplit(url)
    except ValueError:
        raise wrong from None
    if parts.scheme not in ("http", "https") or not parts.netloc or (name == "notify_url" and parts.query):
        raise wrong
    return url


def _text(biz: Biz, field: str, longest: int, required: bool = False) -> str:
    value = biz.get(field, "")
    if not isinstance(value, str) or len(value) > longest or (required and not value):
        raise _invalid(field)
    return value


def _fen(biz: Biz, field: str) -> int:
    """Yuan as a text with two decimals, 0.01 to 100000000.00; a JSON number is a float somewhere and refused."""
    value = biz.get(field)
    if not isinstance(value, str) or not AMOUNT.fullmatch(value):
        raise _invalid(field)
    fen = int(value.replace(".", ""))
    if not 1 <= fen <= MOST_FEN:
        raise _invalid(field)
    return fen


def _wish(call: Call) -> Wish:
    """The content of a page-pay request, field by field."""
    biz = call.biz
    number = _text(biz, "out_trade_no", 64, required=True)
    subject = _text(biz, "subject", 256, required=True)
    if not NUMBER.fullmatch(number):
        raise _invalid("out_trade_no")
    if FORBIDDEN_IN_SUBJECT & set(subject):
        raise _invalid("subject")
    if biz.get("product_code") != "FAST_INSTANT_TRADE_PAY":
        raise _invalid("product_code")
    return Wish(
        out_trade_no=number,
        total_fen=_fen(biz, "total_amount"),
        subject=subject,
        body=_text(biz, "body", 128),
        passback_params=_text(biz, "passback_params", 512),
        notify_url=call.notify_url,
        return_url=call.return_url,
        time_expire=_deadline(biz),
    )


def _deadline(biz: Biz) -> datetime | None:
    """time_expire wins over timeout_express (1m to 15d, or 1c: until midnight)."""
    if absolute := _text(biz, "time_expire", 19):
        try:
            return read_stamp(absolute)
        except ValueError:
            raise _invalid("time_expire") from None
    relative = _text(biz, "timeout_express", 6)
    if not relative:
        return None
    match = RELATIVE.fullmatch(relative)
    if match is None:
        raise _invalid("timeout_express")
    if relative == "1c":
        return clock.day_start(clock.today() + timedelta(days=1))
    length = int(match[1]) * {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}[match[2]]
    if not timedelta(minutes=1) <= length <= timedelta(days=15):
        raise _invalid("timeout_express")
    return clock.now() + length


def _numbers(biz: Biz) -> tuple[str, str]:
    """(out_trade_no, trade_no); one of them must be there and trade_no wins."""
    number, trade_no = _text(biz, "out_trade_no", 64), _text(biz, "trade_no", 64)
    if not number and not trade_no:
        raise _invalid("out_trade_no")
    return number, trade_no


def _query(ledger: Ledger, biz: Biz) -> dict[str, object]:
    trade = trades.look_up(ledger, *_numbers(biz))
    if trade is None:
        raise business("TRADE_NOT_EXIST", "交易不存在")
    amount = yuan(trade.total_fen)
    received = "0.00" if trade.paid_at is None else amount
    answer: dict[str, object] = {
        "trade_no": trade.trade_no,
        "out_trade_no": trade.out_trade_no,
        "buyer_logon_id": trades.BUYER_LOGON_ID,
        "buyer_user_id": trades.BUYER_ID,
        "buyer_open_id": trades.BUYER_OPEN_ID,
        "trade_status": trade.status,
        "total_amount": amount,
        "receipt_amount": received,
        "buyer_pay_amount": received,
        "invoice_amount": received,
        "point_amount": "0.00",
    }
    if trade.paid_at is not None:
        answer["send_pay_date"] = trades.china(trade.paid_at)
        answer["fund_bill_list"] = [{"amount": amount, "fund_channel": "ALIPAYACCOUNT"}]
    return answer


def _close(ledger: Ledger, biz: Biz) -> dict[str, object]:
    trade = trades.close(ledger, *_numbers(biz))
    return {"trade_no": trade.trade_no, "out_trade_no": trade.out_trade_no}


def _refund(ledger: Ledger, biz: Biz) -> dict[str, object]:
    number, trade_no = _numbers(biz)
    request_no, reason = _text(biz, "out_request_no", 64), _text(biz, "refund_reason", 256)
    done = refunds.refund(ledger, number, trade_no, _fen(biz, "refund_amount"), request_no, reason)
    return {
        "trade_no": done.trade.trade_no,
        "out_trade_no": done.trade.out_trade_no,
        "buyer_logon_id": trades.BUYER_LOGON_ID,
        "buyer_user_id": trades.BUYER_ID,
        "fund_change": "Y" if done.changed else "N",
        "refund_fee": yuan(done.total_refunded_fen),
        "send_back_fee": yuan(done.fen) if done.changed else "0.00",
        "gmt_refund_pay": trades.china(done.refunded_at),
    }


def _refund_query(ledger: Ledger, biz: Biz) -> dict[str, object]:
    """An unknown refund of a known trade is a success without refund_status: only REFUND_SUCCESS means done."""
    request_no = _text(biz, "out_request_no", 64, required=True)
    trade, fen = refunds.find_refund(ledger, *_numbers(biz), request_no)
    answer: dict[str, object] = {"trade_no": trade.trade_no, "out_trade_no": trade.out_trade_no}
    if fen is not None:
        answer |= {
            "out_request_no": request_no,
            "total_amount": yuan(trade.total_fen),
            "refund_amount": yuan(fen),
            "refund_status": "REFUND_SUCCESS",
        }
    return answer


METHODS: dict[str, Callable[[Ledger, Biz], dict[str, object]]] = {
    "alipay.trade.query": _query,
    "alipay.trade.close": _close,
    "alipay.trade.refund": _refund,
    "alipay.trade.fastpay.refund.query": _refund_query,
}
