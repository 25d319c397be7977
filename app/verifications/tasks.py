"""Jobs of the room. Number and code are read when the job runs: neither is in its arguments, its name or a log."""

import logging

from app.gateways.doors import gateways
from app.verifications import store
from app.verifications.policy import SMS_LIFE_S

log = logging.getLogger(__name__)


def deliver_sms(sms_id: str) -> None:
    """Send one code. Running twice is normal: what was delivered, used or replaced is not sent again."""
    found = store.find_ticket(sms_id)
    if found is None:
        log.info("sms %s: nothing to deliver", sms_id)
        return
    mobile, code = found
    gateways().sms.send_code(mobile, code, SMS_LIFE_S // 60)
    store.end_ticket(sms_id)
