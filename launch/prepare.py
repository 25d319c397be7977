"""Before the first request: the schema at head, areas, and in demo mode the catalogue; quick when all is there.

Run as `python -m launch.prepare [--demo-data] [--report-fd N]`; the report is one line of JSON for the supervisor.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from launch.words import complain, say

ROOT = Path(__file__).resolve().parent.parent
MIGRATIONS = ROOT / "migrations"
# (table that is empty before, what is said, the command)
DEMO_STEPS = (
    ("skus", "载入演示商品 / loading the demo catalogue", ["goods", "load-demo"]),
    ("contents", "布置首页 / filling the home page", ["contents", "load-demo"]),
    ("users", "建立演示账号 / making the demo accounts", ["users", "create-demo"]),
    ("staff_totp", "设置店员的两步验证 / setting up the second factor of the staff", ["users", "create-demo"]),
)
STAMP = "demo-loaded"


def at_head() -> bool:
    """Is the schema what the newest migration makes it?"""
    from alembic.config import Config
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    from app.shared.db import db

    settings = Config()
    settings.set_main_option("script_location", str(MIGRATIONS))
    with db.engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_heads()
    return set(current) == set(ScriptDirectory.from_config(settings).get_heads())


def upgrade() -> None:
    from flask_migrate import upgrade as to_head

    say("· 更新数据库结构 / applying migrations")
    to_head(directory=str(MIGRATIONS))


def is_empty(table: str) -> bool:
    from sqlalchemy import inspect, literal_column, select, text

    from app.shared.db import db

    if not inspect(db.engine).has_table(table):
        return False
    with db.engine.connect() as connection:
        return connection.execute(select(literal_column("1")).select_from(text(table)).limit(1)).first() is None


def run_command(app: Any, words: list[str]) -> None:
    """A `flask` command in this process; it shows its own progress and raises on trouble."""
    from flask.cli import ScriptInfo

    app.cli.main(args=words, prog_name="flask", obj=ScriptInfo(create_app=lambda: app), standalone_mode=False)


def load_demo(app: Any) -> None:
    """Each step is idempotent; the stamp comes last, so a first start that was broken off is finished by the next."""
    stamp = Path(app.config["INSTANCE"]) / STAMP
    unfinished = not stamp.exists()
    for table, title, words in DEMO_STEPS:
        if unfinished or is_empty(table):
            say(f"· {title}")
            run_command(app, words)
    stamp.write_text(time.strftime("%Y-%m-%dT%H:%M:%S%z\n"))


def prepare(demo_data: bool) -> dict[str, Any]:
    """Raises config.BadSetting for an unsafe setting; the report holds what the supervisor shows."""
    import config
    from app.factory import create_app

    app = create_app(config.from_environ())
    with app.app_context():
        if not at_head():
            upgrade()
    if app.config["MALL_MODE"] == "production":
        run_command(app, ["users", "refuse-demo"])
    if demo_data or app.config["MALL_MODE"] == "production":
        with app.app_context():
            no_areas = is_empty("areas")
        if no_areas:
            say("· 载入行政区划 / loading areas")
            run_command(app, ["areas", "load"])
    if demo_data:
        with app.app_context():
            load_demo(app)
    if demo_data and not (Path(app.config["INSTANCE"]) / "search" / "CURRENT").exists():
        say("· 建立搜索索引 / building the search index")
        run_command(app, ["search", "rebuild"])
    accounts = app.config["DEMO_ACCOUNTS"] if demo_data else {}
    return {"accounts": [[role, *account] for role, account in accounts.items()]}


def explain(problem: Exception) -> str:
    """One sentence for what usually goes wrong here."""
    first = (str(problem).strip().splitlines() or ["?"])[0]
    return f"启动准备失败（{type(problem).__name__}: {first}）。 / Preparing the mall failed, see log/prepare.log."


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--demo-data", action="store_true")
    options.add_argument("--report-fd", type=int, default=None)
    asked = options.parse_args()
    import config

    try:
        report = prepare(asked.demo_data)
    except config.BadSetting as problem:
        complain(problem)
        return 2
    except Exception as problem:
        import traceback

        log = Path(os.environ.get("INSTANCE") or "instance") / "log"
        log.mkdir(parents=True, exist_ok=True)
        (log / "prepare.log").write_text(traceback.format_exc())
        complain(explain(problem))
        return 1
    if asked.report_fd is not None:
        with os.fdopen(asked.report_fd, "w") as out:
            json.dump(report, out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
