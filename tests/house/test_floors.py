"""The floor plan: pytest shows the broken import contract, and no room stands outside the plan."""

import configparser
import subprocess
import sys
from pathlib import Path

from tests.house.reading import ROOT, rooms

PLAN = ROOT / ".importlinter"


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """The linter on the plan of a folder."""
    program = Path(sys.executable).parent / "lint-imports"
    return subprocess.run([program, "--no-cache"], cwd=folder, capture_output=True, text=True, timeout=120, check=False)


def test_every_import_goes_down() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


def test_an_import_that_goes_up_is_noticed(tmp_path: Path) -> None:
    """The same plan over a house of two rooms, in which the lower one looks up."""
    plan = configparser.ConfigParser()
    plan.read(PLAN)
    plan["importlinter:contract:floors"]["layers"] = "\norders\ngoods"
    for section in plan.sections():
        if section not in {"importlinter", "importlinter:contract:floors"}:
            plan.remove_section(section)
    with (tmp_path / ".importlinter").open("w") as file:
        plan.write(file)
    for room, text in (("goods", "import app.orders.services\n"), ("orders", "")):
        (tmp_path / "app" / room).mkdir(parents=True)
        (tmp_path / "app" / room / "__init__.py").write_text("")
        (tmp_path / "app" / room / "services.py").write_text(text)
    (tmp_path / "app" / "__init__.py").write_text("")
    done = lint(tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "app.goods is not allowed to import app.orders" in done.stdout


def test_the_plan_is_exhaustive_and_the_tiers_hold_in_every_room() -> None:
    plan = configparser.ConfigParser()
    plan.read(PLAN)
    floors = plan["importlinter:contract:floors"]
    assert floors["exhaustive"] == "true"
    named = {part.strip() for line in floors["layers"].split("\n") for part in line.split("|") if part.strip()}
    assert set(rooms()) <= named
    tiers = set(plan["importlinter:contract:room"]["containers"].split())
    # ground, doors, and rooms whose files are no tiers of a shop room
    apart = {"app.shared", "app.gateways", "app.sandbox", "app.bench", "app.backoffice"}
    assert {f"app.{room}" for room in rooms()} - apart == tiers
    clients = set(plan["importlinter:contract:no-clients"]["source_modules"].split())
    assert tiers <= clients
