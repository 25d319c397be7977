"""A page of the back office as a walker reads it: its links, its forms that only ask, the cells of its first rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

CELLS = 40  # of the first rows: enough to take words from
Attributes = Sequence[tuple[str, str | None]]


@dataclass
class Field:
    """One field of a form; `options` of a choice, without the empty one."""

    name: str
    type: str
    value: str = ""
    options: list[str] = field(default_factory=list)


@dataclass
class Form:
    """A form that is sent by GET."""

    action: str
    fields: list[Field] = field(default_factory=list)


class Page(HTMLParser):
    """Read it with `feed`; only what stands in <main> counts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[Form] = []
        self.cells: list[str] = []
        self._main = self._cell = False
        self._form: Form | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "main":
            self._main = True
        if not self._main:
            return
        if tag == "a" and found.get("href"):
            self.links.append(found["href"])
        elif tag == "td":
            self._cell = True
            self.cells.append("")
        elif tag == "form":
            is_asking = found.get("method", "get").lower() == "get"
            self._form = Form(found.get("action", "")) if is_asking else None
        else:
            self._control(tag, found)

    def _control(self, tag: str, found: dict[str, str]) -> None:
        form, name = self._form, found.get("name", "")
        if form is None:
            return
        if tag == "select" and name:
            form.fields.append(Field(name, "choice"))
        elif tag == "option" and form.fields and found.get("value"):
            form.fields[-1].options.append(found["value"])
        elif tag == "input" and name:
            kind = (
                "amount" if found.get("inputmode") == "decimal" else found.get("inputmode") or found.get("type", "text")
            )
            form.fields.append(Field(name, kind, found.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "main":
            self._main = False
        elif tag == "td":
            self._cell = False
        elif tag == "form" and self._form is not None:
            self.forms.append(self._form)
            self._form = None

    def handle_data(self, data: str) -> None:
        if self._cell and len(self.cells) < CELLS:
            self.cells[-1] = " ".join([self.cells[-1], *data.split()]).strip()
