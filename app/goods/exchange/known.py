"""What the shop already has of a batch of lines, read in a bounded number of statements."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from app.goods.exchange.columns import key_of
from app.goods.exchange.reading import Wanted
from app.goods.models import SKU, SPU, Brand, Category, SKUImage, SKUSpec, Spec, SpecOption
from app.shared.db import db

Path = tuple[str, str, str]
Place = tuple[int, int, int]
Family = tuple[int, int, str]  # brand, level-3 category, name of the SPU
Pairs = frozenset[tuple[str, str]]


@dataclass
class Names:
    """Brands and category paths by name, and back."""

    brands: dict[str, int]
    places: dict[Path, Place]
    brand_names: dict[int, str] = field(default_factory=dict)
    paths: dict[int, Path] = field(default_factory=dict)  # of a level-3 category

    def __post_init__(self) -> None:
        self.brand_names = {id_: name for name, id_ in self.brands.items()}
        self.paths = {place[2]: path for path, place in self.places.items()}


def read_names() -> Names:
    """All brands and all whole paths, in two statements."""
    rows = {row.id: row for row in db.session.execute(select(Category.id, Category.name, Category.parent_id))}
    places: dict[Path, Place] = {}
    for third in rows.values():
        second = rows.get(third.parent_id)
        first = rows.get(second.parent_id) if second is not None else None
        if second is not None and first is not None:
            places[first.name, second.name, third.name] = first.id, second.id, third.id
    brands = {name: id_ for id_, name in db.session.execute(select(Brand.id, Brand.name))}
    return Names(brands, places)


@dataclass
class Known:
    """Rows of the tables that a batch may touch."""

    skus: dict[int, SKU]
    spus: dict[int, SPU]
    families: dict[Family, SPU]
    chosen: dict[int, dict[str, str]]  # SKU → spec → option, in the order of the specs
    specs: dict[tuple[int, str], Spec]
    options: dict[tuple[int, str], SpecOption]
    images: dict[int, list[str]]
    by_specs: dict[tuple[int, Pairs], SKU]


def read_known(batch: Sequence[Wanted], names: Names) -> Known:
    """Eight statements, however many lines."""
    ids = {each.sku_id for each in batch if each.sku_id is not None}
    skus = {sku.id: sku for sku in db.session.scalars(select(SKU).where(SKU.id.in_(ids)))} if ids else {}
    new = {each.texts["spu_name"] for each in batch if each.sku_id is None and "spu_name" in each.texts}
    wanted = SPU.id.in_({sku.spu_id for sku in skus.values()}) | SPU.name.in_(new)
    spus = {spu.id: spu for spu in db.session.scalars(select(SPU).where(wanted))}
    for sku in db.session.scalars(select(SKU).where(SKU.spu_id.in_(spus))):
        skus[sku.id] = sku
    families = {(spu.brand_id, spu.category3_id, spu.name): spu for spu in sorted(spus.values(), key=_newest_first)}
    specs = {(spec.spu_id, spec.name): spec for spec in db.session.scalars(select(Spec).where(Spec.spu_id.in_(spus)))}
    spec_ids = [spec.id for spec in specs.values()]
    options = db.session.scalars(select(SpecOption).where(SpecOption.spec_id.in_(spec_ids)))
    chosen = chosen_of(skus)
    return Known(
        skus=skus,
        spus=spus,
        families=families,
        chosen=chosen,
        specs=specs,
        options={(option.spec_id, option.value): option for option in options},
        images=images_of(skus),
        by_specs={(sku.spu_id, key_of(chosen.get(id_, {}).items())): sku for id_, sku in skus.items()},
    )


def _newest_first(spu: SPU) -> int:
    return -spu.id  # of two with one name the older is written last, and stays


def chosen_of(sku_ids: Iterable[int]) -> dict[int, dict[str, str]]:
    """Spec → option of each SKU, in the order of the specs."""
    query = (
        select(SKUSpec.sku_id, Spec.name, SpecOption.value)
        .join(Spec, Spec.id == SKUSpec.spec_id)
        .join(SpecOption, SpecOption.id == SKUSpec.option_id)
        .where(SKUSpec.sku_id.in_(list(sku_ids)))
        .order_by(Spec.sequence, Spec.id)
    )
    found: dict[int, dict[str, str]] = {}
    for sku_id, name, value in db.session.execute(query):
        found.setdefault(sku_id, {})[name] = value
    return found


def images_of(sku_ids: Iterable[int]) -> dict[int, list[str]]:
    """The picture stems of each SKU, in order."""
    query = select(SKUImage.sku_id, SKUImage.image).where(SKUImage.sku_id.in_(list(sku_ids)))
    found: dict[int, list[str]] = {}
    for sku_id, image in db.session.execute(query.order_by(SKUImage.sequence, SKUImage.id)):
        found.setdefault(sku_id, []).append(image)
    return found
