"""Ads come and go at their moment; staff may look ahead; the page as a file."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.contents import following, hanging, static_home, store, writing
from app.contents.ads import Ad
from app.contents.facts import Facts
from app.contents.home import home_blocks, seconds_to_change
from app.contents.models import Content, ContentCategory
from app.contents.slots import AdRow, next_change
from app.shared import clock
from app.shared.db import db
from app.shared.kept_pages import render_for_everybody
from tests.factories.world import Person, World
from tests.pages import PageClient

SOON, LATER = timedelta(hours=1), timedelta(hours=2)


@pytest.fixture
def planned(app: Flask, make: World) -> Flask:
    """A news slot with an ad for always, one that comes in an hour, and one that has gone."""
    now = clock.now()

    def hang() -> None:
        slot = ContentCategory(key="index_kx", name="快讯")
        db.session.add(slot)
        db.session.flush()
        for title, start, end in (("常在", None, None), ("将来", now + SOON, now + LATER), ("已过", None, now - SOON)):
            db.session.add(Content(category_id=slot.id, title=title, url="/", starts_at=start, ends_at=end))

    make.run(hang)
    with app.app_context():
        store.forget_home()
    return app


def titles(app: Flask, ahead: timedelta = timedelta(0)) -> list[str]:
    with app.app_context():
        return [ad.title for ad in home_blocks(clock.now() + ahead).news]


def test_an_ad_hangs_from_its_first_moment_until_before_its_last(planned: Flask) -> None:
    assert titles(planned) == ["常在"]
    assert titles(planned, SOON + timedelta(minutes=1)) == ["常在", "将来"]
    assert titles(planned, LATER) == ["常在"]
    assert titles(planned, -SOON - timedelta(minutes=1)) == ["常在", "已过"]


def test_a_kept_page_lives_no_longer_than_it_is_true(planned: Flask) -> None:
    now = clock.now()
    with planned.app_context():
        assert 3500 < seconds_to_change() <= 3600
    rows = [AdRow("index_kx", "a", "/", starts_at=now + LATER), AdRow("index_kx", "b", "/", ends_at=now + SOON)]
    assert next_change(rows, now) == now + SOON
    assert next_change(rows, now + LATER) is None


def test_staff_look_ahead_and_nobody_else(planned: Flask, lily_client: PageClient, tom: Person) -> None:
    staff = PageClient(planned)
    staff.sign_in(tom.username, tom.password)
    at = clock.local(clock.now() + SOON + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%S")
    assert "将来" in staff.get(f"/?at={at}").text
    assert "将来" not in lily_client.get(f"/?at={at}").text
    assert "将来" not in PageClient(planned).get(f"/?at={at}").text
    assert "将来" not in staff.get("/").text
    assert staff.get("/?at=tomorrow", fails=True).status_code == 400


def test_the_page_as_a_file_is_whole_and_nobodys(planned: Flask, tmp_path: Path) -> None:
    result = planned.test_cli_runner().invoke(args=["contents", "render-home", str(tmp_path / "www")])
    assert result.exit_code == 0, result.output
    html = (tmp_path / "www" / "index.html").read_text()
    assert html.rstrip().endswith("</html>")
    assert "常在" in html
    assert '<meta name="csrf-token" content="">' in html
    assert 'data-visitor-url="/visitor/"' in html
    assert '<html lang="en">' in (tmp_path / "www" / "index.en.html").read_text()
    assert sorted(path.name for path in (tmp_path / "www").iterdir()) == ["index.en.html", "index.html"]


def test_a_failing_write_leaves_the_old_file(planned: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "index.html").write_text("old")

    def full(_handle: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(static_home.os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        static_home.write_home(planned, tmp_path)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["old"]


def test_rendering_for_everybody_ends_with_the_page(planned: Flask) -> None:
    from app.shared.kept_pages import is_kept

    with planned.test_request_context("/"):
        assert render_for_everybody("/", lambda: str(is_kept())) == "True"
        assert not is_kept()


def test_files_follow_the_page_where_somebody_asked_for_them(planned: Flask) -> None:
    folder = Path(planned.config["INSTANCE"]) / following.FOLDER
    with planned.app_context():
        assert following.follow(planned) == 0
        assert not folder.exists(), "nobody asked for files"
        static_home.write_home(planned, folder)
        assert following.follow(planned) == 0
        slot = db.session.scalars(select(ContentCategory.id)).one()
        hanging.save(slot, 0, [Ad(None, "刚刚换上", "/")], "staff:1")
        assert following.follow(planned) == 2
        assert "刚刚换上" in (folder / "index.html").read_text()
        writing.write_facts(0, Facts(company="某某公司"), "staff:1")
        assert following.follow(planned) == 2
        assert "某某公司" in (folder / "index.en.html").read_text()
        assert following.follow(planned) == 0
    shutil.rmtree(folder)
