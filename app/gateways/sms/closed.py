"""No SMS provider is set up: say so instead of pretending."""

from app.gateways.sms import SmsFailed


class ClosedSms:
    """Refuses every message."""

    def send_code(self, mobile: str, code: str, minutes: int) -> None:
        raise SmsFailed(cause="SMS_DOOR is none")

    def send_text(self, mobile: str, text: str) -> None:
        raise SmsFailed(cause="SMS_DOOR is none")
