"""What a shopper has marked: put there, taken away, listed. Marking twice is marking once."""

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from app.goods import queries as goods
from app.goods.errors import NoSuchSKU
from app.goods.queries import SKUCard
from app.shared.cache import forget, remember
from app.shared.db import db
from app.shared.errors import NotFound
from app.shared.paging import Page
from app.shared.uow import savepoint, then, unit_of_work, violates
from app.users.errors import TooManyFavourites
from app.users.models import Favourite
from app.users.policy import FAVOURITES_PAGE_SIZE, MOST_FAVOURITES


@unit_of_work
def mark(user_id: int, sku_id: int) -> None:
    """Put a SKU among the favourites; NoSuchSKU, TooManyFavourites."""
    if sku_id not in goods.sku_cards([sku_id]):
        raise NoSuchSKU(sku_id=sku_id)
    if is_marked(user_id, sku_id):
        return
    if count_marked(user_id) >= MOST_FAVOURITES:
        raise TooManyFavourites(limit=MOST_FAVOURITES)
    then(forget, _kept(user_id))
    try:
        with savepoint():
            db.session.add(Favourite(user_id=user_id, sku_id=sku_id))
    except IntegrityError as problem:
        if not violates(problem, "uq_favourites", "favourites.user_id"):  # a second click was faster
            raise


@unit_of_work
def unmark(user_id: int, sku_id: int) -> None:
    """Take it away; what is not there is no error."""
    db.session.execute(delete(Favourite).where(Favourite.user_id == user_id, Favourite.sku_id == sku_id))
    then(forget, _kept(user_id))


def is_marked(user_id: int, sku_id: int) -> bool:
    """Is it among them, as the table says?"""
    query = select(Favourite.id).where(Favourite.user_id == user_id, Favourite.sku_id == sku_id)
    return db.session.scalar(query) is not None


def kept_marks(user_id: int) -> list[int]:
    """Every marked SKU, kept in the cache: the hearts of a page cost no statement."""
    return remember(_kept(user_id), lambda: _marked_ids(user_id))


def forget_marks(user_id: int) -> None:
    """Take all of them away; joins the caller's unit."""
    db.session.execute(delete(Favourite).where(Favourite.user_id == user_id))
    then(forget, _kept(user_id))


def _marked_ids(user_id: int) -> list[int]:
    return list(db.session.scalars(select(Favourite.sku_id).where(Favourite.user_id == user_id)))


def _kept(user_id: int) -> str:
    return f"users.favourites.{user_id}"


def count_marked(user_id: int) -> int:
    """How many there are."""
    return db.session.scalar(select(func.count()).where(Favourite.user_id == user_id)) or 0


def page_marked(user_id: int, number: int) -> Page[SKUCard]:
    """The newest first, off the shelf or not; NotFound beyond the last page."""
    total = count_marked(user_id)
    page: Page[SKUCard] = Page([], number, FAVOURITES_PAGE_SIZE, total)
    if not 1 <= number <= page.pages:
        raise NotFound()
    ids = list(
        db.session.scalars(
            select(Favourite.sku_id)
            .where(Favourite.user_id == user_id)
            .order_by(Favourite.id.desc())
            .limit(page.size)
            .offset((number - 1) * page.size)
        )
    )
    cards = goods.sku_cards(ids)
    return Page([cards[sku_id] for sku_id in ids], number, page.size, total)
