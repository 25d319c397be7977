"""House test 5: tables fit MariaDB, nothing loads lazily, foreign keys are indexed, strings have lengths."""

import pytest
from flask import Flask
from sqlalchemy import (
    CheckConstraint,
    Float,
    ForeignKey,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
    UniqueConstraint,
    create_engine,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import CompileError
from sqlalchemy.orm import DeclarativeBase, Mapped, configure_mappers, mapped_column, relationship
from sqlalchemy.schema import CreateIndex, CreateTable

from app.shared.db import Base, Money, When
from tests.house.reading import APP


def mariadb() -> Dialect:
    """The dialect of production, without a server."""
    return create_engine("mariadb+pymysql://nobody@127.0.0.1/nothing").dialect


def first_columns(table: Table) -> set[str]:
    """Columns that some index, unique constraint or the primary key begins with."""
    firsts = [next(iter(index.columns)).name for index in table.indexes]
    firsts += [next(iter(c.columns)).name for c in table.constraints if isinstance(c, UniqueConstraint)]
    if len(table.primary_key.columns):
        firsts.append(next(iter(table.primary_key.columns)).name)
    return set(firsts)


def table_faults(table: Table) -> list[str]:
    """Foreign keys without an index, strings without a length, amounts and moments of a type of their own."""
    found = []
    for column in table.columns:
        name, kind = f"{table.name}.{column.name}", column.type
        if column.foreign_keys and column.name not in first_columns(table):
            found.append(f"{name}: a foreign key without an index")
        if isinstance(kind, String) and not isinstance(kind, Text) and not kind.length:
            found.append(f"{name}: a string without a length")
        if isinstance(kind, Float | Numeric) and not isinstance(kind, Money):
            found.append(f"{name}: a number that is not exact on both engines")
        if kind.__class__.__name__ in {"DateTime", "TIMESTAMP", "DATETIME"}:
            found.append(f"{name}: a moment that is not `when`")
        if column.comment:
            found.append(f"{name}: a comment, which a revision made on SQLite loses")
    return found


def lazy_relationships(base: type[DeclarativeBase]) -> list[str]:
    """Relationships that would load by themselves."""
    configure_mappers()
    return [
        f"{mapper.class_.__name__}.{relation.key}"
        for mapper in base.registry.mappers
        for relation in mapper.relationships
        if relation.lazy != "raise"
    ]


def test_every_table_compiles_for_mariadb(mall: Flask) -> None:
    for table in Base.metadata.tables.values():
        CreateTable(table).compile(dialect=mariadb())
        for index in table.indexes:
            CreateIndex(index).compile(dialect=mariadb())


def test_every_table_is_sound(mall: Flask) -> None:
    assert len(Base.metadata.tables) > 20
    assert [fault for table in Base.metadata.tables.values() for fault in table_faults(table)] == []


def test_nothing_loads_lazily(mall: Flask) -> None:
    assert lazy_relationships(Base) == []


def test_every_table_is_innodb_in_utf8mb4(mall: Flask) -> None:
    for table in Base.metadata.tables.values():
        options = table.dialect_options["mysql"]
        assert options["engine"] == "InnoDB", table.name
        assert options["charset"] == "utf8mb4", table.name


def test_every_constraint_has_a_name(mall: Flask) -> None:
    """An unnamed one cannot be dropped by a migration on both engines."""
    for table in Base.metadata.tables.values():
        assert all(constraint.name for constraint in table.constraints), table.name


def test_the_defects_of_the_original_are_barred_by_constraints(mall: Flask) -> None:
    """Checks on stock, price and count; the pairs that may exist once."""
    for name, column in (("skus", "stock"), ("skus", "price"), ("order_lines", "count"), ("orders", "total_amount")):
        checks = [c for c in Base.metadata.tables[name].constraints if isinstance(c, CheckConstraint)]
        assert any(column in str(check.sqltext) for check in checks), (name, column)
    once = [
        ("oauth_users", {"provider", "open_id"}),
        ("sku_specs", {"sku_id", "spec_id"}),
        ("category_visits", {"category_id", "date"}),
        ("order_lines", {"order_id", "sku_id"}),
        ("receipts", {"trade_id"}),
        ("payment_attempts", {"out_trade_no"}),
        ("orders", {"number"}),
        ("orders", {"user_id", "submit_token"}),
    ]
    for name, columns in once:
        table = Base.metadata.tables[name]
        unique = [set(c.columns.keys()) for c in table.constraints if isinstance(c, UniqueConstraint)]
        unique += [set(index.columns.keys()) for index in table.indexes if index.unique]
        assert columns in unique, (name, columns, unique)


def test_every_models_file_is_part_of_the_schema(mall: Flask) -> None:
    homes = {mapper.class_.__module__ for mapper in Base.registry.mappers}
    expected = {f"app.{path.parent.name}.models" for path in APP.glob("*/models.py")}
    assert expected <= homes


class Trespass(DeclarativeBase):
    """A schema of mistakes, of its own metadata."""

    metadata = MetaData()


class Parent(Trespass):
    __tablename__ = "parents"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String)
    price: Mapped[float] = mapped_column(Numeric(10, 2))
    children: Mapped[list["Child"]] = relationship()


class Child(Trespass):
    __tablename__ = "children"
    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int] = mapped_column(Integer, ForeignKey("parents.id"))


def test_mistakes_are_noticed() -> None:
    assert table_faults(Trespass.metadata.tables["parents"]) == [
        "parents.name: a string without a length",
        "parents.price: a number that is not exact on both engines",
    ]
    assert table_faults(Trespass.metadata.tables["children"]) == ["children.parent_id: a foreign key without an index"]
    assert lazy_relationships(Trespass) == ["Parent.children"]
    with pytest.raises(CompileError):
        CreateTable(Trespass.metadata.tables["parents"]).compile(dialect=mariadb())


def test_moments_and_amounts_are_in_use(mall: Flask) -> None:
    """The two checks above look for these types: they must be what the tables are written in."""
    kinds = [type(column.type) for table in Base.metadata.tables.values() for column in table.columns]
    assert kinds.count(Money) > 5
    assert kinds.count(When) > 10
