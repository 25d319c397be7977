"""House test 10: every room says what it is, stands in ARCHITECTURE.md and has tests; its names are the glossary's."""

import ast
import re
from pathlib import Path

from tests.house.reading import APP, ROOT, modules, open_later, rooms

DOCS = ROOT / "docs"


def init_faults(room: str, text: str) -> list[str]:
    """An __init__.py is one sentence and nothing else: that single habit keeps cycles out."""
    tree = ast.parse(text)
    found = []
    if not ast.get_docstring(tree):
        found.append(f"{room}: no docstring")
    if len(tree.body) > 1:
        found.append(f"{room}: more than a docstring in __init__.py")
    return found


def paragraph(room: str, text: str) -> bool:
    """Does ARCHITECTURE.md hold a paragraph that begins with the room's name in bold?"""
    found = re.search(rf"^\*\*{room}\*\* .*(?:\n.+)*", text, re.MULTILINE)
    return bool(found) and len(found[0]) > 120


def test_every_room_is_one_sentence_at_its_door() -> None:
    assert [fault for room in rooms() for fault in init_faults(room, (APP / room / "__init__.py").read_text())] == []
    assert ast.get_docstring(ast.parse((APP / "__init__.py").read_text()))


def test_every_room_has_its_paragraph() -> None:
    text = (DOCS / "ARCHITECTURE.md").read_text()
    assert [room for room in rooms() if not paragraph(room, text)] == []


def test_every_room_has_tests() -> None:
    without = [
        room for room in rooms() if room not in open_later() and not any((ROOT / "tests" / room).glob("test_*.py"))
    ]
    assert without == []


def test_a_silent_room_is_noticed() -> None:
    assert init_faults("attic", "from app.orders import services\n") == ["attic: no docstring"]
    assert init_faults("attic", '"""Old things."""\nimport os\n') == ["attic: more than a docstring in __init__.py"]
    assert not paragraph("attic", "The attic is above the orders.")
    assert not paragraph("attic", "**attic** short.")


def test_files_of_a_room_are_named_as_the_tree_names_them() -> None:
    """Blueprints are `bp`, command groups `cli`, loggers `log`."""
    for module in modules():
        names = {
            node.value.func.id: target.id
            for node in module.tree.body
            if isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Call)
            and isinstance(node.value.func, ast.Name)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        assert names.get("Blueprint", "bp") == "bp", module.path
        assert names.get("AppGroup", "cli") == "cli", module.path
        if "logging.getLogger" in module.text and module.path != "app/shared/log.py":
            assert "\nlog = logging.getLogger(__name__)" in module.text, module.path


def test_the_glossary_names_things_that_exist() -> None:
    """Words in code font in the third column are classes, tables, columns or functions of the application."""
    source = "\n".join(module.text for module in modules())
    terms = (DOCS / "GLOSSARY.md").read_text().split("\n## ")[0]
    rows = [line for line in terms.splitlines() if line.startswith("| ")]
    assert len(rows) > 20
    for row in rows[1:]:
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        assert len(cells) == 4, row
        for word in re.findall(r"`([A-Za-z_.]+)`", cells[2]):
            last = word.split(".")[-1]
            assert re.search(rf"\b{re.escape(last)}\b", source), f"{word} in: {row}"


def test_decisions_are_one_page_with_three_parts() -> None:
    pages = sorted(Path(DOCS / "adr").glob("*.md"))
    assert len(pages) >= 9
    assert len({page.name[:4] for page in pages}) == len(pages), "two decisions with one number"
    for page in pages:
        text = page.read_text()
        assert re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", page.name), page.name
        for part in ("## Context", "## Decision", "## Consequences"):
            assert part in text, f"{page.name} lacks {part}"
        assert len(text.splitlines()) <= 90, page.name


def test_every_direct_dependency_is_explained() -> None:
    """One line of why for each package that somebody chose."""
    text = (DOCS / "adr" / "0006-libraries.md").read_text()
    for name in ("requirements.in", "requirements-dev.in"):
        for line in (ROOT / name).read_text().splitlines():
            package = re.split(r"[=<>;\[ ]", line.strip(), maxsplit=1)[0]
            if package and not package.startswith(("#", "-")):
                assert f"| {package} |" in text, package
