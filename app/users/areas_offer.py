"""The three lists of the area picker, as far as the form's choices open them."""

from typing import Any

from flask_babel import gettext

from app.areas import queries as areas
from app.areas.queries import AreaName


def fill(form: Any) -> None:
    """Offer provinces, and what lies below what was picked; a pick that belongs elsewhere is taken back."""
    province = _offer(form.province_id, areas.provinces())
    city = _offer(form.city_id, areas.children(province) if province else [])
    _offer(form.district_id, areas.children(city) if city else [])


def _offer(field: Any, found: list[AreaName]) -> int | None:
    field.choices = [("", gettext("请选择")), *((area.id, area.name) for area in found)]
    if field.data not in {area.id for area in found}:
        field.data = None
    picked: int | None = field.data
    return picked
