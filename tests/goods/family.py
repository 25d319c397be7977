"""An SPU with specs for the tests of its desk."""

from datetime import datetime

from app.goods import family_desk, spec_editing
from app.goods.family_desk import Desk
from app.goods.launching import NewSKU
from app.goods.spec_editing import SpecEdit
from tests.factories.world import World

PHONE = {"颜色": ("黑", "白", "金", "蓝"), "内存": ("128GB", "256GB", "512GB")}


def phone(make: World, specs: dict[str, tuple[str, ...]] | None = None) -> int:
    """A phone in four colours and three memories, without a SKU. In a context."""
    spu_id = make.spu("云杉 5")
    edits = [SpecEdit(0, name, more=values) for name, values in (specs or PHONE).items()]
    spec_editing.save_specs(spu_id, seen(spu_id), edits)
    return spu_id


def seen(spu_id: int) -> datetime:
    """When it was last changed."""
    return family_desk.get_desk(spu_id).updated_at


def all_of(desk: Desk) -> list[NewSKU]:
    """Every combination that is missing."""
    return [NewSKU(each.option_ids) for each in family_desk.missing(desk)]


def option(desk: Desk, value: str) -> int:
    """The id of an option by its value."""
    return next(each.id for spec in desk.specs for each in spec.options if each.value == value)


def edits_of(desk: Desk) -> list[SpecEdit]:
    """The specs as they are, to be changed by a test."""
    return [
        SpecEdit(
            spec.id,
            spec.name,
            place,
            options=tuple(
                spec_editing.OptionEdit(option.id, option.value, at) for at, option in enumerate(spec.options, 1)
            ),
        )
        for place, spec in enumerate(desk.specs, 1)
    ]
