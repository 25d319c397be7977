"""Ready shoppers for load tests."""

import json
import time
from pathlib import Path

from flask import Flask

from app.shared.db import db
from app.users.models import User
from tests.factories.world import World
from tests.pages import PageClient


def bench(app: Flask, number: int, file: Path) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["bench", "shoppers", str(number), str(file)])
    return result.exit_code, result.output


def test_each_line_is_a_shopper_who_is_signed_in_and_has_an_address(app: Flask, make: World, tmp_path: Path) -> None:
    make.areas()
    file = tmp_path / "shoppers.jsonl"
    code, said = bench(app, 3, file)
    assert code == 0, said
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert len({line["username"] for line in lines}) == 3
    for line in lines:
        assert set(line) == {"username", "password", "cookies"}
        client = PageClient(app)
        for name, value in line["cookies"].items():
            client.browser.set_cookie(name, value)
        assert client.json("GET", "/info/")[1]["username"] == line["username"]
        _, answer = client.json("GET", "/addresses/")
        assert [each["is_default"] for each in answer["addresses"]] == [True]
        PageClient(app).sign_in(line["username"], line["password"])


def test_a_thousand_take_seconds_and_a_second_batch_fits_beside(app: Flask, make: World, tmp_path: Path) -> None:
    make.areas()
    begun = time.monotonic()
    assert bench(app, 1000, tmp_path / "one.jsonl")[0] == 0
    assert time.monotonic() - begun < 15
    assert bench(app, 10, tmp_path / "two.jsonl")[0] == 0
    with app.app_context():
        assert db.session.query(User).count() == 1010


def test_production_refuses_and_writes_nothing(app: Flask, make: World, tmp_path: Path) -> None:
    make.areas()
    app.config["MALL_MODE"] = "production"
    code, said = bench(app, 3, tmp_path / "shoppers.jsonl")
    assert code == 1
    assert "not in production" in said
    assert not (tmp_path / "shoppers.jsonl").exists()
    with app.app_context():
        assert db.session.query(User).count() == 0


def test_without_areas_it_says_what_to_do(app: Flask, tmp_path: Path) -> None:
    code, said = bench(app, 3, tmp_path / "shoppers.jsonl")
    assert code == 1
    assert "flask areas load" in said
