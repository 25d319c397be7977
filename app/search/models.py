"""What staff say about words, and what people asked for in vain."""

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from app.shared.db import Base, created_at, exact64, pk, str255, updated_at, when


class Synonyms(Base):
    """A group of words for the same goods, parted by commas; read in both directions."""

    __tablename__ = "search_synonyms"
    id: Mapped[pk]
    words: Mapped[str255]
    is_active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[created_at]
    updated_at: Mapped[updated_at]


class BlockedWord(Base):
    """A question that is never offered to others, as a hot word or while they type."""

    __tablename__ = "search_blocked_words"
    id: Mapped[pk]
    word: Mapped[exact64] = mapped_column(unique=True)
    created_at: Mapped[created_at]


class HotWord(Base):
    """A question that staff put in front of the hot words, in the order of `place`."""

    __tablename__ = "search_hot_words"
    id: Mapped[pk]
    word: Mapped[exact64] = mapped_column(unique=True)
    place: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[created_at]


class SearchMiss(Base):
    """A question that found nothing: how often, and when last. Nothing about who asked."""

    __tablename__ = "search_misses"
    __table_args__ = (
        Index("ix_search_misses_count", "count", "id"),
        Index("ix_search_misses_open", "is_dismissed", "count", "id"),
        Index("ix_search_misses_last_at", "last_at", "id"),
    )
    id: Mapped[pk]
    question: Mapped[exact64] = mapped_column(unique=True)
    count: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[when]
    is_dismissed: Mapped[bool] = mapped_column(default=False)  # staff have seen it and need not see it again
    created_at: Mapped[created_at]
