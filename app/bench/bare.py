"""Beside the mall in the same gunicorn: bare views to measure it against. Loaded as gunicorn's configuration.

`/-bare/page/<bytes>` is a Jinja page of that size with its menu as a kept fragment. `/-bare/made/<path>` sends the
statements that the mall's own page at <path> sent, by the driver alone, and renders the same template with the same
values; no session, no hooks, no keeping, no work in between.
"""

import functools
import threading
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask, Response, g, template_rendered
from jinja2 import Environment
from markupsafe import Markup
from sqlalchemy import Engine, event
from werkzeug.local import LocalProxy

from app.shared.db import db

PREFIX = "/-bare/"
ROWS = 20
READS = {"SELECT", "WITH"}
MENU = Markup("<li>菜单</li>") * 2000
PAGE = """<!DOCTYPE html><html><head><title>{{ title }}</title></head><body><nav>{{ menu }}</nav><ul>
{%- for row in rows %}<li id="{{ row.id }}"><a href="/detail/{{ row.id }}/">{{ row.name }}</a>
<img src="/media/{{ row.image }}-320.webp" alt="{{ row.name }}"><b>{{ row.price }}</b><i>{{ row.sales }}</i>
<form action="/carts/"><input value="{{ row.id }}"><button>{{ row.words }}</button></form></li>{% endfor -%}
</ul><footer>{{ rest }}</footer></body></html>"""
Replies = Callable[..., Iterable[bytes]]


class Recorded:
    """One page of the mall: its statements with their values, its template with its context, who asked."""

    def __init__(self, app: Flask, path: str, cookie: str) -> None:
        self.sent: list[tuple[str, Any]] = []
        self.template: Any = None
        self.context: dict[str, Any] = {}
        self.fragments: dict[Any, Any] = {}
        with app.app_context():
            engine = db.engine
        template_rendered.connect(self._rendered, app)
        event.listen(engine, "before_cursor_execute", self._sent)
        try:
            browser = app.test_client(use_cookies=False)
            answer = browser.get(path, headers={"Accept": "text/html", "Cookie": cookie})
        finally:
            template_rendered.disconnect(self._rendered, app)
            event.remove(engine, "before_cursor_execute", self._sent)
        if answer.status_code != 200 or not self.context:
            raise LookupError(f"{path} answers {answer.status_code}")
        self._keep_fragments()

    def _rendered(self, _app: Flask, template: Any, context: dict[str, Any], **_: Any) -> None:
        self.template, self.context = template, dict(context)

    def _sent(self, _line: object, _cursor: object, statement: str, values: Any, *_: object) -> None:
        if statement.split(None, 1)[0].upper() in READS:
            self.sent.append((statement, values))

    def _keep_fragments(self) -> None:
        who = self.context.get("current_user")
        self.who = who._get_current_object() if isinstance(who, LocalProxy) else who
        for name in ("catalogue_html", "hot_words"):
            if name in self.context:
                value = self.context[name]
                self.context[name] = functools.partial(self._once, value)

    def _once(self, make: Callable[[], Any]) -> Any:
        if make not in self.fragments:
            self.fragments[make] = make()
        return self.fragments[make]

    def answer(self, app: Flask, line: Any, environ: dict[str, Any]) -> Response:
        """The same work, bare."""
        for statement, values in self.sent:
            line.execute(statement, values)
            line.fetchall()
        with app.request_context(environ):
            if self.who is not None:
                g._login_user = self.who
            return Response(self.template.render(self.context), mimetype="text/html")


class Bare:
    """WSGI around the mall."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.page = Environment(autoescape=True).from_string(PAGE)
        self.recorded: dict[tuple[str, str], Recorded] = {}
        self.own = threading.local()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if not path.startswith(PREFIX):
            return self.app(environ, start_response)
        kind, _, rest = path.removeprefix(PREFIX).partition("/")
        response = self._page(int(rest)) if kind == "page" else self._made(f"/{rest}", environ)
        return response(environ, start_response)

    def _page(self, size: int) -> Response:
        rows = [
            {
                "id": n,
                "name": f"一件商品的名称 {n}",
                "image": "a/b",
                "price": "10.00",
                "sales": n,
                "words": "加入购物车",
            }
            for n in range(ROWS)
        ]
        rest = "x" * max(0, size - 40_000)
        return Response(self.page.render(title="页", menu=MENU, rows=rows, rest=rest), mimetype="text/html")

    def _made(self, path: str, environ: dict[str, Any]) -> Response:
        query = environ.get("QUERY_STRING", "")
        name = (f"{path}?{query}" if query else path, environ.get("HTTP_COOKIE", ""))
        found = self.recorded.get(name)
        if found is None:
            found = self.recorded[name] = Recorded(self.app, *name)
        return found.answer(self.app, self._line(), environ)

    def _line(self) -> Any:
        """One cursor of the driver a thread."""
        if not hasattr(self.own, "line"):
            with self.app.app_context():
                engine: Engine = db.engine
            self.own.raw = engine.raw_connection()
            self.own.line = self.own.raw.cursor()
        return self.own.line


def post_worker_init(worker: Any) -> None:
    """gunicorn calls this in each worker, the mall being loaded."""
    worker.wsgi = Bare(worker.wsgi)
