"""Jobs of the room. Number and code are read when the job runs: neither is in its arguments, its name or a log."""

from app.gateways.doors import gateways
from app.verifications import sending


def deliver_sms(code_id: str) -> None:
    """Send one code by SMS. Running twice is normal: what was sent, used or replaced is not sent again."""
    sending.deliver(code_id, gateways())


def deliver_mail(code_id: str) -> None:
    """Send one code by mail, likewise."""
    sending.deliver(code_id, gateways())
