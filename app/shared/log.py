"""One line an event, with the request id (or job id) on it; never a code, a password or a whole number."""

import logging
import re
import secrets
from contextvars import ContextVar

from flask import Flask, g, request
from flask.wrappers import Response

current_id: ContextVar[str] = ContextVar("current_id", default="-")
_SAFE_ID = re.compile(r"[0-9A-Za-z_-]{8,64}")
# what people are reached by is shown in part, wherever it was written: message, arguments or traceback
_MOBILE = re.compile(r"(?<![0-9A-Za-z])(1[3-9][0-9])[0-9]{4}([0-9]{4})(?![0-9A-Za-z])")
FORMAT = "%(asctime)s %(levelname)s %(name)s [%(current_id)s] %(message)s"


class _WithId(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.current_id = current_id.get()
        return True


class _Masking(logging.Formatter):
    """The last hand a line goes through: RQ's and every library's lines too."""

    def format(self, record: logging.LogRecord) -> str:
        return _MOBILE.sub(r"\1****\2", super().format(record))


def init_app(app: Flask) -> None:
    """Give every request an id: taken from the proxy when it looks like one, and sent back."""
    root = logging.getLogger()
    if not any(isinstance(f, _WithId) for handler in root.handlers for f in handler.filters):
        handler = logging.StreamHandler()
        handler.addFilter(_WithId())
        handler.setFormatter(_Masking(FORMAT))
        root.addHandler(handler)
    root.setLevel(app.config["LOG_LEVEL"])
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("urllib3").setLevel(logging.WARNING)  # at DEBUG it writes whole addresses: keys and codes

    @app.before_request
    def begin() -> None:
        given = request.headers.get("X-Request-ID", "")
        g.request_id = given if _SAFE_ID.fullmatch(given) else secrets.token_hex(8)
        current_id.set(g.request_id)

    @app.after_request
    def answer(response: Response) -> Response:
        response.headers["X-Request-ID"] = g.get("request_id", "-")
        return response
