"""Health: is the mall up, and what does it stand on."""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.shared.db import db
from app.shared.redis import is_away
from app.shared.web import ok

bp = Blueprint("account", __name__, template_folder="templates")


@bp.get("/up/")
def up() -> ResponseReturnValue:
    """The process answers; touches nothing else."""
    return ok(status="up")


@bp.get("/up/deps/")
def deps() -> ResponseReturnValue:
    """Database and Redis; 503 when one is away."""
    try:
        db.session.execute(text("SELECT 1"))
        database = True
    except SQLAlchemyError:
        database = False
    cart = not is_away()
    answer = ok(database=database, redis=cart)
    answer.status_code = 200 if database and cart else 503
    return answer
