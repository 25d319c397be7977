"""What pictures hold of a person. All of it joins the caller's unit."""

from sqlalchemy import select, update

from app.pictures import services
from app.pictures.models import Picture
from app.shared.db import db
from app.shared.holdings import Listed, listed


def holdings(user_id: int) -> dict[str, Listed]:
    """Every picture they brought, by its stem."""
    columns = (Picture.stem, Picture.kind, Picture.width, Picture.height, Picture.created_at)
    query = select(*columns).where(Picture.user_id == user_id, Picture.dropped_at.is_(None))
    return {"pictures": listed(query.order_by(Picture.id))}


def forget_person(user_id: int) -> None:
    """Their pictures go, the files after the commit; those of the shop stay, brought by nobody."""
    services.drop_of_person(user_id)
    kept = update(Picture).where(Picture.user_id == user_id, Picture.dropped_at.is_(None))
    db.session.execute(kept.values(user_id=None).execution_options(synchronize_session=False))
