"""Spec templates: which specs goods of a category usually have, and with which options."""

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.shared.db import Base, created_at, exact20, pk, updated_at


class SpecTemplate(Base):
    """A set of specs to begin an SPU with; of a category of any level, or of none: then it is offered everywhere."""

    __tablename__ = "spec_templates"
    id: Mapped[pk]
    name: Mapped[exact20] = mapped_column(unique=True)
    category_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id", ondelete="RESTRICT"), index=True)
    created_at: Mapped[created_at]
    updated_at: Mapped[updated_at]


class SpecTemplateLine(Base):
    """A spec of a template and its usual options, in the comma list that staff typed."""

    __tablename__ = "spec_template_lines"
    __table_args__ = (UniqueConstraint("template_id", "name"),)
    id: Mapped[pk]
    template_id: Mapped[int] = mapped_column(ForeignKey("spec_templates.id", ondelete="CASCADE"), index=True)
    name: Mapped[exact20]
    options: Mapped[str] = mapped_column(String(1000), default="")
    sequence: Mapped[int] = mapped_column(default=0)
