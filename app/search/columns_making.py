"""Columns from rows, and newer columns from older ones and the rows that changed."""

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from app.search.columns import Array, Columns, Key, rate

EPOCH, MICRO = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
# column → how a row of `listing_rows.sku_rows` becomes its number
SINGLE = ("ids", "spu_ids", "category_ids", "brand_ids", "price", "opened", "sales", "rating", "stocked", "shelved")
FRAME = {"ids", "spu_ids", "category_ids", "brand_ids"}  # when these move, everything that was derived is made anew
ORDERED = {"price", "opened", "sales", "rating"}


def make_columns(skus: Iterable[tuple[Any, ...]], specs: Iterable[tuple[int, Key]]) -> Columns:
    """From all rows of SKUs by id, and (SKU, spec) by SKU."""
    table = _table(skus)
    codes: dict[Key, int] = {}
    pairs = [(sku_id, codes.setdefault(key, len(codes))) for sku_id, key in specs]
    ids = np.fromiter((sku_id for sku_id, _ in pairs), np.int64, len(pairs))
    lines = np.searchsorted(table["ids"], ids).astype(np.int32)
    spec_codes = np.fromiter((code for _, code in pairs), np.int32, len(pairs))
    return Columns(**table, spec_lines=lines, spec_codes=spec_codes, spec_keys=list(codes))


def change_columns(
    old: Columns, skus: Iterable[tuple[Any, ...]], specs: Iterable[tuple[int, Key]], asked: Iterable[int]
) -> Columns:
    """With fresh rows of the SKUs asked for; the ones that gave no row are gone from the shelf."""
    fresh = _table(skus)
    lost = old.lines_of(np.array(sorted(set(asked) - set(fresh["ids"].tolist())), dtype=np.int64))
    is_new = ~np.isin(fresh["ids"], old.ids)
    if is_new.any() or _pairs(old, fresh["ids"]) != _named(specs := list(specs)):
        return _rebuild(old, fresh, list(specs), lost)
    lines, changed = old.lines_of(fresh["ids"]), {}
    for name in SINGLE:
        values = getattr(old, name)
        if not np.array_equal(values[lines], fresh[name]) or (name == "shelved" and len(lost)):
            changed[name] = values.copy()
            changed[name][lines] = fresh[name]
    if len(lost):
        changed["shelved"][lost] = False
    return _carry(old, changed) if changed else old


def _table(rows: Iterable[tuple[Any, ...]]) -> dict[str, Any]:
    numbers = [
        (id_, spu, category, brand, int(fen), (opened - EPOCH) // MICRO, sales, rate(points, reviews), stocked, shelved)
        for id_, spu, category, brand, fen, opened, sales, points, reviews, stocked, shelved in rows
    ]
    table = np.array(numbers, dtype=np.int64).reshape(-1, len(SINGLE))
    found = {name: np.ascontiguousarray(table[:, n]) for n, name in enumerate(SINGLE)}
    return {**found, "stocked": found["stocked"].astype(np.bool_), "shelved": found["shelved"].astype(np.bool_)}


def _carry(old: Columns, changed: Mapping[str, Any]) -> Columns:
    """What does not depend on the changed columns is kept."""
    new = replace(old, **changed, orders={}, memory={})
    new.orders.update({name: order for name, order in old.orders.items() if name not in changed})
    if not FRAME & set(changed):
        plain = {each.name for each in fields(Columns)}
        new.__dict__.update({name: made for name, made in old.__dict__.items() if name not in plain})
    return new


def _named(specs: Iterable[tuple[int, Key]]) -> set[tuple[int, Key]]:
    return set(specs)


def _pairs(columns: Columns, ids: Array) -> set[tuple[int, Key]]:
    """The (SKU, spec) pairs that these SKUs have now."""
    mask = np.zeros(columns.size, dtype=np.bool_)
    mask[columns.lines_of(ids)] = True
    hits = mask[columns.spec_lines]
    found = zip(columns.ids[columns.spec_lines[hits]].tolist(), columns.spec_codes[hits].tolist(), strict=True)
    return {(sku_id, columns.spec_keys[code]) for sku_id, code in found}


def _rebuild(old: Columns, fresh: Mapping[str, Array], specs: list[tuple[int, Key]], lost: Array) -> Columns:
    """Old lines without the fresh ones, then the fresh, by id again."""
    kept = ~np.isin(old.ids, fresh["ids"])
    shelved = old.shelved.copy()
    shelved[lost] = False
    before: dict[str, Any] = {**{name: getattr(old, name) for name in SINGLE}, "shelved": shelved}
    table: dict[str, Any] = {name: np.concatenate([before[name][kept], fresh[name]]) for name in SINGLE}
    place = np.argsort(table["ids"], kind="stable")
    table = {name: values[place] for name, values in table.items()}
    codes = {key: code for code, key in enumerate(old.spec_keys)}
    new_codes = np.fromiter((codes.setdefault(key, len(codes)) for _, key in specs), np.int32, len(specs))
    staying = kept[old.spec_lines]
    owners = np.concatenate([old.ids[old.spec_lines[staying]], np.array([i for i, _ in specs], dtype=np.int64)])
    all_codes = np.concatenate([old.spec_codes[staying], new_codes])
    by_owner = np.argsort(owners, kind="stable")
    lines = np.searchsorted(table["ids"], owners[by_owner]).astype(np.int32)
    return Columns(**table, spec_lines=lines, spec_codes=all_codes[by_owner], spec_keys=list(codes))
