"""The advertising slots of the home page, and every version of what staff write."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.shared.db import Base, When, created_at, key, key32, key64, long_text, pk, str64, str100, str200, updated_at


class ContentCategory(Base):
    """A slot, known to templates by its key (`index_lbt`)."""

    __tablename__ = "content_categories"
    id: Mapped[pk]
    name: Mapped[str64]
    key: Mapped[key32] = mapped_column(unique=True)
    created_at: Mapped[created_at]
    updated_at: Mapped[updated_at]


class Content(Base):
    """One ad: title, a link into this shop, a picture stem, a price or slogan, and when it hangs (UTC)."""

    __tablename__ = "contents"
    id: Mapped[pk]
    category_id: Mapped[int] = mapped_column(ForeignKey("content_categories.id", ondelete="RESTRICT"), index=True)
    title: Mapped[str100]
    url: Mapped[str200]
    image: Mapped[str200] = mapped_column(default="")
    text: Mapped[str200] = mapped_column(default="")
    sequence: Mapped[int] = mapped_column(default=0)
    is_shown: Mapped[bool] = mapped_column(default=True)
    starts_at: Mapped[datetime | None] = mapped_column(When())  # empty: at once
    ends_at: Mapped[datetime | None] = mapped_column(When())  # empty: never
    created_at: Mapped[created_at]
    updated_at: Mapped[updated_at]


class Redirect(Base):
    """An address that went away; an empty target says that it is gone for good."""

    __tablename__ = "redirects"
    id: Mapped[pk]
    path: Mapped[str] = mapped_column(key(200), unique=True)
    target: Mapped[str200] = mapped_column(default="")
    created_at: Mapped[created_at]
    updated_at: Mapped[updated_at]


class SiteVersion(Base):
    """One version of something staff write, as JSON; the newest of a name is what holds. Rows are only ever added.

    Names are `page:<slug>`, `facts` and `slot:<key>`. Of two who write the same version one is told.
    """

    __tablename__ = "site_versions"
    __table_args__ = (UniqueConstraint("name", "version"),)
    id: Mapped[pk]
    name: Mapped[key64]
    version: Mapped[int]
    content: Mapped[str] = mapped_column(long_text())
    actor: Mapped[key64]
    note: Mapped[str100] = mapped_column(default="")
    created_at: Mapped[created_at]
