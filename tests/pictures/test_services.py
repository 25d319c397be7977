"""Taken in, hung, let go, cleared away: whatever dies in between, no file is without a row."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.gateways.images import PRIVATE, StoreAway
from app.pictures import queries, services
from app.pictures.errors import NotAPicture
from app.pictures.models import Picture
from app.pictures.policy import UNUSED_FOR, Kind
from app.shared import clock
from app.shared.db import db
from app.shared.errors import NotFound
from app.shared.pictures import look
from app.shared.uow import unit_of_work
from tests.factories.world import Person, World
from tests.pictures.sent import picture
from tests.pictures.stores import Shelf


def rows() -> list[Picture]:
    db.session.rollback()
    return list(db.session.scalars(select(Picture).order_by(Picture.id)))


def grow_old(make: World) -> None:
    make.run(lambda: db.session.execute(update(Picture).values(created_at=clock.now() - UNUSED_FOR - timedelta(1))))


@unit_of_work
def hang(stems: list[str], kind: Kind, owner_id: int, user_id: int) -> None:
    services.use(stems, kind, owner_id, user_id)


@unit_of_work
def let_go(kind: Kind, owner_id: int) -> None:
    services.drop(kind, owner_id)


def test_the_stem_says_what_the_files_are(ctx: Flask) -> None:
    store = Shelf()
    stem = services.take(store, picture((1200, 900)), Kind.REVIEW, 7)
    assert sorted(store.files) == sorted(services.files_of(stem))
    seen, row = look(stem), rows()[0]
    assert (seen.width, seen.height, seen.widths) == (960, 720, (160, 320, 640, 960))
    assert (row.stem, row.kind, row.user_id, row.width, row.height) == (stem, "review", 7, 960, 720)
    assert row.colour == seen.colour
    assert row.bytes == sum(len(file.body) for file in store.files.values())
    assert row.used_at is None


def test_the_shops_own_are_named_by_their_bytes(ctx: Flask) -> None:
    store, sent = Shelf(), picture()
    first, again = (services.take(store, sent, Kind.GOODS, 2) for _ in range(2))
    assert first == again
    assert services.take(store, picture(colour="#c8372d"), Kind.GOODS, 2) != first
    assert len(rows()) == 2


def test_the_same_file_again_while_the_first_is_cleared_away_is_another(ctx: Flask) -> None:
    store, sent = Shelf(), picture()
    first = services.take(store, sent, Kind.GOODS, 2)
    services.give_up([first])
    assert services.take(store, sent, Kind.GOODS, 2) != first


def test_names_of_peoples_pictures_cannot_be_worked_out(ctx: Flask) -> None:
    """Who knows a photo cannot ask whether somebody brought it, and one's letting go is not another's loss."""
    store, sent = Shelf(), picture()
    mine, yours = services.take(store, sent, Kind.REVIEW, 7), services.take(store, sent, Kind.REVIEW, 8)
    assert mine != yours
    hang([mine], Kind.REVIEW, 1, 7)
    hang([yours], Kind.REVIEW, 2, 8)
    let_go(Kind.REVIEW, 1)
    services.clear(store)
    assert not any(store.exists(name) for name in services.files_of(mine))
    assert all(store.exists(name) for name in services.files_of(yours))


def test_evidence_has_no_public_name(ctx: Flask) -> None:
    assert services.take(Shelf(), picture(), Kind.RETURN, 7).startswith(PRIVATE)
    assert not services.take(Shelf(), picture(), Kind.REVIEW, 7).startswith(PRIVATE)


def test_sec_27_what_is_no_picture_leaves_nothing(ctx: Flask) -> None:
    store = Shelf()
    with pytest.raises(NotAPicture):
        services.take(store, b"<svg onload='alert(1)'/>", Kind.REVIEW, 7)
    assert store.files == {}
    assert rows() == []


@pytest.mark.parametrize("saved", [0, 1, 3])
def test_a_store_that_goes_away_leaves_a_row_that_the_sweep_finishes(ctx: Flask, saved: int) -> None:
    store = Shelf(saves_left=saved)
    with pytest.raises(StoreAway):
        services.take(store, picture(), Kind.REVIEW, 7)
    assert [row.dropped_at is not None for row in rows()] == [True]
    with pytest.raises(StoreAway):
        services.clear(store)
    assert len(rows()) == 1  # tried again at the next turn
    store.saves_left = 100
    assert services.clear(store) == 1
    assert (store.files, rows()) == ({}, [])


def test_what_nobody_used_goes_after_a_day(ctx: Flask, make: World) -> None:
    store = Shelf()
    used, unused = (services.take(store, picture(colour=c), Kind.REVIEW, 7) for c in ("#c8372d", "#2f7d4f"))
    hang([used], Kind.REVIEW, 1, 7)
    assert services.clear(store) == 0  # not yet
    grow_old(make)
    fresh = services.take(store, picture(), Kind.REVIEW, 7)
    assert services.clear(store) == 1
    assert {row.stem for row in rows()} == {used, fresh}
    assert not any(store.exists(name) for name in services.files_of(unused))
    assert all(store.exists(name) for stem in (used, fresh) for name in services.files_of(stem))


def test_only_ones_own_waiting_pictures_of_the_kind_are_used_and_only_once(ctx: Flask, lily: Person) -> None:
    store = Shelf()
    mine, yours, other = (
        services.take(store, picture(), kind, user_id)
        for kind, user_id in ((Kind.REVIEW, 7), (Kind.REVIEW, 8), (Kind.RETURN, 7))
    )
    for stems in ([mine, yours], [other], [mine, mine], ["u/00/" + "0" * 32 + "-640x480-ffffff"], ["x' OR 1=1"]):
        with pytest.raises(NotFound):
            hang(stems, Kind.REVIEW, 1, 7)
    assert queries.hanging(Kind.REVIEW, [1]) == {}  # nothing of a refused unit stays
    hang([mine], Kind.REVIEW, 1, 7)
    with pytest.raises(NotFound):
        hang([mine], Kind.REVIEW, 2, 7)
    assert queries.hanging(Kind.REVIEW, [1, 2]) == {1: [mine]}


def test_pictures_hang_in_their_order(ctx: Flask) -> None:
    store = Shelf()
    stems = [services.take(store, picture(), Kind.REVIEW, 7) for _ in range(3)][::-1]
    hang(stems, Kind.REVIEW, 1, 7)
    assert queries.hanging(Kind.REVIEW, [1]) == {1: stems}


def test_what_the_shop_has_hung_is_never_swept(ctx: Flask, make: World) -> None:
    store = Shelf()
    stem = services.take(store, picture(), Kind.GOODS, 2)
    make.run(lambda: services.use_in_shop([stem]))
    grow_old(make)
    assert services.clear(store) == 0
    private = services.take(store, picture(), Kind.RETURN, 7)
    with pytest.raises(NotFound):
        make.run(lambda: services.use_in_shop([private]))
