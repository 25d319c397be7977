"""Jobs of the room."""

import logging

from app.goods.exchange import importing

log = logging.getLogger(__name__)


def bring_in(import_id: int) -> None:
    """Bring an uploaded table in, from where it stands; a second worker at it steps back."""
    try:
        importing.run(import_id, lambda _lines: None)
    except importing.Elsewhere as problem:
        log.info("%s", problem)
    except importing.NoTable as problem:
        log.warning("import %s stopped: %s", import_id, problem)
