"""A forgotten password: account, code, new password, done. Known and unknown accounts get one answer and one work.

Two texts lead through it, each signed for its own purpose (SEC-2, SEC-23). The first holds what was typed and proves a
picture code; the second is worth a used code, and is bound to the hash that it replaces, so that it works once.
"""

from dataclasses import dataclass

from app.shared import passwords as hashes
from app.shared import tokens
from app.shared.errors import NotPossible
from app.shared.filters import mask_mobile
from app.shared.uow import unit_of_work
from app.users import emails, security_log
from app.users.errors import LinkSpent
from app.users.guessing import Caller
from app.users.models import User
from app.users.models import fold as fold_name
from app.users.passwords import Keeper, check_strength, find_keeper, write_password
from app.users.policy import is_mobile
from app.verifications import services as codes
from app.verifications.errors import WrongMailCode, WrongSmsCode

SMS_PURPOSE = "reset"
ACCOUNT, PASSWORD = "lost-account", "lost-password"
ACCOUNT_LIFE_S = 900  # time for an SMS, a second one, and some typing
PASSWORD_LIFE_S = 300
WELCOME, WELCOME_LIFE_S = "first-password", 86_400  # the link a new colleague gets
CHANNELS = ("sms", "mail")
ACCOUNT_LONGEST = 254
# where the addresses of accounts that do not exist seem to be
HOSTS = ("qq.com", "163.com", "126.com", "qq.com", "foxmail.com", "gmail.com", "outlook.com", "sina.com")


@dataclass(frozen=True)
class Offer:
    """Where codes can go, masked; `email` is empty for an account without a confirmed one."""

    mobile: str
    email: str


def begin(account: str, image_code_id: str, image_code: str) -> str:
    """Step one, against a picture code: the text that names the account from now on, whether it exists or not."""
    codes.use_image_code(image_code_id, image_code)
    return tokens.sign(ACCOUNT, account[:ACCOUNT_LONGEST])


def get_offer(token: str) -> Offer:
    """Of the account, or of one that might be: the same name always shows the same."""
    account = _account(token)
    made_up = _made_up(account)  # always, for the work of it
    keeper = _find(account)
    if keeper is None:
        return made_up
    return Offer(mask_mobile(keeper.mobile), emails.mask(keeper.email) if keeper.email else "")


def send_code(token: str, channel: str, caller: Caller) -> int:
    """Step two: a code to number or address; seconds until the next one. Nobody is told whether there is an account."""
    account = _account(token)
    to, keeper = _target(account, channel)
    if channel == "mail":
        return codes.request_mail_code(to, SMS_PURPOSE, caller.address, pretend=keeper is None)
    return codes.send_sms_code(to, SMS_PURPOSE, caller.address, pretend=keeper is None)


def check_code(token: str, channel: str, code: str) -> str:
    """Use the code up: the text that allows one new password within five minutes."""
    account = _account(token)
    to, keeper = _target(account, channel)
    try:
        (codes.check_mail_code if channel == "mail" else codes.check_sms_code)(to, SMS_PURPOSE, code)
    except (WrongSmsCode, WrongMailCode) as problem:
        problem.facts["field"] = "code"
        raise
    if keeper is None:  # nobody knows a pretended code
        raise LinkSpent()
    return tokens.sign(PASSWORD, [keeper.id, _fragment(keeper)])


def check_password_token(token: str) -> None:
    """Is it still good? LinkSpent before anything is typed."""
    _keeper_of(token)


def set_password(token: str, new: str, caller: Caller) -> int:
    """Step three: the token is used up, every sign-in ends. How many did; of many at once one succeeds."""
    keeper = _keeper_of(token)
    check_strength(keeper, new, "password")
    ended = _write(keeper, hashes.hash_password(new), caller)
    if ended is None:
        raise LinkSpent()
    return ended


def welcome(user_id: int) -> str:
    """The text for the first password of an account that a colleague made; good once, for a day."""
    keeper = find_keeper(User.id == user_id)
    if keeper is None or keeper.has_password:
        raise NotPossible()
    return tokens.sign(WELCOME, [keeper.id, _fragment(keeper)])


@unit_of_work
def _write(keeper: Keeper, new_hash: str, caller: Caller) -> int | None:
    return write_password(keeper, new_hash, security_log.PASSWORD_RESET, caller)


def _account(token: str) -> str:
    account = tokens.unsign(ACCOUNT, token, ACCOUNT_LIFE_S)
    if not isinstance(account, str):
        raise LinkSpent()
    return account


def _find(account: str) -> Keeper | None:
    """By number or by name, decided by the pattern, in one statement either way."""
    return find_keeper(User.mobile == account if is_mobile(account) else User.username_key == fold_name(account))


def _target(account: str, channel: str) -> tuple[str, Keeper | None]:
    """Where a code goes and whose it is; for nobody a text that stands for the account, so that limits hold alike."""
    nowhere = tokens.digest(f"{ACCOUNT}-{channel}", fold_name(account))
    keeper = _find(account)
    if keeper is None:
        return (account if channel == "sms" and is_mobile(account) else nowhere), None
    to = keeper.email if channel == "mail" else keeper.mobile
    return (to, keeper) if to else (nowhere, None)


def _made_up(account: str) -> Offer:
    """What an account of this name might show, out of a keyed digest of the name."""
    digest = int(tokens.digest(ACCOUNT, fold_name(account)), 16)
    digest, has_email = divmod(digest, 2)
    digest, host = divmod(digest, len(HOSTS))
    digest, letter = divmod(digest, 26)
    digest, second = divmod(digest, 7)
    digest, third = divmod(digest, 10)
    mobile = account if is_mobile(account) else f"1{3 + second}{third}0000{digest % 10_000:04d}"
    email = f"{chr(97 + letter)}***@{HOSTS[host]}" if has_email else ""
    return Offer(mask_mobile(mobile), email)


def _fragment(keeper: Keeper) -> str:
    """Stands for the hash that is to be replaced: a changed password makes every older token worthless."""
    return tokens.digest(PASSWORD, keeper.password_hash)[:32]


def _keeper_of(token: str) -> Keeper:
    said = tokens.unsign(PASSWORD, token, PASSWORD_LIFE_S) or tokens.unsign(WELCOME, token, WELCOME_LIFE_S)
    if not isinstance(said, list) or [type(part) for part in said] != [int, str]:
        raise LinkSpent()
    keeper = find_keeper(User.id == said[0])
    if keeper is None or _fragment(keeper) != said[1]:
        raise LinkSpent()
    return keeper
