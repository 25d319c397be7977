"""Sending what was kept: the jobs' verb, and the sweep's. Each code leaves once, unless a worker dies right after."""

import logging

from flask import current_app
from flask_babel import force_locale

from app.gateways.doors import Gateways
from app.gateways.mail import Mail
from app.gateways.sms import SmsRefused
from app.shared.errors import DomainError
from app.verifications import store
from app.verifications.policy import CODE_LIFE_S
from app.verifications.store import Ticket

log = logging.getLogger(__name__)

MINUTES = CODE_LIFE_S // 60
LETTER = "verifications/letters/code"


def deliver(code_id: str, doors: Gateways) -> bool:
    """Send one code; False when there was nothing to send. What the door raises comes back, to be tried again."""
    ticket = store.claim_ticket(code_id)
    if ticket is None:
        log.info("code %s: nothing to send", code_id)
        return False
    try:
        _send(ticket, doors)
    except SmsRefused as problem:
        # the same will be said to every other try
        log.error("code %s is given up: %s", code_id, problem.facts.get("cause"))
    except Exception as problem:
        cause = problem.facts.get("cause") if isinstance(problem, DomainError) else None
        log.warning("code %s did not leave: %s", code_id, cause or type(problem).__name__)
        store.release_ticket(code_id)
        raise
    store.end_ticket(code_id)
    return True


def sweep(doors: Gateways) -> int:
    """Send what a lost job or a dead worker left behind; how many left. A closed door ends the turn."""
    sent = 0
    for code_id in store.waiting_ids():
        try:
            sent += deliver(code_id, doors)
        except DomainError:
            return sent
        finally:
            store.wait_again(code_id)
    return sent


def _send(ticket: Ticket, doors: Gateways) -> None:
    if not ticket.code:  # pretended
        return
    if ticket.channel == "sms":
        doors.sms.send_code(ticket.to, ticket.code, MINUTES)
    else:
        doors.mail.send(_letter(ticket))


def _letter(ticket: Ticket) -> Mail:
    """Rendered without context processors: a mail needs neither navigation nor cart."""
    facts = {
        "code": ticket.code,
        "minutes": MINUTES,
        "is_picture": ticket.purpose == "picture",
        "username": "",
        "home": f"{current_app.config['PUBLIC_URL']}/",
        "language": ticket.language.replace("_", "-"),
    }
    jinja = current_app.jinja_env
    with force_locale(ticket.language):
        subject, _, text = jinja.get_template(f"{LETTER}.txt").render(facts).strip().partition("\n")
        html = jinja.get_template(f"{LETTER}.html").render(facts, subject=subject)
    return Mail(to=ticket.to, subject=subject, text=text.strip() + "\n", html=html)
