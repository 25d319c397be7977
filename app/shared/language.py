"""Chinese first, English by choice: the language is what the shopper picked in the header."""

from flask import Flask, current_app, request, session
from flask_babel import Babel

FIELD = "language"
SHORT = {"zh": "zh_Hans_CN", "en": "en"}  # `?lang=en`: a link in that language, for search engines and friends


def current() -> str:
    """The chosen locale, or the shop's own. A browser's Accept-Language does not decide: shared links look alike."""
    chosen = session.get(FIELD) if request else None
    known: dict[str, str] = current_app.config["LANGUAGES"]
    return chosen if chosen in known else str(current_app.config["BABEL_DEFAULT_LOCALE"])


def choose(language: str) -> bool:
    """Keep the choice in the session; False for a language we do not speak."""
    if language not in current_app.config["LANGUAGES"]:
        return False
    session[FIELD] = language
    return True


def init_app(app: Flask) -> None:
    """Flask-Babel with our selector; templates know the languages and the current one."""
    Babel(app, locale_selector=current)

    @app.before_request
    def follow_link() -> None:
        asked = SHORT.get(request.args.get("lang", ""))
        if asked is not None and asked != current():
            session[FIELD] = asked

    @app.context_processor
    def languages() -> dict[str, object]:
        return {"languages": app.config["LANGUAGES"], "current_locale": current(), "demo_mode": app.config["DEMO_MODE"]}
