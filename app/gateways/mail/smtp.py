"""Mail by Flask-Mail."""

from smtplib import SMTPException

from flask import Flask
from flask_mail import Mail as FlaskMail
from flask_mail import Message

from app.gateways.mail import Mail, MailFailed


class SmtpMailer:
    """One per process; each mail is a connection of its own."""

    def __init__(self, app: Flask) -> None:
        self._mail = FlaskMail(app)

    def send(self, mail: Mail) -> None:
        message = Message(mail.subject, recipients=[mail.to], body=mail.text, html=mail.html)
        try:
            self._mail.send(message)
        except (OSError, SMTPException) as problem:
            raise MailFailed(cause=type(problem).__name__) from None
