"""The home page's files follow the page: written anew where they lie, and only when they are no longer what it says."""

from pathlib import Path

from flask import Flask

from app.contents.static_home import file_names, render, replace

FOLDER = "www"  # in the instance folder, where `render-home` writes


def follow(app: Flask) -> int:
    """How many files were old. None where nobody has asked for files: a shop without a front server needs none."""
    folder = Path(app.config["INSTANCE"]) / FOLDER
    changed = 0
    for locale, name in file_names(app).items():
        path = folder / name
        if not path.is_file():
            continue
        html = render(app, locale)
        if path.read_text(encoding="utf-8") != html:
            replace(path, html)
            changed += 1
    return changed
