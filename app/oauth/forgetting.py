"""Which accounts from elsewhere lead to a person: listed for their export, cut when they leave."""

from sqlalchemy import delete, select

from app.oauth.models import OAuthUser
from app.shared.db import db
from app.shared.holdings import Listed, listed


def holdings(user_id: int) -> dict[str, Listed]:
    """The bindings."""
    columns = (OAuthUser.provider, OAuthUser.open_id, OAuthUser.created_at)
    return {"linked_accounts": listed(select(*columns).where(OAuthUser.user_id == user_id).order_by(OAuthUser.id))}


def forget_person(user_id: int) -> None:
    """Unlink all of them. Joins the caller's unit."""
    db.session.execute(
        delete(OAuthUser).where(OAuthUser.user_id == user_id).execution_options(synchronize_session=False)
    )
