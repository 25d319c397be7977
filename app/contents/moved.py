"""Addresses that went away: a reader who comes by an old link is sent on, or told that it is gone for good."""

from flask import Flask, Response, redirect, render_template, request
from sqlalchemy import select

from app.contents.models import Redirect
from app.shared.db import db
from app.shared.web import is_htmx, wants_json

LONGEST = 200


def init_app(app: Flask) -> None:
    """Asked only where a page was not found."""
    app.after_request(_look)


def find_target(path: str) -> str | None:
    """Where the address leads now; an empty text: nowhere, for good; None: it was never ours."""
    if len(path) > LONGEST:
        return None
    return db.session.scalar(select(Redirect.target).where(Redirect.path == path))


def _look(response: Response) -> Response:
    if response.status_code != 404 or request.method not in ("GET", "HEAD") or wants_json() or is_htmx():
        return response
    target = find_target(request.path)
    if target is None:
        return response
    if target:
        return redirect(target, 301)  # type: ignore[return-value]  # Flask's redirect answers with its parent class
    return Response(render_template("contents/gone.html"), 410)
