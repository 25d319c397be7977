"""Alipay's page payment on python-alipay-sdk; its address and keys are plain settings (spec: protocols 1)."""

import json
import logging
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from alipay import AliPay
from alipay.exceptions import AliPayException, AliPayValidationError
from alipay.utils import AliPayConfig

from app.gateways.payment import BadSignature, GatewayAway, GatewayRefused, PaymentNotice, PaymentReturn, TradeStatus
from app.shared import clock
from app.shared.money import ZERO, quantize, show

log = logging.getLogger(__name__)

STATUS = {
    "WAIT_BUYER_PAY": TradeStatus.WAITING,
    "TRADE_SUCCESS": TradeStatus.PAID,
    "TRADE_FINISHED": TradeStatus.FINISHED,
    "TRADE_CLOSED": TradeStatus.CLOSED,
}
UNKNOWN_YET = {"10003", "20000"}  # the answer may still come out either way: ask again
SUBJECT_FORBIDS = str.maketrans(dict.fromkeys("/=&", " "))


class _ChinaTime(AliPay):
    """The SDK stamps requests with the machine's own clock; Alipay wants China's."""

    def build_body(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        body: dict[str, Any] = super().build_body(*args, **kwargs)
        body["timestamp"] = _china(clock.now())
        return body


class AlipayGateway:
    """One per process; the SDK keeps keys, not connections."""

    def __init__(
        self,
        *,
        gateway: str,
        app_id: str,
        seller_id: str,
        app_private_key: str,
        alipay_public_key: str,
        notify_url: str,
        return_url: str,
        timeout_s: float = 10,
    ) -> None:
        self._sdk = _ChinaTime(
            appid=app_id,
            app_notify_url=notify_url,
            app_private_key_string=_pem(app_private_key, "RSA PRIVATE KEY"),
            alipay_public_key_string=_pem(alipay_public_key, "PUBLIC KEY"),
            sign_type="RSA2",
            config=AliPayConfig(timeout=timeout_s),
        )
        self._sdk._gateway = gateway  # the SDK knows two addresses only; ours is a setting
        self._gateway, self._app_id, self._seller_id, self._return_url = gateway, app_id, seller_id, return_url

    def pay_url(self, out_trade_no: str, amount: Decimal, subject: str, expires_at: datetime) -> str:
        """Gateway plus signed query; `time_expire` is the order's own deadline in China time."""
        query = self._sdk.api_alipay_trade_page_pay(
            subject=subject.translate(SUBJECT_FORBIDS)[:256],
            out_trade_no=out_trade_no,
            total_amount=show(amount),
            return_url=self._return_url,
            time_expire=_china(expires_at),
        )
        return f"{self._gateway}?{query}"

    def read_notice(self, form: Mapping[str, str]) -> PaymentNotice:
        """Signature, app id and seller first; only then is a word of it believed."""
        fields = self._verified(form)
        if fields.get("seller_id") != self._seller_id:
            raise BadSignature(reason="seller_id")
        return _notice(fields, fields.get("notify_id", ""), raw=json.dumps(fields, ensure_ascii=False))

    def read_return(self, query: Mapping[str, str]) -> PaymentReturn:
        """The browser came back; it carries no trade state at all."""
        fields = self._verified(query)
        return PaymentReturn(fields.get("out_trade_no", ""), fields.get("trade_no", ""))

    def query(self, out_trade_no: str, trade_id: str = "") -> PaymentNotice:
        """alipay.trade.query; an unknown trade is NONE (the buyer never opened the cashier)."""
        which = {"out_trade_no": out_trade_no} | ({"trade_no": trade_id} if trade_id else {})
        answer = self._ask("alipay.trade.query", **which)
        if answer.get("sub_code") == "ACQ.TRADE_NOT_EXIST":
            return PaymentNotice("", out_trade_no, "", ZERO, ZERO, TradeStatus.NONE)
        self._expect_success(answer)
        return _notice(answer, f"query-{answer.get('trade_no', '')}", raw=json.dumps(answer, ensure_ascii=False))

    def close(self, out_trade_no: str) -> TradeStatus:
        """alipay.trade.close fails once paid, so a failure is looked into before anything is cancelled."""
        answer = self._ask("alipay.trade.close", out_trade_no=out_trade_no)
        if answer.get("code") == "10000":
            return TradeStatus.CLOSED
        if answer.get("sub_code") == "ACQ.TRADE_NOT_EXIST":
            return TradeStatus.NONE
        return self.query(out_trade_no).status

    def refund(self, trade_id: str, request_no: str, amount: Decimal, reason: str) -> Decimal:
        """alipay.trade.refund; asking again with the same number pays nothing more."""
        answer = self._ask(
            "alipay.trade.refund",
            trade_no=trade_id,
            refund_amount=show(amount),
            refund_reason=reason[:256],
            out_request_no=request_no,
        )
        self._expect_success(answer)
        return _amount(answer.get("refund_fee", "0"))

    def refunded(self, trade_id: str, request_no: str) -> Decimal | None:
        """alipay.trade.fastpay.refund.query: done only when it says REFUND_SUCCESS."""
        answer = self._ask("alipay.trade.fastpay.refund.query", trade_no=trade_id, out_request_no=request_no)
        if answer.get("code") != "10000" or answer.get("refund_status") != "REFUND_SUCCESS":
            return None
        return _amount(answer.get("refund_amount", "0"))

    def _verified(self, given: Mapping[str, str]) -> dict[str, str]:
        """A copy without sign and sign_type (the SDK changes what it is given, and raises on an odd sign_type)."""
        fields = dict(given)
        signature = fields.pop("sign", "")
        if fields.get("sign_type") != "RSA2" or not signature:
            raise BadSignature(reason="sign_type")
        try:
            good = self._sdk.verify(dict(fields), signature)
        except (ValueError, TypeError, AliPayException) as problem:
            raise BadSignature(reason="unreadable") from problem
        if not good:
            raise BadSignature(reason="sign")
        if fields.get("app_id") != self._app_id:
            raise BadSignature(reason="app_id")
        return fields

    def _ask(self, method: str, **content: str) -> dict[str, Any]:
        """A signed call and its verified reply; silence and unknown outcomes are GatewayAway."""
        try:
            answer = dict(self._sdk.server_api(method, content))
        except (OSError, ValueError, KeyError, AliPayException, AliPayValidationError) as problem:
            log.warning("%s failed: %s", method, type(problem).__name__)
            raise GatewayAway(call=method) from problem
        if str(answer.get("code")) in UNKNOWN_YET or answer.get("sub_code") == "ACQ.SYSTEM_ERROR":
            raise GatewayAway(call=method)
        return answer

    def _expect_success(self, answer: Mapping[str, Any]) -> None:
        if answer.get("code") != "10000":
            raise GatewayRefused(sub_code=str(answer.get("sub_code", answer.get("code", ""))))


def _china(moment: datetime) -> str:
    return clock.local(moment).strftime("%Y-%m-%d %H:%M:%S")


def _pem(given: str, kind: str) -> str:
    """Alipay's key tool hands out one line of base64 without a header."""
    text = given.strip()
    return text if text.startswith("-----") else f"-----BEGIN {kind}-----\n{text}\n-----END {kind}-----"


def _notice(fields: Mapping[str, Any], notice_id: str, raw: str) -> PaymentNotice:
    return PaymentNotice(
        notice_id=str(notice_id)[:64],
        out_trade_no=str(fields.get("out_trade_no", "")),
        trade_id=str(fields.get("trade_no", "")),
        amount=_amount(fields.get("total_amount", "0")),
        refunded=_amount(fields.get("refund_fee") or "0"),
        status=STATUS.get(str(fields.get("trade_status")), TradeStatus.NONE),
        raw=raw,
        request_no=str(fields.get("out_biz_no") or "")[:64],
    )


def _amount(text: Any) -> Decimal:
    try:
        return quantize(Decimal(str(text)))
    except InvalidOperation as problem:
        raise BadSignature(reason="amount") from problem
