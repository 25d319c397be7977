"""The three lists of the area picker, as far as the form's choices open them."""

from typing import Any

from flask_babel import gettext

from app.areas import queries as areas
from app.areas.queries import AreaName


def fill(form: Any) -> None:
    """Offer provinces, and what lies below what was picked; a pick that belongs elsewhere is taken back.

    A level that has nothing to choose says so: it may be left out (ADR-4).
    """
    province = _offer(form.province_id, areas.provinces(), is_open=True)
    cities = areas.children(province) if province else []
    city = _offer(form.city_id, cities, is_open=not province)
    is_waiting = not province or (bool(cities) and not city)
    _offer(form.district_id, areas.children(city) if city else [], is_open=is_waiting)


def _offer(field: Any, found: list[AreaName], *, is_open: bool) -> int | None:
    """`is_open`: an empty list only waits for the level above it."""
    first = gettext("请选择") if found or is_open else gettext("无需选择")
    field.choices = [("", first), *((area.id, area.name) for area in found)]
    if field.data not in {area.id for area in found}:
        field.data = None
    picked: int | None = field.data
    return picked
