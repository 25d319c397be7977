"""Rights come from the room staff, and what staff does goes to its log, through the panel and by command."""

import logging

from flask import Flask, Response, flash, request, url_for
from flask.typing import ResponseReturnValue

from app.shared import acting, staff_undo
from app.shared.errors import Busy
from app.shared.staff_door import NeedFactor, NeedPassword
from app.shared.staff_view import rights
from app.shared.web import answer_error, came_from, say, see_other, wants_json
from app.staff import cli, queries, recording, saved_filters

log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """Hang it all up, once everything else is there."""
    app.extensions["meiduo_rights"] = queries.rights_of
    app.extensions["meiduo_signed_in_at"] = queries.signed_in_at
    app.extensions["meiduo_factor"] = queries.factor_of
    app.extensions["meiduo_saved_filters"] = saved_filters.saved_filters
    app.extensions["meiduo_staff_names"] = queries.staff_names
    app.extensions["meiduo_touches"] = queries.touches
    app.register_error_handler(NeedPassword, _ask_password)
    app.register_error_handler(NeedFactor, _ask_set_up)
    app.jinja_env.globals.update(staff_rights=rights, actor_names=queries.actor_names)
    staff_undo.init_app(app)
    acting.hear(recording.witness)
    app.after_request(_note_silent_act)
    app.teardown_request(lambda _problem: acting.begin(None))
    cli.mount(app)


def _note_silent_act(response: Response) -> Response:
    """An act that wrote no row of ours is told too: an export, something handed to a job, a verb that said no."""
    act = acting.current()
    if act is not None and not act.entries and response.status_code < 400:
        about = act.about or request.form.get("number") or request.form.get("rowid") or ""
        try:
            recording.note(act, about[:64])
        except Busy:
            log.warning("%s by %s was not noted: busy", act.what, act.who)
    return response


def _ask_password(problem: NeedPassword) -> ResponseReturnValue:
    """To the door of the back office, and back to the page; what was to be written is to be pressed again."""
    if wants_json():
        return answer_error(problem)
    flash(say(problem), "info")
    return see_other(url_for("admin_door.login", next=came_from()))


def _ask_set_up(problem: NeedFactor) -> ResponseReturnValue:
    """To the page with the QR picture, and from there on to where they wanted to go."""
    if wants_json():
        return answer_error(problem)
    flash(say(problem), "info")
    return see_other(url_for("admin_factor.index", next=came_from()))
