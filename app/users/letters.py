"""Letters to shoppers: subject, text and HTML from escaped templates, in the reader's language, links absolute."""

import re
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from flask import current_app
from flask_babel import force_locale, get_locale

FOLDER = "users/letters"
_GAPS = re.compile(r"\n{3,}")


@dataclass(frozen=True)
class Letter:
    """What a mail says; `text` is whole without `html`."""

    subject: str
    text: str
    html: str


def render(name: str, *, language: str | None = None, **values: Any) -> Letter:
    """The letter `users/letters/<name>.{txt,html}`; its first line of text is the subject.

    `username` is greeted when given. Without `language` it speaks the one of the request that causes it. Templates
    are asked for directly, so that no context processor reads navigation or cart for a mail.
    """
    with force_locale(language) if language else nullcontext():
        home = public_link("contents.index")
        facts = {"username": "", **values, "home": home, "public_link": public_link, "language": _tag()}
        written = current_app.jinja_env.get_template(f"{FOLDER}/{name}.txt").render(facts)
        subject, _, text = written.strip().partition("\n")
        subject = " ".join(subject.split())  # a header is one line, whatever somebody called himself
        html = current_app.jinja_env.get_template(f"{FOLDER}/{name}.html").render(facts, subject=subject)
    return Letter(subject, _tidy(text), html.strip() + "\n")


def public_link(endpoint: str, **values: Any) -> str:
    """An address under PUBLIC_URL: a letter never believes the Host header of the request that caused it."""
    path = current_app.url_map.bind("").build(endpoint, values)
    return f"{current_app.config['PUBLIC_URL']}{path}"


def _tag() -> str:
    """The language for HTML's `lang`: `zh-Hans-CN`, `en`."""
    return str(get_locale()).replace("_", "-")


def _tidy(text: str) -> str:
    """Template tags leave empty lines behind: at most one stands between paragraphs."""
    lines = [line.rstrip() for line in text.strip().splitlines()]
    return _GAPS.sub("\n\n", "\n".join(lines)) + "\n"
