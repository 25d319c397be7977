"""Numbers and words of the codes."""

import re

# no 0/O/D/Q, 1/I/l, 2/Z, 5/S, 8/B, U/V: bent letters must still be one letter
IMAGE_ALPHABET = "346789ACEFGHJKLMNPRTUWXY"
IMAGE_LENGTH = 4
IMAGE_LIFE_S = 300
# what secrets.token_urlsafe(16) makes: nothing else may become part of a key
IMAGE_CODE_ID = re.compile(r"[A-Za-z0-9_-]{22}")

SMS_DIGITS = 6
SMS_LIFE_S = 300
SMS_TRIES = 5
SMS_EVERY_S = 60
SMS_WINDOW_S = 3600  # of the cap per network address
# register; bind another provider's account; forgotten password; change of mobile, to the old and to the new number;
# deletion of the account; a first password for who has none
PURPOSES = ("register", "bind", "reset", "change_old", "change_new", "delete", "password")

MOBILE = re.compile(r"1[3-9][0-9]{9}")


def is_mobile(text: str) -> bool:
    """A mainland mobile number, the whole text of it."""
    return MOBILE.fullmatch(text) is not None
