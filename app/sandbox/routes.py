"""The outside world's addresses: Alipay's, QQ's, Gitee's, the inbox, and the JSON of a client without a browser.

Nothing here is guarded or CSRF-protected, because it stands for other sites; `mount` refuses production.
"""

import hmac
import logging
import sqlite3
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, current_app, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.sandbox import gitee, inbox, notices, payurls, qq, refunds, trades
from app.sandbox.alipay import Refusal
from app.sandbox.desk import EXTENSION, Desk, desk, newest_trades, show_trade
from app.sandbox.gateway import PAGE_PAY
from app.sandbox.trades import WAIT
from app.shared import clock, language, totp
from app.shared.errors import DomainError, Forbidden, Missing, NotFound, NotPossible
from app.shared.web import say
from app.verifications.store import peek_image_code

log = logging.getLogger(__name__)
bp = Blueprint("sandbox", __name__, url_prefix="/sandbox", template_folder="templates", static_folder="static")
qq.add_to(bp)
gitee.add_to(bp)

WAYS = ("once", "twice", "late", "silent")
MOST_JSON = 64 * 1024  # bytes; a pay address stands in a small answer
# letters carry their styles with them; everything else that HTML could do is barred, and their origin is nobody's
LETTER_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox",
    "X-Frame-Options": "SAMEORIGIN",
    "Cache-Control": "no-store",
}


def mount(app: Flask, settings: Mapping[str, Any] | None = None) -> None:
    """Put the sandbox into a demo or test application; a production mall must never be able to pay itself."""
    chosen = app.config if settings is None else settings
    if "production" in (chosen.get("MALL_MODE"), app.config.get("MALL_MODE")):
        raise RuntimeError("the sandbox is never mounted in production")
    app.extensions[EXTENSION] = Desk.build(chosen)
    app.register_blueprint(bp)


@bp.before_app_request
def start_sender() -> None:
    """In each worker process the thread starts with the first request, so it survives a forking server."""
    desk().sender.ensure_running()


@bp.after_app_request
def remember_pay_address(response: Response) -> Response:
    """Whenever the mall hands out an address of our gateway, keep it; a trouble here never reaches the shopper."""
    try:
        if url := _handed_out(response):
            payurls.remember(desk().ledger, url)
    except (sqlite3.Error, OSError, ValueError):
        log.exception("a pay address could not be remembered")
    return response


def _handed_out(response: Response) -> str | None:
    """The pay address in a redirect or in a JSON body's `alipay_url`."""
    url = response.headers.get("Location") or response.headers.get("HX-Redirect")
    if url is None and response.is_json and not response.is_streamed and b"alipay_url" in response.data[:MOST_JSON]:
        body = response.get_json(silent=True)
        url = body.get("alipay_url") if isinstance(body, dict) else None
    ours = isinstance(url, str) and urlsplit(url).path == url_for("sandbox.gateway")
    return url if ours else None


def _page(name: str, **values: object) -> str:
    """Without the mall's context processors: the cashier opens even when the mall's database or Redis is away."""
    lang = "en" if language.current().startswith("en") else "zh-CN"
    return current_app.jinja_env.get_template(name).render(lang=lang, **values)


# --- Alipay ---------------------------------------------------------------------------------------------------------


@bp.route("/alipay/gateway.do", methods=["GET", "POST"])
def gateway() -> ResponseReturnValue:
    """The one address of the real gateway: a browser is led to the cashier, a server gets signed JSON."""
    params = request.values.to_dict()
    if params.get("method") != PAGE_PAY:
        answer = desk().gateway.answer(params)
        desk().sender.wake()  # a refund is told to the shop
        return Response(answer, content_type="application/json;charset=utf-8")
    try:
        trade = desk().gateway.page_pay(params)
    except Refusal as refusal:
        return _refused(refusal, 400)
    return redirect(url_for(".cashier", trade_no=trade.trade_no), 303)


@bp.get("/alipay/cashier/<trade_no>/")
def cashier(trade_no: str) -> ResponseReturnValue:
    """What the buyer sees; an expired or closed trade can still be paid late here."""
    trade = trades.look_up(desk().ledger, trade_no=trade_no)
    if trade is None:
        return _refused(Refusal("40004", "ACQ.TRADE_NOT_EXIST", "交易不存在"), 404)
    return _page("sandbox/cashier.html", view=show_trade(trade))


@bp.post("/alipay/cashier/<trade_no>/pay/")
def pay(trade_no: str) -> ResponseReturnValue:
    """Pay and go back to the shop; who pays late has closed the window and does not come back by return_url."""
    how = request.form.get("how", "once")
    try:
        paid = desk().pay(trade_no, how if how in WAYS else "once")
    except Refusal as refusal:
        return _refused(refusal, 404 if refusal.sub_code == "ACQ.TRADE_NOT_EXIST" else 409)
    if how in ("late", "silent") or not paid.trade.return_url:
        return redirect(url_for(".cashier", trade_no=trade_no), 303)
    return redirect(desk().gateway.return_address(paid.trade), 303)


@bp.post("/alipay/cashier/<trade_no>/cancel/")
def cancel(trade_no: str) -> ResponseReturnValue:
    """The buyer changes their mind: nothing is paid, the trade waits on."""
    trade = trades.look_up(desk().ledger, trade_no=trade_no)
    if trade is None:
        return _refused(Refusal("40004", "ACQ.TRADE_NOT_EXIST", "交易不存在"), 404)
    return _page("sandbox/cancelled.html", view=show_trade(trade))


def _refused(refusal: Refusal, status: int) -> ResponseReturnValue:
    return _page("sandbox/refused.html", refusal=refusal), status


# --- the outside client's JSON --------------------------------------------------------------------------------------


def _said(code: str, errmsg: str, http_status: int, **payload: object) -> ResponseReturnValue:
    response = jsonify({"code": code, "errmsg": errmsg, **payload})
    response.headers["Cache-Control"] = "no-store"
    return response, http_status


def _problem(problem: DomainError, **payload: object) -> ResponseReturnValue:
    return _said(problem.code, say(problem), problem.http_status, **payload)


@bp.post("/alipay/<out_trade_no>/pay.json")
def pay_json(out_trade_no: str) -> ResponseReturnValue:
    """Pay without a browser; answers after the shop was told, or after three seconds."""
    given = request.get_json(silent=True)
    how = given.get("how") if isinstance(given, dict) else None
    try:
        trade = desk().reach_trade(out_trade_no)
        if trade is None:
            return _problem(NotFound())
        paid = desk().pay(trade.trade_no, how if how in WAYS else "once")
    except Refusal as refusal:
        return _said("5202", refusal.sub_msg, 409, sub_code=refusal.sub_code)
    told = desk().is_told(paid)
    return _said("0", "OK", 200, trade_no=paid.trade.trade_no, trade_status=paid.trade.status, notified=told)


@bp.post("/alipay/<out_trade_no>/cancel.json")
def cancel_json(out_trade_no: str) -> ResponseReturnValue:
    """Visit the cashier and leave: the trade exists now and waits; 5202 when it is over."""
    try:
        trade = desk().reach_trade(out_trade_no)
    except Refusal as refusal:
        return _said("5202", refusal.sub_msg, 409, sub_code=refusal.sub_code)
    if trade is None:
        return _problem(NotFound())
    if trade.status != WAIT:
        return _problem(NotPossible(), trade_status=trade.status)
    return _said("0", "OK", 200, trade_no=trade.trade_no, trade_status=trade.status)


@bp.get("/image_codes/<image_code_id>.json")
def image_code_json(image_code_id: str) -> ResponseReturnValue:
    """What the picture says, without using it up."""
    text = peek_image_code(image_code_id)
    return _problem(NotFound()) if text is None else _said("0", "OK", 200, text=text)


@bp.get("/totp.json")
def totp_json() -> ResponseReturnValue:
    """The phone of the demo's staff: the code of this moment, and the next one, for who has just used this one."""
    secret, now = current_app.config["DEMO_TOTP_SECRET"], clock.now()
    step = totp.step_at(now)
    codes = {"totp": totp.code_of(secret, step), "next_totp": totp.code_of(secret, step + 1)}
    username, _password = current_app.config["DEMO_ACCOUNTS"]["staff"]
    return _said("0", "OK", 200, username=username, **codes, seconds_left=totp.seconds_left(now))


@bp.get("/inbox.json")
def inbox_json() -> ResponseReturnValue:
    """Messages, newest first; `to` narrows them to one mobile or address."""
    found = inbox.messages(desk().ledger, request.args.get("to", ""))
    shown = []
    for message in found:
        plain = {"to": message.to, "kind": message.kind, "text": message.text, "sent_at": message.sent_at.isoformat()}
        shown.append({**plain, "subject": message.subject, "html": message.html} if message.html else plain)
    return _said("0", "OK", 200, messages=shown)


@bp.post("/inbox")
def deliver() -> ResponseReturnValue:
    """The SMS and mail doors deliver here; the token file in the keys folder is their password."""
    token = request.headers.get("X-Sandbox-Token", "")
    if not hmac.compare_digest(token.encode(), desk().keys.inbox_token.encode()):
        return _problem(Forbidden())
    body = request.get_json(silent=True) if request.is_json else request.form
    given = body if isinstance(body, Mapping) else {}
    fields = {name: given.get(name, "") for name in ("to", "kind", "text", "subject", "html")}
    is_text = all(isinstance(value, str) for value in fields.values())
    if not (is_text and fields["to"] and fields["text"] and fields["kind"] in ("sms", "mail")):
        return _problem(Missing())
    inbox.deliver(desk().ledger, **fields)
    return _said("0", "OK", 200)


# --- consoles -------------------------------------------------------------------------------------------------------


@bp.get("/")
def console() -> ResponseReturnValue:
    """Trades, their notices and the newest messages."""
    found = inbox.messages(desk().ledger)[:5]
    return _page("sandbox/console.html", views=newest_trades(desk().ledger), messages=found)


@bp.post("/notices/<int:notice_id>/resend/")
def resend(notice_id: int) -> ResponseReturnValue:
    """Tell the shop once more, now."""
    if not notices.resend(desk().ledger, notice_id, trades.now_s()):
        return _refused(Refusal("40004", "ACQ.NOTICE_NOT_EXIST", "通知不存在"), 404)
    desk().sender.wake()
    return redirect(url_for(".console"), 303)


@bp.post("/trades/<trade_no>/late/")
def pay_late(trade_no: str) -> ResponseReturnValue:
    """The console's own late payment: back to the console."""
    try:
        desk().pay(trade_no, "late")
    except Refusal as refusal:
        return _refused(refusal, 409)
    return redirect(url_for(".console"), 303)


@bp.post("/trades/<trade_no>/refund/")
def refund_by_hand(trade_no: str) -> ResponseReturnValue:
    """Money goes back from the provider's own console; the shop is told, and knows no such refund."""
    try:
        refunds.refund_by_hand(desk().ledger, trade_no)
    except Refusal as refusal:
        return _refused(refusal, 404 if refusal.sub_code == "ACQ.TRADE_NOT_EXIST" else 409)
    desk().sender.wake()
    return redirect(url_for(".console"), 303)


@bp.get("/inbox/")
def inbox_page() -> ResponseReturnValue:
    """SMS and mail, newest first; a mail as text, and its HTML in a frame that can do nothing but show it."""
    to = request.args.get("to", "").strip()
    return _page("sandbox/inbox.html", messages=inbox.messages(desk().ledger, to), to=to)


@bp.get("/inbox/<int:message_id>/letter/")
def letter(message_id: int) -> ResponseReturnValue:
    """A mail's HTML as a mail program shows it: nothing fetched, run or submitted; its links open beside the inbox."""
    html = inbox.find_letter(desk().ledger, message_id)
    if html is None:
        return _problem(NotFound())
    return Response(html, mimetype="text/html", headers=LETTER_HEADERS)
