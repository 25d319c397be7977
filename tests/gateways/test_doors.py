"""Doors: the settings choose the adapter; an adapter translates, and its errors tell nothing private."""

import socketserver
import threading
from collections.abc import Iterator
from email import message_from_bytes
from email.header import decode_header, make_header
from pathlib import Path
from typing import Any

import pytest

import config
from app.factory import create_app
from app.gateways.doors import gateways
from app.gateways.mail import Mail, MailFailed
from app.gateways.mail.inbox import InboxMailer
from app.gateways.mail.smtp import SmtpMailer
from app.gateways.sms import SmsFailed
from app.gateways.sms.closed import ClosedSms
from app.gateways.sms.inbox import InboxSms
from app.sandbox import keys as sandbox_keys

MAIL = Mail(to="lily@mall.example", subject="验证邮箱", text="请打开链接", html="<p>请打开链接</p>")


class Post(socketserver.StreamRequestHandler):
    """As much of an SMTP server as a mail needs."""

    def handle(self) -> None:
        self.wfile.write(b"220 ready\r\n")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                data = b""
                while not data.endswith(b"\r\n.\r\n"):
                    data += self.rfile.readline()
                self.server.mails.append(data)  # type: ignore[attr-defined]
            refused = word == b"RCPT" and self.server.refuses  # type: ignore[attr-defined]
            self.wfile.write(
                b"550 no such box\r\n" if refused else b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n"
            )
            if word == b"QUIT":
                return


@pytest.fixture
def post() -> Iterator[Any]:
    """A mail server on a loopback port."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Post) as server:
        server.daemon_threads = True
        server.mails, server.refuses = [], False  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join(10)


def production(folder: Path, **more: str) -> dict[str, Any]:
    """Settings of a mall for production, with key files of its own."""
    made = sandbox_keys.ensure_keys(folder / "keys")
    private, public = folder / "private.pem", folder / "public.pem"
    private.write_text(made.app_private_pem)
    public.write_text(made.alipay_public_pem)
    environ = {
        "MALL_MODE": "production",
        "INSTANCE": str(folder / "instance"),
        "SECRET_KEY": "forty characters that nobody else has, ok",
        "PUBLIC_URL": "https://mall.example",
        "ALIPAY_APP_ID": "2021999",
        "ALIPAY_SELLER_ID": "2088999",
        "ALIPAY_APP_PRIVATE_KEY_FILE": str(private),
        "ALIPAY_PUBLIC_KEY_FILE": str(public),
        "LOG_LEVEL": "WARNING",
    }
    return config.from_environ({**environ, **more})


def test_production_opens_the_real_doors_and_mounts_no_stand_in(tmp_path: Path) -> None:
    mall = create_app(production(tmp_path))
    with mall.app_context():
        doors = gateways()
        assert isinstance(doors.sms, ClosedSms)
        assert isinstance(doors.mail, SmtpMailer)
    assert not any(rule.rule.startswith("/sandbox") for rule in mall.url_map.iter_rules())
    with mall.test_client() as browser:
        answer = browser.get("/sandbox/inbox.json", headers={"Accept": "application/json"})
        assert (answer.status_code, answer.get_json()["code"]) == (404, "5003")
    assert not (tmp_path / "instance" / "sandbox-keys").exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("PUBLIC_URL", "http://mall.example"),
        ("SMS_DOOR", "inbox"),
        ("MAIL_DOOR", "inbox"),
        ("ALIPAY_GATEWAY", "https://mall.example/sandbox/alipay/gateway.do"),
        ("ALIPAY_APP_ID", ""),
        ("ALIPAY_PUBLIC_KEY_FILE", ""),
    ],
)
def test_production_refuses_what_is_unsafe(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(config.BadSetting):
        production(tmp_path, **{name: value})


def test_a_mail_goes_out_whole(tmp_path: Path, post: Any) -> None:
    mall = create_app(production(tmp_path, MAIL_PORT=str(post.server_address[1])))
    with mall.app_context():
        gateways().mail.send(MAIL)
    (sent,) = post.mails
    message = message_from_bytes(sent)
    assert str(make_header(decode_header(message["Subject"]))) == "验证邮箱"
    assert message["To"] == "lily@mall.example"
    parts = {
        part.get_content_type(): part.get_payload(decode=True) for part in message.walk() if not part.is_multipart()
    }
    assert "请打开链接" in parts["text/plain"].decode()
    assert "<p>请打开链接</p>" in parts["text/html"].decode()


def test_a_mail_that_is_refused_fails_without_the_address(tmp_path: Path, post: Any) -> None:
    post.refuses = True
    mall = create_app(production(tmp_path, MAIL_PORT=str(post.server_address[1])))
    with mall.app_context(), pytest.raises(MailFailed) as told:
        gateways().mail.send(MAIL)
    assert "lily" not in str(told.value) + str(told.value.facts)


def test_nobody_listens() -> None:
    """A closed port: the door's own error, and neither number, text nor code in it."""
    with socketserver.TCPServer(("127.0.0.1", 0), Post) as unused:
        url = f"http://127.0.0.1:{unused.server_address[1]}"
    with pytest.raises(SmsFailed) as sms:
        InboxSms(url, "token").send_code("13800138000", "123456", 5)
    with pytest.raises(MailFailed) as mail:
        InboxMailer(url, "token").send(MAIL)
    for problem in (sms.value, mail.value):
        said = str(problem) + str(problem.facts)
        assert not any(word in said for word in ("13800138000", "123456", "lily", "token"))


def test_a_closed_door_says_so() -> None:
    for send in (lambda: ClosedSms().send_text("13800138000", "您好"), lambda: ClosedSms().send_code("1", "2", 3)):
        with pytest.raises(SmsFailed):
            send()
