"""Numbers and rules of accounts and addresses."""

import re
from datetime import timedelta

from zxcvbn import zxcvbn

USERNAME = re.compile(r"[a-zA-Z0-9_-]{5,20}")
MOBILE = re.compile(r"1[3-9][0-9]{9}")
ALL_DIGITS_LIKE_MOBILE = re.compile(r"1[0-9]{10}")
PASSWORD_SHORTEST, PASSWORD_LONGEST = 8, 64
WEAKEST_SCORE = 2  # of 0 … 4: below, a guesser needs fewer than a million tries

REMEMBERED_FOR = timedelta(days=14)
# a browser may keep a "browser session" for weeks; the row ends it a day after the sign-in, used or not
BROWSER_SESSION_FOR = timedelta(hours=24)

# guessing at sign-in (docs/adr/0015)
FAILURES_BEFORE_PICTURE = 3  # per account, and per network address
FAILURES_KEPT_S = 3600
FAILURES_A_DAY = 100  # per account, from browsers it does not know: the most that NIST 800-63B allows in a row
FAILURES_WRITTEN_AN_HOUR = 60  # rows per network address; lines in the log are always written
EVENTS_KEPT = timedelta(days=180)
EVENTS_PAGE_SIZE = 10
SEEN_EVERY = timedelta(minutes=5)  # "last seen" is no more exact than this

MOST_ADDRESSES = 20
MOST_FAVOURITES = 200
FAVOURITES_PAGE_SIZE = 12
MOST_NOTICES = 100  # of goods that are waited for
NOTICES_PAGE_SIZE = 12
NOTICES_AT_ONCE = 50  # told in one transaction
RECENT_SHOWN = 6  # under a SKU's page
HISTORY_LENGTH = 50
HISTORY_SHOWN = 5  # by /browse_histories/ and on the account page, as the original did
HISTORY_PAGE_SIZE = 10
HISTORY_LIFE_S = 90 * 86_400

# an area code and number, with an extension; or a 400/800 number. Nothing here can be matched in two ways
TEL = re.compile(r"(0[0-9]{2,3}-?)?[2-9][0-9]{6,7}(-[0-9]{1,4})?|[48]00-?[0-9]{3}-?[0-9]{4}")
TEL_LONGEST = 20
EMAIL_LONGEST = 100
RECEIVER_LONGEST = 20
TITLE_LONGEST = 20
NICKNAME_LONGEST = 20
REASON_LONGEST = 200  # why an account was disabled
PROOF_LIFE_S = 600  # of the code to the old number, while the new one is named
PLACE_LONGEST = 100


def is_mobile(text: str) -> bool:
    """A mainland mobile number: what signs in by number."""
    return MOBILE.fullmatch(text) is not None


def is_username(text: str) -> bool:
    """A name to register: never one that could be taken for somebody's number (ACC-1)."""
    return USERNAME.fullmatch(text) is not None and ALL_DIGITS_LIKE_MOBILE.fullmatch(text) is None


def is_password(text: str) -> bool:
    """8 to 64 printable characters of any kind."""
    return PASSWORD_SHORTEST <= len(text) <= PASSWORD_LONGEST and text.isprintable()


def is_guessable(password: str, *about: str) -> bool:
    """Is it a common password, or made of the account's own words?"""
    known = [word for word in (*about, "meiduo", "美多", "美多商城") if word]
    return int(zxcvbn(password[:PASSWORD_LONGEST], user_inputs=known)["score"]) < WEAKEST_SCORE


def is_tel(text: str) -> bool:
    """A fixed line; the length comes first, so that no pattern sees a long text (SEC-13)."""
    return len(text) <= TEL_LONGEST and TEL.fullmatch(text) is not None
