"""A plan becomes rows: joins the batch's unit of work."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, insert, update

from app.goods import prices, stock
from app.goods.exchange.known import Known, Names, Path, Place
from app.goods.exchange.planning import SKU_TEXTS, Edit, Plan, family_of
from app.goods.exchange.reading import TEXTS, Wanted
from app.goods.models import SKU, SPU, Brand, Category, SKUImage, SKUSpec, Spec, SpecOption
from app.goods.shelving import set_shelf
from app.shared import clock
from app.shared.db import db
from app.shared.money import ZERO

REASON = "导入"


class Writer:
    """Writes one batch; brands, categories, specs and options are made as they are met."""

    def __init__(self, names: Names, known: Known, flow: str, actor: str) -> None:
        self.names, self.known, self.flow, self.actor = names, known, flow, actor

    def write(self, plan: Plan) -> list[int]:
        """Every edit and every new SKU; the ids of all that changed."""
        for edit in plan.edits:
            self._edit(edit)
        db.session.flush()
        self._move_stock(plan.edits)
        new = self._add(plan.new)
        touched = [edit.sku.id for edit in plan.edits]
        return [*touched, *new]

    def _edit(self, edit: Edit) -> None:
        amounts = {name: value for name, value in edit.fields.items() if isinstance(value, Decimal)}
        prices.set_amounts(edit.sku, amounts, actor=self.actor, reason=REASON)
        if isinstance(launched := edit.fields.get("is_launched"), bool):
            set_shelf(edit.sku, launched)
        for name in edit.fields.keys() & SKU_TEXTS.values():
            setattr(edit.sku, name, edit.fields[name])
        for name, text in edit.spu_fields.items():
            setattr(edit.spu, name, text)
        if edit.brand is not None:
            edit.spu.brand_id = self._brand(edit.brand)
        if edit.path is not None:
            self._put(edit.spu, self._place(edit.path))
            moved = update(SKU).where(SKU.spu_id == edit.spu.id).values(category_id=edit.spu.category3_id)
            db.session.execute(moved.execution_options(synchronize_session=False))
        if edit.specs is not None:
            edit.sku.combination = None  # what a desk claimed it to be; a table claims nothing
            db.session.execute(delete(SKUSpec).where(SKUSpec.sku_id == edit.sku.id))
            db.session.execute(insert(SKUSpec), self._chosen(edit.sku.id, edit.spu.id, edit.specs))
        if edit.images is not None:
            db.session.execute(delete(SKUImage).where(SKUImage.sku_id == edit.sku.id))
            self._hang(edit.sku.id, edit.images)
            edit.sku.default_image = edit.images[0] if edit.images else ""
        if edit.spu_fields or edit.brand or edit.path or edit.specs is not None or edit.images is not None:
            edit.sku.updated_at = clock.now()  # what is shown of it changed, though none of its own columns may have

    def _move_stock(self, edits: Iterable[Edit]) -> None:
        deltas = {edit.sku.id: edit for edit in edits if edit.stock_delta}
        for sku in stock.lock_skus(sorted(deltas)):
            edit = deltas[sku.id]
            flow_key = f"{self.flow}:{edit.wanted.line}"
            stock.move(sku, edit.stock_delta, 0, reason=REASON, flow_key=flow_key, actor=self.actor)

    def _add(self, lines: list[Wanted]) -> list[int]:
        """New SKUs, and the SPUs they need; all rows of a kind in one go."""
        spus = [self._family(wanted) for wanted in lines]
        db.session.flush()
        rows = [self._row(wanted, spu) for wanted, spu in zip(lines, spus, strict=True)]
        ids = stock.add_skus(rows, actor=self.actor)
        chosen: list[dict[str, int]] = []
        for sku_id, wanted, spu in zip(ids, lines, spus, strict=True):
            chosen += self._chosen(sku_id, spu.id, wanted.specs or ())
            self._hang(sku_id, wanted.images or ())
        if chosen:
            db.session.execute(insert(SKUSpec), chosen)
        return ids

    def _family(self, wanted: Wanted) -> SPU:
        assert wanted.path is not None, "a new line has its category"
        place, brand = self._place(wanted.path), self._brand(wanted.texts["brand"])
        family = family_of(wanted, self.names)
        assert family is not None
        spu = self.known.families.get(family)
        if spu is None:
            texts = {name: wanted.texts.get(name, "") for name in TEXTS}
            spu = SPU(name=wanted.texts["spu_name"], caption=wanted.texts.get("spu_caption", ""), **texts)
            spu.brand_id = brand
            self._put(spu, place)
            db.session.add(spu)
            self.known.families[family] = spu
        return spu

    def _row(self, wanted: Wanted, spu: SPU) -> dict[str, Any]:
        values = " ".join(value for _, value in wanted.specs or ())
        name = wanted.texts.get("sku_name") or f"{wanted.texts['brand']} {spu.name} {values}".strip()
        return {
            "spu_id": spu.id,
            "category_id": spu.category3_id,
            "name": name[:200],
            "caption": wanted.texts.get("sku_caption", ""),
            "price": wanted.price,
            "cost_price": wanted.cost_price or ZERO,
            "market_price": wanted.market_price or wanted.price,
            "stock": wanted.stock,
            "is_launched": wanted.is_launched is not False,
            "default_image": (wanted.images or ("",))[0],
        }

    def _chosen(self, sku_id: int, spu_id: int, specs: Iterable[tuple[str, str]]) -> list[dict[str, int]]:
        rows = []
        for place, (name, value) in enumerate(specs, 1):
            spec = self.known.specs.get((spu_id, name))
            if spec is None:
                spec = self.known.specs[spu_id, name] = Spec(spu_id=spu_id, name=name, sequence=place)
                db.session.add(spec)
                db.session.flush()
            option = self.known.options.get((spec.id, value))
            if option is None:
                beside = sum(1 for key in self.known.options if key[0] == spec.id)
                option = SpecOption(spec_id=spec.id, value=value, sequence=beside + 1)
                self.known.options[spec.id, value] = option
                db.session.add(option)
                db.session.flush()
            rows.append({"sku_id": sku_id, "spec_id": spec.id, "option_id": option.id})
        return rows

    def _hang(self, sku_id: int, images: Iterable[str]) -> None:
        rows = [{"sku_id": sku_id, "image": stem, "sequence": place} for place, stem in enumerate(images, 1)]
        if rows:
            db.session.execute(insert(SKUImage), rows)

    def _brand(self, name: str) -> int:
        if name not in self.names.brands:
            letter = name[0].upper() if name[0].isascii() and name[0].isalpha() else "#"
            row = Brand(name=name, name_en=name if name.isascii() else "", first_letter=letter)
            db.session.add(row)
            db.session.flush()
            self.names.brands[name], self.names.brand_names[row.id] = row.id, name
        return self.names.brands[name]

    def _place(self, path: Path) -> Place:
        if path not in self.names.places:
            self.names.places[path] = self._make_place(path)
        return self.names.places[path]

    def _make_place(self, path: Path) -> Place:
        ids: list[int] = []
        for level, name in enumerate(path, 1):
            parent = ids[-1] if ids else None
            known = db.session.query(Category.id).filter_by(name=name, parent_id=parent).scalar()
            if known is None:
                row = Category(name=name, parent_id=parent, level=level)
                db.session.add(row)
                db.session.flush()
                known = row.id
            ids.append(known)
        return ids[0], ids[1], ids[2]

    @staticmethod
    def _put(spu: SPU, place: Place) -> None:
        spu.category1_id, spu.category2_id, spu.category3_id = place
