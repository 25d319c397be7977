"""SPU texts are HTML: cleaned once, when they are written, so that pages may print them as they are."""

import nh3

TAGS = {"h3", "h4", "p", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td", "strong", "em", "br"}


def clean(html: str) -> str:
    """The text with plain structure only: no attributes, links, pictures, scripts or styles."""
    return nh3.clean(html, tags=TAGS, attributes={}, link_rel=None)
