"""What is asked of every private address: with whose things, and what another shopper is told.

A new private address without a line here makes test_strangers.py fail.
"""

from dataclasses import dataclass, field
from typing import Any

HERS, OWN = "hers", "own"
ADDRESS = {
    "receiver": "弗雷德",
    "province_id": 130000,
    "city_id": 130100,
    "district_id": 130102,
    "place": "黑街 1 号",
    "mobile": "13800000002",
}


@dataclass(frozen=True)
class Ask:
    """HERS: it names one of her things, and nobody else learns that it exists (404, or 403 where its number says
    nothing). OWN: it reaches the asker's own things only, whatever is sent along."""

    whose: str
    body: dict[str, Any] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)


def asks(lily_id: int, password: str, order: str, trade: str, sku_id: int, picture: str) -> dict[tuple[str, str], Ask]:
    """By endpoint and method; in the order in which the owner can do all of it: what ends things stands last."""
    forged = {"user_id": lily_id, "id": lily_id}
    secret = {"password": password, "old_password": password, "new_password": "a brand new one 7", **forged}
    secret["new_password2"] = secret["password2"] = secret["new_password"]
    return {
        ("account.leaving", "GET"): Ask(OWN),
        ("account.leave_code", "POST"): Ask(OWN, forged),
        ("account.export", "POST"): Ask(OWN, forged),
        ("users.info", "GET"): Ask(OWN, query=forged),
        ("users.security", "GET"): Ask(OWN, query=forged),
        ("users.profile", "GET"): Ask(OWN, query=forged),
        ("users.profile", "POST"): Ask(OWN, {"nickname": "me", **forged}),
        ("users.avatar", "POST"): Ask(OWN, {"picture": picture, **forged}),
        ("users.mobile", "GET"): Ask(OWN),
        ("users.old_mobile_code", "POST"): Ask(OWN, forged),
        ("users.prove_old_mobile", "POST"): Ask(OWN, {"sms_code": "123456", **forged}),
        ("users.new_mobile_code", "POST"): Ask(OWN, {"mobile": "13900000009", **forged}),
        ("users.change_mobile", "POST"): Ask(OWN, {"mobile": "13900000009", "sms_code": "123456", **forged}),
        ("users.email", "GET"): Ask(OWN, query=forged),
        ("users.set_email", "PUT"): Ask(OWN, {"email": "fred@mall.example", **forged}),
        ("users.resend_email", "POST"): Ask(OWN, forged),
        ("users.password", "GET"): Ask(OWN),
        ("users.send_password_code", "POST"): Ask(OWN, forged),
        ("users.change_password", "POST"): Ask(OWN, secret),
        ("users.addresses", "GET"): Ask(HERS, query={"edit": 1, **forged}),
        ("users.create_address", "POST"): Ask(OWN, {**ADDRESS, "id": 1, "address_id": 1, "user_id": lily_id}),
        ("users.address", "PUT"): Ask(HERS, ADDRESS),
        ("users.address_title", "PUT"): Ask(HERS, {"title": "偷"}),
        ("users.default_address", "PUT"): Ask(HERS),
        ("users.devices", "GET"): Ask(OWN, query=forged),
        ("users.browse_histories", "GET"): Ask(OWN, query=forged),
        ("users.browse_histories", "POST"): Ask(OWN, {"sku_id": sku_id, **forged}),
        ("users.history", "GET"): Ask(OWN, query=forged),
        ("users.forget_visit", "DELETE"): Ask(OWN, forged),
        ("users.clear_history", "DELETE"): Ask(OWN, forged),
        ("users.favourites", "GET"): Ask(OWN, query=forged),
        ("users.favourite", "POST"): Ask(OWN, forged),
        ("users.favourite", "DELETE"): Ask(OWN, forged),
        ("users.stock_notices", "GET"): Ask(OWN, query=forged),
        ("users.stock_notice", "POST"): Ask(OWN, forged),
        ("users.stock_notice", "DELETE"): Ask(OWN, forged),
        ("oauth.links", "GET"): Ask(OWN, query=forged),
        ("oauth.link", "POST"): Ask(OWN, forged),
        ("oauth.unlink", "DELETE"): Ask(OWN, forged),
        ("reviews.mine", "GET"): Ask(OWN, query=forged),
        ("reviews.write", "GET"): Ask(HERS, query={"order_id": order}),
        ("reviews.submit", "POST"): Ask(
            HERS, {"order_id": order, "sku_id": sku_id, "comment": "偷来的评价", "score": 1}
        ),
        ("orders.settlement", "GET"): Ask(OWN, query=forged),
        ("orders.commit", "POST"): Ask(
            OWN, {"address_id": 1, "pay_method": 2, "submit_token": "k" * 32, "total_amount": "1.00", **forged}
        ),
        ("orders.waiting", "GET"): Ask(OWN),
        ("orders.index", "GET"): Ask(OWN, query=forged),
        ("orders.detail", "GET"): Ask(HERS),
        ("orders.success", "GET"): Ask(HERS, query={"order_id": order}),
        ("orders.again", "POST"): Ask(HERS),
        ("orders.invoice", "POST"): Ask(HERS, {"kind": "personal", "title": "弗雷德"}),
        ("orders.receive", "POST"): Ask(HERS),
        ("payment.start", "POST"): Ask(HERS),
        ("payment.status", "GET"): Ask(HERS, query={"out_trade_no": trade}),
        ("payment.cancel", "POST"): Ask(HERS, {"reason": "偷"}),
        ("aftersales.index", "GET"): Ask(OWN, query=forged),
        ("aftersales.detail", "GET"): Ask(HERS),
        ("aftersales.ask", "GET"): Ask(HERS),
        ("aftersales.submit", "POST"): Ask(
            HERS, {"kind": "refund", "reason": "other", "submit_token": "k" * 32, "count_1": 1, "words": "偷"}
        ),
        ("aftersales.cancel", "POST"): Ask(HERS),
        ("pictures.bring", "POST"): Ask(OWN, {"kind": "review", **forged}),
        ("pictures.seen", "GET"): Ask(HERS),
        ("orders.hide", "POST"): Ask(HERS),
        ("users.address", "DELETE"): Ask(HERS),
        ("account.leave", "POST"): Ask(OWN, secret),
        ("users.end_devices", "POST"): Ask(OWN, forged),
        ("users.end_device", "POST"): Ask(HERS),
    }
