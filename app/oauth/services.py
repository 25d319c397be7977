"""Verbs of bindings. Who the visitor is at the provider's has been proved before; here it meets an account of ours."""

import secrets
from dataclasses import dataclass

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from app.oauth import queries
from app.oauth.errors import AccountClosed, BoundAlready, BoundElsewhere, LastWayIn, NobodyHasThisMobile
from app.oauth.models import OAuthUser
from app.oauth.policy import LINKED, UNLINKED
from app.shared import limits, passwords
from app.shared.db import db
from app.shared.errors import NotFound
from app.shared.uow import unit_of_work, violates
from app.users import guessing, security_log, store
from app.users import queries as users
from app.users.addresses import lock_owner
from app.users.errors import MobileTaken, NameTaken
from app.users.guessing import Caller
from app.users.joining import add_account
from app.verifications.services import check_sms_code


@dataclass(frozen=True)
class OpenID:
    """A provider's name for a person, proved by the provider."""

    provider: str
    open_id: str


@dataclass(frozen=True)
class Wish:
    """What somebody new asks for; without a password nobody can enter by one."""

    username: str
    mobile: str
    password: str
    sms_code: str


def find_owner(who: OpenID) -> int | None:
    """The account that this open id opens, None when it is bound to none yet; AccountClosed when it may not sign in."""
    found = queries.find_bound(who.provider, who.open_id)
    if found is not None and not found.is_active:
        raise AccountClosed()
    return None if found is None else found.user_id


def join(who: OpenID, wish: Wish, caller: Caller) -> int:
    """A new account for somebody from elsewhere, bound at once; its id. Pressed twice, both find the same account."""
    with store.joining(wish.mobile):
        owner = find_owner(who)
        if owner is not None:
            return owner
        _limit_lookups(caller)
        if users.count_username(wish.username):
            raise NameTaken(field="username")
        if users.count_mobile(wish.mobile):
            raise MobileTaken(field="mobile")
        db.session.close()  # no transaction waits for the hashing
        check_sms_code(wish.mobile, "register", wish.sms_code)
        hashed = passwords.hash_password(wish.password or secrets.token_urlsafe(32))
        return _open_account(who, wish, hashed, caller)


@unit_of_work
def _open_account(who: OpenID, wish: Wish, password_hash: str, caller: Caller) -> int:
    """Account and binding, both or neither: who loses the race for the open id leaves no empty account behind."""
    user_id = add_account(wish.username, wish.mobile, password_hash, has_password=bool(wish.password))
    _add(user_id, who, caller)
    return user_id


def bind_by_code(who: OpenID, mobile: str, sms_code: str, caller: Caller) -> int:
    """To the account of whoever holds this number, proved by a code; its id. A number of nobody keeps its code."""
    guessing.check_address(caller)
    with store.joining(mobile):
        owner = find_owner(who)
        if owner is not None:
            return owner
        _limit_lookups(caller)
        found = users.find_account(mobile=mobile)
        if found is None:
            raise NobodyHasThisMobile(field="mobile")
        db.session.close()
        check_sms_code(mobile, "bind", sms_code)
        if not found.is_active:
            raise AccountClosed()
        bind(found.id, who, caller)
        return found.id


def _limit_lookups(caller: Caller) -> None:
    """What the form says of names and numbers, whoever lists our shoppers would like to ask often (SEC-17)."""
    limits.check(f"lookup:{caller.address}", limits.setting("LOOKUPS_PER_ADDRESS_PER_MINUTE"), 60)


@unit_of_work
def bind(user_id: int, who: OpenID, caller: Caller) -> None:
    """From now on this open id opens this account. Bound so already: nothing changes."""
    lock_owner(user_id)
    found = queries.find_bound(who.provider, who.open_id)
    if found is not None and found.user_id == user_id:
        return
    if found is not None:
        raise BoundElsewhere()
    _add(user_id, who, caller)


def _add(user_id: int, who: OpenID, caller: Caller) -> None:
    """Two unique keys decide what two parallel requests cannot both have (ACC-10)."""
    db.session.add(OAuthUser(user_id=user_id, provider=who.provider, open_id=who.open_id))
    try:
        db.session.flush()
    except IntegrityError as problem:
        if violates(problem, "user_id_provider", "oauth_users.user_id"):
            raise BoundAlready() from problem
        if violates(problem, "provider_open_id", "oauth_users.open_id"):
            raise BoundElsewhere() from problem
        raise
    security_log.note(LINKED, user_id, caller)


@unit_of_work
def unlink(user_id: int, provider: str, caller: Caller) -> None:
    """The provider's account opens this one no more; never the last way in."""
    owner = lock_owner(user_id)  # of two that unlink at once the second sees what the first left
    links = [link.provider for link in queries.links(user_id)]
    if provider not in links:
        raise NotFound()
    if len(links) == 1 and not owner.has_password:
        raise LastWayIn()
    db.session.execute(delete(OAuthUser).where(OAuthUser.user_id == user_id, OAuthUser.provider == provider))
    security_log.note(UNLINKED, user_id, caller)
