"""SPU texts are HTML: cleaned once, when they are written, so that pages may print them as they are.

Structure, tables, links that pass nothing on, and pictures of the shop's own store; no style, class, script or frame.
"""

import re
from urllib.parse import urlsplit

import nh3
from flask import current_app, has_app_context

TAGS = {
    *("h2", "h3", "h4", "p", "br", "hr", "ul", "ol", "li", "blockquote", "strong", "em"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td", "a", "figure", "figcaption", "img"),
}
ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "th": {"colspan", "rowspan", "scope"},
    "td": {"colspan", "rowspan"},
}
NUMBERS = {"width", "height", "colspan", "rowspan"}
_NUMBER = re.compile(r"[1-9][0-9]{0,3}")
_PICTURE = re.compile(r"(?:[a-z0-9][a-z0-9_-]*/){0,4}[a-z0-9][a-z0-9_-]*\.(?:webp|png|jpg)")
_SCOPES = ("row", "col", "rowgroup", "colgroup")


def clean(html: str) -> str:
    """The text with nothing but the above; a picture from elsewhere loses its address, a link its scheme tricks."""
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_kept,
        link_rel="nofollow noopener noreferrer",
        url_schemes={"http", "https"},
        set_tag_attribute_values={"img": {"loading": "lazy"}},  # of two the order would be any
    )


def _kept(tag: str, name: str, value: str) -> str | None:
    if name in NUMBERS:
        return value if _NUMBER.fullmatch(value) else None
    if name == "scope":
        return value if value in _SCOPES else None
    if (tag, name) == ("img", "src"):
        return value if _is_own(value) else None
    if (tag, name) == ("a", "href"):
        return value if _is_address(value) else None
    return value


def _is_own(address: str) -> bool:
    """A file of the shop's picture store."""
    places = {"/media/"}
    if has_app_context():
        places |= {str(current_app.config[name]) for name in ("MEDIA_URL", "UPLOADS_URL")}
    return any(address.startswith(each) and _PICTURE.fullmatch(address.removeprefix(each)) for each in places)


def _is_address(address: str) -> bool:
    """A path of this shop or a page elsewhere."""
    if "\\" in address or address.startswith("//"):
        return False
    parts = urlsplit(address)
    if parts.scheme:
        return parts.scheme in ("http", "https") and bool(parts.netloc)
    return address.startswith(("/", "#"))
