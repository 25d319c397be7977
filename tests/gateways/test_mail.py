"""The mail door on a real SMTP server: both faces, safe headers, checked certificates, and patience that ends."""

import asyncio
import datetime
import socket
import ssl
import time
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask

from app.gateways.mail import Mail, MailFailed, smtp
from app.gateways.mail.smtp import SmtpMailer

LETTER = Mail(
    to="lily@mall.example",
    subject="美多商城邮箱验证",
    text="请打开链接\nhttps://mall.example/emails/verification/?token=" + "x" * 120 + "\n",
    html='<p>请打开<a href="https://mall.example/">链接</a></p>',
)


class Post:
    """Keeps what it takes; may refuse receivers, or take its time."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []
        self.refuses = False

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: Any) -> str:
        if self.refuses:
            return f"550 no box {address}"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:
        self.taken.append(envelope)
        return "250 OK"

    def read(self) -> EmailMessage:
        (envelope,) = self.taken
        assert isinstance(envelope.content, bytes)
        found = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(found, EmailMessage)
        return found


class Server(Controller):
    """Its port is whatever is free: the base class insists on knowing it beforehand."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def served(post: Post, **more: Any) -> Server:
    server = Server(post, hostname="127.0.0.1", port=0, **more)
    server.start()
    return server


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def server(post: Post) -> Iterator[Server]:
    running = served(post)
    yield running
    running.stop()


def mailer(port: int, **more: Any) -> tuple[Flask, SmtpMailer]:
    app = Flask("mail")
    settings = {
        "MAIL_SERVER": "127.0.0.1",
        "MAIL_PORT": port,
        "MAIL_DEFAULT_SENDER": "美多商城 <noreply@meiduo.example>",
    }
    app.config.update({**settings, **more})
    return app, SmtpMailer(app)


def send(mail: Mail, port: int, **more: Any) -> None:
    app, door = mailer(port, **more)
    with app.app_context():
        door.send(mail)


def test_a_letter_arrives_with_both_faces(post: Post, server: Server) -> None:
    send(LETTER, server.port)
    message = post.read()
    assert message["Subject"] == "美多商城邮箱验证"
    assert message["From"] == "美多商城 <noreply@meiduo.example>"
    assert message["To"] == "lily@mall.example"
    assert message["Auto-Submitted"] == "auto-generated"
    assert str(message["Message-ID"]).endswith("@meiduo.example>"), "it must not name this machine"
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().replace("\r\n", "\n") == LETTER.text
    assert html.get_content().replace("\r\n", "\n").strip() == LETTER.html
    assert message.get_content_type().startswith("multipart/")
    assert post.taken[0].rcpt_tos == ["lily@mall.example"]
    assert post.taken[0].mail_from == "noreply@meiduo.example"


def test_a_mail_without_html_is_plain(post: Post, server: Server) -> None:
    send(Mail(to="lily@mall.example", subject="s", text="您好"), server.port)
    message = post.read()
    assert message.get_content_type() == "text/plain"
    assert message.get_content().strip() == "您好"


@pytest.mark.parametrize("where", ["subject", "to"])
def test_nobody_writes_a_header_of_his_own(post: Post, server: Server, where: str) -> None:
    values = {"to": "lily@mall.example", "subject": "s", where: "lily@mall.example\r\nBcc: all@mall.example"}
    with pytest.raises(MailFailed):
        send(Mail(text="x", **values), server.port)
    assert post.taken == []


def test_a_refusal_tells_no_address(post: Post, server: Server) -> None:
    post.refuses = True
    with pytest.raises(MailFailed) as told:
        send(LETTER, server.port)
    assert told.value.facts == {"cause": "SMTPRecipientsRefused"}
    assert told.value.__cause__ is None


def test_a_silent_server_is_left_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Flask-Mail's own connection would wait for ever, and with it the worker or the sweep."""
    monkeypatch.setattr(smtp, "PATIENCE_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        begun = time.monotonic()
        with pytest.raises(MailFailed):
            send(LETTER, silent.getsockname()[1])
    assert time.monotonic() - begun < 5


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """One that nobody signed but itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    day = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(day)
        .not_valid_after(day.replace(year=2050))
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "server.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.mark.parametrize("way", ["MAIL_USE_TLS", "MAIL_USE_SSL"])
def test_a_server_with_a_foreign_certificate_gets_no_letter(post: Post, certificate: Path, way: str) -> None:
    """Who stands in the middle would read codes and links; the library alone would believe any certificate."""
    trust = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trust.load_cert_chain(certificate)
    running = served(post, **{"ssl_context" if way == "MAIL_USE_SSL" else "tls_context": trust})
    try:
        with pytest.raises(MailFailed) as told:
            send(LETTER, running.port, **{way: True})
    finally:
        running.stop()
    assert told.value.facts == {"cause": "SSLCertVerificationError"}
    assert post.taken == []
