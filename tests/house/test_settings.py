"""House test 9: config.py and .env.example name the same settings, and the printed default is the true one."""

import ast
import re

import config
from tests.house.reading import ROOT, Module

READERS = {"text", "number", "flag", "decimal_text", "one_of"}
# Read by the launcher before config.py is asked (launch/place.py).
LAUNCHER = {"DEMO_PUBLIC", "HOST", "MALL_DEMO"}
LINE = re.compile(r"^#? ?([A-Z][A-Z0-9_]+)=(.*)$")


def read_by(module: Module) -> set[str]:
    """Names that a module asks the environment for."""
    found = set()
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or not node.args:
            continue
        first = node.args[0]
        if node.func.attr in READERS | {"get"} and isinstance(first, ast.Constant) and isinstance(first.value, str):
            found.add(first.value)
    return {name for name in found if re.fullmatch(r"[A-Z][A-Z0-9_]+", name)}


def written_in(text: str) -> dict[str, str]:
    """Name -> value in an env file; a line may be commented out."""
    return {found[1]: found[2].strip().strip("'\"") for line in text.splitlines() if (found := LINE.match(line))}


def example() -> dict[str, str]:
    """The shipped example."""
    return written_in((ROOT / ".env.example").read_text())


def test_the_same_settings_are_named_both_ways() -> None:
    settings = read_by(Module("config.py", (ROOT / "config.py").read_text()))
    assert "DATABASE_URL" in settings
    assert set(example()) == settings | LAUNCHER


def test_the_launchers_own_settings_are_still_its_own() -> None:
    launcher = read_by(Module("launch/place.py", (ROOT / "launch" / "place.py").read_text()))
    assert launcher >= LAUNCHER


def test_each_setting_is_explained_and_stands_once() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    names = [found[1] for line in lines if (found := LINE.match(line))]
    assert len(names) == len(set(names))
    for place, line in enumerate(lines):
        if LINE.match(line):
            block = lines[:place][::-1]
            above = next((earlier for earlier in block if not LINE.match(earlier)), "")
            assert above.startswith("# "), f"{line}: nothing says why"


def test_the_printed_defaults_are_true(tmp_path: object) -> None:
    """A demo started with the example as it stands is the demo started with nothing."""
    given = {name: value for name, value in example().items() if value}
    given["INSTANCE"] = str(tmp_path)
    given.pop("REDIS_URL", None)
    bare = config.from_environ({"INSTANCE": str(tmp_path)})
    assert config.from_environ(given) == bare


def test_an_undocumented_setting_is_noticed() -> None:
    module = Module("config.py", 'def read(env):\n    return env.number("SECRET_DOOR", 1)\n')
    assert read_by(module) - set(example()) == {"SECRET_DOOR"}
    assert written_in("# why\n#NAME=1\n# OTHER=2\nTHIRD=\n") == {"NAME": "1", "OTHER": "2", "THIRD": ""}
