"""The mail door."""

from dataclasses import dataclass
from typing import Protocol

from app.shared.errors import DomainError


class MailFailed(DomainError):
    """The server did not take the mail; the job tries again."""


@dataclass(frozen=True)
class Mail:
    """One mail to one person; HTML comes from an escaped template, text always goes along."""

    to: str
    subject: str
    text: str
    html: str = ""


class Mailer(Protocol):
    """Sends a mail. Raises MailFailed."""

    def send(self, mail: Mail) -> None: ...
