"""PUT and DELETE for plain HTML forms: POST to `?_method=PUT|DELETE` becomes that method before routing."""

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ALLOWED = {"PUT", "DELETE"}


class MethodOverride:
    """WSGI middleware; only POST may become something else, so a link can never write."""

    def __init__(self, application: "WSGIApplication") -> None:
        self.application = application

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "POST" and "_method=" in environ.get("QUERY_STRING", ""):
            wanted = parse_qs(environ["QUERY_STRING"]).get("_method", [""])[0].upper()
            if wanted in ALLOWED:
                environ["REQUEST_METHOD"] = wanted
        return self.application(environ, start_response)
