"""House test 7: every template compiles; every url_for names a real endpoint with what it needs; texts are marked."""

import ast
import re
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from flask import Flask
from jinja2 import Environment, StrictUndefined, TemplateSyntaxError, nodes

from tests.house.reading import APP, calls, modules

CHINESE = re.compile(r"[\u3400-\u9fff\u3000-\u303f\uff01-\uff5e]")
GETTEXT = {"_", "gettext", "ngettext", "pgettext", "lazy_gettext", "_l"}
INLINE = re.compile(
    r"<script(?![^>]*(?:\bsrc=|type=.application/ld\+json))|<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|\|\s*safe\b",
    re.IGNORECASE,
)
# places where `safe` or an inline piece is right, and why
MAY_BE_INLINE: dict[str, str] = {
    "goods/_about.html": "the description was cleaned by nh3 on its way in and on its way out",
    "layouts/letter.html": "a letter is no page of ours: mail programs read neither style sheets nor classes",
    "macros/letter.html": "the parts of letters",
}
# Chinese that is not for a catalogue, and why
MAY_BE_BARE = {
    "macros/icons.html": "names of level-1 categories as the keys of a table of drawings; nobody reads them there",
    "partials/language.html": "a language is named in itself",
    "sandbox/base.html": "one sign as the mark of the brand",
}


def sources() -> dict[str, str]:
    """Template name -> text, of the house's own templates."""
    found = {}
    for folder in [APP / "templates", *APP.glob("*/templates")]:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                found[str(path.relative_to(folder))] = path.read_text()
    return found


def links(tree: nodes.Template) -> Iterator[tuple[str, set[str], bool]]:
    """(endpoint, names of the values given, open) of every url_for with a literal; open: it takes **values too."""
    for call in tree.find_all(nodes.Call):
        if not isinstance(call.node, nodes.Name) or call.node.name != "url_for":
            continue
        if call.args and isinstance(call.args[0], nodes.Const):
            yield str(call.args[0].value), {pair.key for pair in call.kwargs}, call.dyn_kwargs is not None


def link_faults(app: Flask, endpoint: str, given: set[str], is_open: bool) -> list[str]:
    """Is there such an endpoint, and can one of its rules be built from these values?"""
    rules = list(app.url_map.iter_rules(endpoint)) if endpoint in app.view_functions else []
    if not rules:
        return [f"url_for('{endpoint}') leads nowhere"]
    if is_open or any(rule.arguments <= given | set(rule.defaults or {}) for rule in rules):
        return []
    return [f"url_for('{endpoint}') lacks {sorted(set.union(*(r.arguments for r in rules)) - given)}"]


def bare_texts(env: Environment, text: str) -> list[str]:
    """Chinese that no catalogue sees: plain template text, or a literal outside gettext."""
    tree = env.parse(text)
    marked = {id(const) for call in tree.find_all(nodes.Call) if _is_gettext(call) for const in _consts(call)}
    found = [part.data.strip()[:40] for part in tree.find_all(nodes.TemplateData) if CHINESE.search(part.data)]
    literals = (const for const in tree.find_all(nodes.Const) if isinstance(const.value, str))
    return found + [const.value[:40] for const in literals if CHINESE.search(const.value) and id(const) not in marked]


def _is_gettext(call: nodes.Call) -> bool:
    return isinstance(call.node, nodes.Name) and call.node.name in GETTEXT


def _consts(call: nodes.Call) -> Iterable[Any]:
    return call.find_all(nodes.Const)


def test_every_template_compiles(mall: Flask) -> None:
    names = sources()
    assert len(names) > 30
    for name in names:
        mall.jinja_env.get_template(name)
    assert mall.jinja_env.undefined is StrictUndefined


def test_a_broken_template_is_noticed(mall: Flask) -> None:
    with pytest.raises(TemplateSyntaxError):
        mall.jinja_env.parse("{% if price %}{{ price }}")


def test_every_link_in_a_template_leads_somewhere(mall: Flask) -> None:
    faults, seen = [], 0
    for name, text in sources().items():
        for endpoint, given, is_open in links(mall.jinja_env.parse(text)):
            seen += 1
            room = name.split("/")[0]
            full = room + endpoint if endpoint.startswith(".") else endpoint
            faults += [f"{name}: {fault}" for fault in link_faults(mall, full, given, is_open)]
    assert faults == []
    assert seen > 50


def test_every_link_in_a_view_leads_somewhere(mall: Flask) -> None:
    faults = []
    for module in modules():
        for function in ("url_for", "public_link"):
            for call in calls(module.tree, function):
                if not call.args or not isinstance(call.args[0], ast.Constant):
                    continue
                endpoint = str(call.args[0].value)
                full = module.room + endpoint if endpoint.startswith(".") else endpoint
                given = {keyword.arg for keyword in call.keywords if keyword.arg}
                is_open = any(keyword.arg is None for keyword in call.keywords)
                faults += [f"{module.path}: {fault}" for fault in link_faults(mall, full, given, is_open)]
    assert faults == []


def test_a_dead_link_is_noticed(mall: Flask) -> None:
    tree = mall.jinja_env.parse(
        "{{ url_for('goods.nowhere') }}{{ url_for('goods.detail') }}{{ url_for('users.login') }}"
    )
    faults = [
        fault for endpoint, given, is_open in links(tree) for fault in link_faults(mall, endpoint, given, is_open)
    ]
    assert faults == ["url_for('goods.nowhere') leads nowhere", "url_for('goods.detail') lacks ['sku_id']"]


def test_every_text_is_marked_for_translation(mall: Flask) -> None:
    faults = {
        name: bare
        for name, text in sources().items()
        if name not in MAY_BE_BARE and (bare := bare_texts(mall.jinja_env, text))
    }
    assert faults == {}


def test_an_unmarked_text_is_noticed(mall: Flask) -> None:
    text = "{# 注释 #}<p>{{ _('购物车') }}</p><p>结算</p>{{ '提交' }}{% trans %}订单{% endtrans %}"
    assert bare_texts(mall.jinja_env, text) == ["<p>结算</p>", "提交"] or bare_texts(mall.jinja_env, text) == [
        "</p><p>结算</p>",
        "提交",
    ]


def test_nothing_is_inline(mall: Flask) -> None:
    """The policy `default-src 'self'` would silently drop it; `|safe` only where the text was cleaned."""
    found = {name for name, text in sources().items() if INLINE.search(re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL))}
    assert {name for name in found if not name.startswith("admin/")} <= set(MAY_BE_INLINE)
    assert INLINE.search("<p onclick='x'>")
    assert INLINE.search('<p style="color:red">')
    assert INLINE.search("<script>alert(1)</script>")
    assert not INLINE.search('<script src="/static/js/app.js" type="module"></script>')
