"""What was promised to people, and the codes that were sent: for tests that read their mail."""

import re
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy import select

from app.outbox.models import Message
from app.shared.db import db
from app.shared.redis import redis
from app.verifications import store
from tests.pages import PageClient


def posted(app: Flask, to: str) -> list[Message]:
    """Every message to somebody, oldest first."""
    with app.app_context():
        found = list(db.session.scalars(select(Message).where(Message.to == to).order_by(Message.id)))
        db.session.expunge_all()
        return found


def link_in(message: Message) -> str:
    """Path and query of the link on a line of its own."""
    found = re.search(r"^(https?://\S+)$", message.text, re.MULTILINE)
    assert found is not None, message.text
    parts = urlsplit(found[1])
    return f"{parts.path}?{parts.query}"


def sent_code(app: Flask, channel: str, purpose: str, to: str) -> str:
    """The code that waits for this receiver; empty when there is none."""
    with app.app_context():
        return str(redis().hget(store.code_key(channel, purpose, to), "code") or "")


def picture(client: PageClient) -> dict[str, str]:
    """A picture code and what it says."""
    ident = client.json("POST", "/image_codes/")[1]["image_code_id"]
    with client.app.app_context():
        return {"image_code_id": ident, "image_code": str(store.peek_image_code(ident))}


def let_another_code_go(app: Flask) -> None:
    """The minute is over."""
    with app.app_context():
        for key in [*redis().keys("codes_to_*"), *redis().keys("codes_from_*")]:
            redis().delete(key)


def at_once(app: Flask, works: list[Callable[[], Any]]) -> list[Any]:
    """All at the same moment, each in a context of its own; results and exceptions in their order."""
    gate, results = threading.Barrier(len(works)), [None] * len(works)

    def run(place: int) -> None:
        with app.app_context():
            gate.wait(30)
            try:
                results[place] = works[place]()
            except Exception as problem:
                results[place] = problem  # type: ignore[call-overload]

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results
