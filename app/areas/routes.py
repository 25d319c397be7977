"""The pickers' lists: `GET /areas/` the provinces, `GET /areas/?area_id=` what lies below one division."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.areas import queries, store
from app.shared.errors import BadValue
from app.shared.web import is_htmx, ok

bp = Blueprint("areas", __name__, template_folder="templates")


@bp.get("/areas/", endpoint="areas")
def list_areas() -> ResponseReturnValue:
    """JSON, or for htmx the options of a select; an empty `area_id` from htmx is a picker set back."""
    asked = request.args.get("area_id")
    if asked is None:
        province_list = store.provinces(_provinces)
        return _options(province_list) if is_htmx() else ok(province_list=province_list)
    if not asked and is_htmx():
        return _options([])
    area_id = _code(asked)
    division = store.division(area_id, lambda: _division(area_id))
    return _options(division["subs"]) if is_htmx() else ok(sub_data=division)


def _code(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 12:
        raise BadValue()
    return int(text)


def _provinces() -> list[store.Named]:
    return [{"id": each.id, "name": each.name} for each in queries.provinces()]


def _division(area_id: int) -> store.Division:
    area = queries.get_area(area_id)
    subs: list[store.Named] = [{"id": each.id, "name": each.name} for each in queries.children(area_id)]
    return {"id": area.id, "name": area.name, "subs": subs}


def _options(areas: list[store.Named]) -> str:
    return render_template("areas/_options.html", areas=areas)
