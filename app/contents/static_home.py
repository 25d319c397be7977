"""The home page as a file for a front server: whole at every moment, the same for everybody."""

import os
import tempfile
from pathlib import Path

from flask import Flask, render_template, session

from app.contents.home import home_blocks
from app.shared import language
from app.shared.kept_pages import render_for_everybody


def write_home(app: Flask, folder: Path) -> list[Path]:
    """`index.html` in the shop's own language and `index.<lang>.html` in each other one; the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for locale, name in file_names(app).items():
        replace(folder / name, render(app, locale))
        written.append(folder / name)
    return written


def file_names(app: Flask) -> dict[str, str]:
    """The file of each language."""
    own = app.config["BABEL_DEFAULT_LOCALE"]
    return {locale: "index.html" if locale == own else f"index.{locale}.html" for locale in app.config["LANGUAGES"]}


def render(app: Flask, locale: str) -> str:
    """The page as a stranger gets it in this language."""
    with app.test_request_context("/", base_url=app.config["PUBLIC_URL"]):
        session[language.FIELD] = locale
        return render_for_everybody(
            "/", lambda: render_template("contents/index.html", home=home_blocks(), preview=None)
        )


def replace(path: Path, html: str) -> None:
    """Readers see the old page or the new one, never half of one."""
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(html)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(draft, 0o644)  # the front server is another user
        os.replace(draft, path)
    except BaseException:
        os.unlink(draft)
        raise
