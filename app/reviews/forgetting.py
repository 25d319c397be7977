"""What reviews hold of a person. The words stay, for they speak of goods; nobody's name stands over them."""

from sqlalchemy import select, update

from app.reviews.models import Review
from app.shared.db import db
from app.shared.holdings import Listed, listed


def holdings(user_id: int) -> dict[str, Listed]:
    """What they wrote."""
    columns = (
        Review.sku_id,
        Review.score,
        Review.text,
        Review.is_anonymous,
        Review.state,
        Review.answer,
        Review.created_at,
    )
    return {"reviews": listed(select(*columns).where(Review.user_id == user_id).order_by(Review.id))}


def forget_person(user_id: int) -> None:
    """Anonymous and without pictures from now on. Joins the caller's unit."""
    db.session.execute(
        update(Review)
        .where(Review.user_id == user_id)
        .values(is_anonymous=True, has_pictures=False)  # their pictures go with them
        .execution_options(synchronize_session=False)
    )
