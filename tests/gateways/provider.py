"""A server on a loopback port that answers as a provider would: yes, no, nonsense, or not at all."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Asked = tuple[str, dict[str, str], bytes]  # path, headers in small letters, body


class Provider(ThreadingHTTPServer):
    """Says what the test wants. `failures` first answers of each path are 503; `is_silent` holds its tongue."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Desk)
        self.status, self.body, self.is_silent, self.failures = 200, b"{}", False, 0
        self.asked: list[Asked] = []
        self.news = threading.Condition()
        self.over = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def says(self, body: Any, status: int = 200) -> None:
        self.status, self.body = status, body if isinstance(body, bytes) else json.dumps(body).encode()

    def at(self, part: str) -> list[Asked]:
        """What was asked under paths that hold this part."""
        return [each for each in self.asked if part in each[0]]

    def wait_for(self, count: int, part: str = "", timeout_s: float = 60) -> None:
        """Until it was asked so often."""
        with self.news:
            assert self.news.wait_for(lambda: len(self.at(part)) >= count, timeout_s), (
                f"{len(self.at(part))} of {count}"
            )


class Desk(BaseHTTPRequestHandler):
    """One question, one answer."""

    server: Provider

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = self.path.partition("?")[0]
        with self.server.news:
            before = len(self.server.at(path))
            self.server.asked.append((self.path, {name.lower(): text for name, text in self.headers.items()}, body))
            self.server.news.notify_all()
        if self.server.is_silent:
            self.server.over.wait(60)
            return
        fails = before < self.server.failures
        said = b"out of order" if fails else self.server.body
        self.send_response(503 if fails else self.server.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_about: Any) -> None:
        """Quiet."""


@contextmanager
def open_provider() -> Iterator[Provider]:
    with Provider() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.over.set()
            server.shutdown()
            thread.join(10)
