"""Mail by Flask-Mail: the text and, where there is one, the HTML beside it as multipart/alternative."""

import smtplib
import ssl
from email.utils import make_msgid, parseaddr

from flask import Flask
from flask_mail import BadHeaderError, Connection, Message
from flask_mail import Mail as FlaskMail

from app.gateways.mail import Mail, MailFailed

PATIENCE_S = 15  # of each answer: a silent server must hold up neither worker nor sweep


class SmtpMailer:
    """One per process; each mail is a connection of its own."""

    def __init__(self, app: Flask) -> None:
        self._mail = FlaskMail(app)

    def send(self, mail: Mail) -> None:
        message = Message(
            mail.subject,
            recipients=[mail.to],
            body=mail.text,
            html=mail.html or None,
            extra_headers={"Auto-Submitted": "auto-generated"},  # so that nobody's holiday note answers it
        )
        # the default would name this machine, and ask the name service for it
        message.msgId = make_msgid(domain=parseaddr(str(message.sender))[1].partition("@")[2] or "localhost")
        try:
            with _Line(self._mail) as line:
                line.send(message)
        except (OSError, smtplib.SMTPException, BadHeaderError, UnicodeError) as problem:
            raise MailFailed(cause=type(problem).__name__) from None


class _Line(Connection):
    """Flask-Mail's own connection waits for ever, and its TLS believes every certificate."""

    def configure_host(self) -> smtplib.SMTP | smtplib.SMTP_SSL:
        mail, trusted = self.mail, ssl.create_default_context()
        line: smtplib.SMTP
        if mail.use_ssl:
            line = smtplib.SMTP_SSL(mail.server, mail.port, timeout=PATIENCE_S, context=trusted)
        else:
            line = smtplib.SMTP(mail.server, mail.port, timeout=PATIENCE_S)
        if mail.use_tls:
            line.starttls(context=trusted)
        if mail.username and mail.password:
            line.login(mail.username, mail.password)
        return line
