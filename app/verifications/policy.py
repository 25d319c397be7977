"""Numbers and words of the codes."""

import hashlib
import ipaddress
import re

from email_validator import EmailNotValidError, validate_email

# no 0/O/D/Q, 1/I/l, 2/Z, 5/S, 8/B, U/V: bent letters must still be one letter
IMAGE_ALPHABET = "346789ACEFGHJKLMNPRTUWXY"
IMAGE_LENGTH = 4
IMAGE_LIFE_S = 300
# what secrets.token_urlsafe(16) makes, marked when its text is mailed: nothing else may become part of a key
MAILED = "mail-"
IMAGE_CODE_ID = re.compile(rf"(?:{MAILED})?[A-Za-z0-9_-]{{22}}")

CODE_DIGITS = 6
CODE_LIFE_S = 300
CODE_TRIES = 5
CODE_EVERY_S = 60  # the one number of the flag and of the page's countdown (ACC-11)
HOUR_S = 3600
DAY_S = 86_400

LEASE_S = 30  # a worker that dies holds a code it was sending no longer than this
SWEEP_MOST = 50  # codes in one sweep

# register; bind another provider's account; forgotten password; change of mobile, to the old and to the new number;
# deletion of the account; a first password for who has none
PURPOSES = ("register", "bind", "reset", "change_old", "change_new", "delete", "password")
# what a stranger may ask for by number; the others are asked for by their own pages, which know who asks
OPEN_PURPOSES = ("register", "bind")

MOBILE = re.compile(r"1[3-9][0-9]{9}")
EMAIL_LONGEST = 254


def is_mobile(text: str) -> bool:
    """A mainland mobile number, the whole text of it."""
    return MOBILE.fullmatch(text) is not None


def is_email(text: str) -> bool:
    """Looks like an address that mail can reach; whether it does, only the mail tells."""
    try:
        validate_email(text, check_deliverability=False)
    except EmailNotValidError:
        return False
    return len(text) <= EMAIL_LONGEST


def slot(to: str) -> str:
    """What stands for a receiver in a key: a number as it is, an address or anything else as a digest."""
    if is_mobile(to):
        return to
    return hashlib.sha256(to.strip().casefold().encode()).hexdigest()[:32]


def network(address: str) -> str:
    """What a cap counts: an IPv4 address, but of IPv6 the /64, for a household has so many addresses."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return hashlib.sha256(address.encode()).hexdigest()[:32]
    if isinstance(known, ipaddress.IPv6Address):
        return str(known.ipv4_mapped or ipaddress.ip_network((known, 64), strict=False).network_address)
    return str(known)
