"""House test 4: every Redis key layout is declared once, in a store or in the ground, with its kind and life."""

import re

import pytest

from app.shared.redis import REGISTER, KeySpec
from tests.house.reading import calls, modules

KINDS = {"string", "hash", "set", "zset", "list", "stream"}
TAG = re.compile(r"\{\{[^{}]*(\{\w+\})?[^{}]*\}\}")


def faults(spec: KeySpec) -> list[str]:
    """What is wrong with a layout."""
    found = []
    if spec.kind not in KINDS:
        found.append(f"{spec.layout}: {spec.kind} is no kind of Redis")
    if spec.ttl_s is None and "no TTL" not in spec.note:
        found.append(f"{spec.layout} lives for ever and does not say why (`no TTL: …`)")
    if not spec.note.strip():
        found.append(f"{spec.layout} says nothing about itself")
    if not TAG.search(spec.layout):
        found.append(f"{spec.layout} has no tag in braces: a script with two keys would fail on a cluster")
    return found


def test_every_layout_has_a_kind_a_life_and_a_tag(mall: object) -> None:
    assert {"carts_{{{user_id}}}", "selected_{{{user_id}}}"} <= set(REGISTER)
    assert [fault for spec in REGISTER.values() for fault in faults(spec)] == []


def test_a_layout_without_life_kind_or_tag_is_noticed() -> None:
    spec = KeySpec("lonely_{user_id}", kind="dict", ttl_s=None, note="")
    del REGISTER[spec.layout]
    assert len(faults(spec)) == 4


def test_a_layout_is_declared_once() -> None:
    layout = "twice_{{{user_id}}}"
    KeySpec(layout, kind="set", ttl_s=1, note="the first")
    with pytest.raises(AssertionError, match="declared twice"):
        KeySpec(layout, kind="set", ttl_s=1, note="the second")
    del REGISTER[layout]


def test_two_layouts_never_make_the_same_key(mall: object) -> None:
    made = [re.sub(r"\{\w+\}", "7", spec.layout.replace("{{", "<").replace("}}", ">")) for spec in REGISTER.values()]
    assert len(set(made)) == len(made)


def test_layouts_live_in_stores_and_in_the_ground() -> None:
    for module in modules():
        if any(calls(module.tree, "KeySpec")):
            assert module.name == "store" or module.room == "shared", module.path


def test_every_declared_layout_is_registered(mall: object) -> None:
    declared = sum(len(list(calls(module.tree, "KeySpec"))) for module in modules())
    assert declared == len(REGISTER)
