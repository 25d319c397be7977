"""Leaving the mall: proved, refused while something is open, then forgotten in every room in one transaction."""

from app.account import queries
from app.account.errors import StaffStay, StillOpen, WrongPassword
from app.account.policy import SWEPT_FOR
from app.aftersales import forgetting as aftersales
from app.carts import forgetting as carts
from app.oauth import forgetting as oauth
from app.orders import forgetting as orders
from app.outbox import forgetting as outbox
from app.payment import forgetting as payment
from app.pictures import forgetting as pictures
from app.reviews import forgetting as reviews
from app.search import forgetting as search
from app.shared import clock
from app.shared.db import db
from app.shared.errors import Missing
from app.shared.uow import then, unit_of_work
from app.staff import forgetting as staff
from app.users import forgetting as users
from app.users import store as visits
from app.users.addresses import lock_owner
from app.users.errors import WrongAccount
from app.users.services import check_password
from app.verifications.services import check_sms_code

ROOMS = (payment, aftersales, reviews, orders, oauth, pictures, staff)


def leave(user_id: int, mobile: str, password: str, sms_code: str, address: str) -> None:
    """Close an account for good. The proof is asked for last, so that nobody spends a code on a refusal."""
    check_nothing_open(user_id)
    db.session.close()  # no transaction waits for the hashing
    _prove(user_id, mobile, password, sms_code, address)
    _forget(user_id)


def check_nothing_open(user_id: int, *, lock: bool = False) -> None:
    """StillOpen with the numbers of what must end first."""
    matters = queries.open_matters(user_id, lock=lock)
    if matters:
        raise StillOpen(orders=matters.orders, after_sales=matters.after_sales, refunds=matters.refunds)


def _prove(user_id: int, mobile: str, password: str, sms_code: str, address: str) -> None:
    if sms_code:
        check_sms_code(mobile, "delete", sms_code)
        return
    if not password:
        raise Missing(field="password")
    try:
        is_theirs = check_password(mobile, password, address) == user_id
    except WrongAccount:
        is_theirs = False
    if not is_theirs:
        raise WrongPassword(field="password")


@unit_of_work
def _forget(user_id: int) -> None:
    """The owner's row is locked first, then every order's: nothing opens between the look and the blanks."""
    if lock_owner(user_id).is_staff:
        raise StaffStay()
    check_nothing_open(user_id, lock=True)
    _blank(user_id)
    then(drop_keys, user_id)


def _blank(user_id: int) -> None:
    outbox.forget_person(user_id, users.receivers(user_id), queries.documents(user_id))
    for room in ROOMS:
        room.forget_person(user_id)
    users.forget_person(user_id)


@unit_of_work
def forget_again(user_id: int) -> None:
    """For somebody who has left: an order that was being placed meanwhile has ended since."""
    lock_owner(user_id)
    _blank(user_id)


def drop_keys(user_id: int) -> None:
    """What Redis holds of a person: cart, searches, history. The rest has a short life and no name in it."""
    carts.forget_person(user_id)
    search.forget_person(user_id)
    visits.forget_visits(user_id)


def sweep() -> int:
    """What a lost moment left of people who have gone; how many of them."""
    late = orders.named_again()
    for user_id in late:
        forget_again(user_id)
    for user_id in users.left_since(clock.now() - SWEPT_FOR):
        drop_keys(user_id)
    return len(late)
