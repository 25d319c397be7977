"""Documents do not lie: commands, targets, links and files they name exist."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from flask import Flask
from flask.cli import FlaskGroup, ScriptInfo

from tests.house.reading import ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
CODE = re.compile(r"```[a-z]*\n(.*?)```|`([^`\n]+)`", re.DOTALL)
FLASK = re.compile(r"(?:^|[\s/(])flask ((?:[a-z][a-z-]*)(?: [a-z][a-z-]*)*)")
MAKE = re.compile(r"(?:^|[\s;&(])make ([a-z][a-z-]*)")
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
FILE = re.compile(r"^(?:app|docs|launch|migrations|tests|data)/[A-Za-z0-9_./-]+\.[a-z]+$")


def code(text: str) -> Iterator[str]:
    """Everything in code font."""
    for block, word in CODE.findall(text):
        yield block or word


def flask_commands(text: str) -> set[str]:
    """`goods set-stock` for each `flask goods set-stock SKU N`."""
    return {found for piece in code(text) for found in FLASK.findall(piece)}


def make_targets(text: str) -> set[str]:
    """Targets of make in code font."""
    return {found for piece in code(text) for found in MAKE.findall(piece)}


def known_targets() -> set[str]:
    """What the Makefile can do."""
    return set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def everything(app: Flask) -> FlaskGroup:
    """`flask` as it stands in the shell: its own commands and ours."""
    return FlaskGroup(create_app=lambda: app)


def find_command(app: Flask, words: list[str]) -> bool:
    """Is there such a command? Words after a whole command are its arguments."""
    command: click.Command | None = everything(app)
    with click.Context(command, obj=ScriptInfo(create_app=lambda: app)) as context:
        for word in words:
            if not isinstance(command, click.Group):
                return True
            command = command.get_command(context, word)
            if command is None:
                return False
    return True


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_flask_command_exists_and_explains_itself(mall: Flask, page: Path) -> None:
    for line in sorted(flask_commands(page.read_text())):
        words = line.split()
        assert find_command(mall, words), f"{page.name}: flask {line}"
        result = mall.test_cli_runner().invoke(everything(mall), [*words[:2], "--help"])
        assert result.exit_code == 0, f"{page.name}: flask {line} --help: {result.output}"
        assert "Usage" in result.output


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_make_target_exists(page: Path) -> None:
    assert make_targets(page.read_text()) <= known_targets()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_and_file_exists(page: Path) -> None:
    text = page.read_text()
    for target in LINK.findall(text):
        if not target.startswith(("http:", "https:", "mailto:")):
            assert (page.parent / target).exists(), f"{page.name} → {target}"
    for word in code(text):
        if FILE.match(word):
            assert (ROOT / word).exists(), f"{page.name} names {word}"


def test_make_help_lists_the_errands() -> None:
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    for errand in ("make run", "make test", "make check", "make serve"):
        assert errand in done.stdout


def test_every_command_group_says_what_it_is_for(mall: Flask) -> None:
    with mall.app_context():
        for name, command in mall.cli.commands.items():
            assert command.help, name
            if isinstance(command, click.Group) and name not in {"db", "limiter"}:
                for word, child in command.commands.items():
                    assert child.help, f"flask {name} {word}"


def test_lies_are_noticed(mall: Flask) -> None:
    text = "Run `flask goods sell-everything` and\n```\nmake rich\n.venv/bin/flask routes\n```\n"
    assert flask_commands(text) == {"goods sell-everything", "routes"}
    assert not find_command(mall, ["goods", "sell-everything"])
    assert make_targets(text) - known_targets() == {"rich"}
