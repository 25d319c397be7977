"""The SMS door."""

import re
from typing import Protocol

from app.shared.errors import DomainError


class SmsFailed(DomainError):
    """The provider did not take the message; the job tries again. `cause` tells why, never number or text."""


class SmsRefused(SmsFailed):
    """The provider will never take this message: bad number, template or balance. Trying again is of no use."""


class SmsSender(Protocol):
    """Sends one text to one mobile number."""

    def send_code(self, mobile: str, code: str, minutes: int) -> None:
        """A verification code good for so many minutes. Raises SmsFailed."""

    def send_text(self, mobile: str, text: str) -> None:
        """Any other message. Raises SmsFailed."""


def one_word(text: str) -> str:
    """A provider's error code as a log may show it: letters, digits, dots; what looks like a sentence is left out."""
    return text if re.fullmatch(r"[A-Za-z0-9._-]{1,64}", text) and not re.search(r"1[3-9]\d{9}", text) else ""
