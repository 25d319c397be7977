"""Reads the house as text: modules, functions, calls, strings. The checks of this folder are built on it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "app"


@dataclass(frozen=True)
class Module:
    """One source file: its path from the root of the project, and its text."""

    path: str
    text: str

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def room(self) -> str:
        """`orders` for app/orders/services.py, the file's own name for app/factory.py."""
        return Path(self.path).parts[1].removesuffix(".py")

    @property
    def name(self) -> str:
        """`services` for app/orders/services.py."""
        return Path(self.path).stem


def modules() -> list[Module]:
    """Every Python file of the application."""
    return [Module(str(path.relative_to(ROOT)), path.read_text()) for path in sorted(APP.rglob("*.py"))]


def rooms() -> list[str]:
    """Every package on a floor."""
    return sorted(path.parent.name for path in APP.glob("*/__init__.py"))


def calls(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    """Calls of a plain function, or of a method of that name."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        callee = node.func
        if (isinstance(callee, ast.Name) and callee.id == name) or (
            isinstance(callee, ast.Attribute) and callee.attr == name
        ):
            yield node


def imports(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """(module, name) of every import; the name is empty for `import module`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.module or "", alias.name) for alias in node.names)


def open_later() -> set[str]:
    """Rooms that hold nothing but tables yet: the first schema has them, a later issue opens the room."""
    return {
        room for room in rooms() if {path.name for path in (APP / room).glob("*.py")} == {"__init__.py", "models.py"}
    }
