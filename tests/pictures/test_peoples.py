"""Pictures of reviews, returns and people, over HTTP: brought, shown to whom they are for, gone with their person."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.account import services as account
from app.gateways.doors import gateways
from app.gateways.images import StoreAway
from app.pictures import services
from app.pictures.models import Picture
from app.reviews.models import Review
from app.shared.db import db
from app.users.models import User
from tests.factories.world import Person, World
from tests.pages import PageClient
from tests.pictures.sent import form, picture, upload, with_gps
from tests.reviews.arrived import arrive


def post(client: PageClient, path: str, fields: dict[str, Any], accept: str = "text/html") -> Any:
    data = {"csrf_token": client.token(), **fields}
    return client.browser.post(path, **form(data), headers={"Accept": accept})


def review(order: Any, **more: Any) -> dict[str, Any]:
    said = {"order_id": order.number, "sku_id": str(order.skus[0]), "score": "5", "comment": "屏幕很亮，手感也好"}
    return {**said, **more}


def files(app: Flask) -> list[Path]:
    return [path for path in Path(app.config["INSTANCE"]).rglob("*.webp") if path.parent.parent.name in ("u", "p")]


def test_a_review_with_pictures(app: Flask, make: World, lily: Person, lily_client: PageClient) -> None:
    order = arrive(make, lily, [make.sku()])
    sent = [upload(with_gps()), upload(picture(kind="PNG"), "b.png")]
    answer = post(lily_client, "/orders/comment/", review(order, pictures=sent))
    assert answer.status_code == 303, answer.text
    stranger = PageClient(app)
    shown = stranger.json("GET", f"/comments/{order.skus[0]}/")[1]["comment_list"][0]["pictures"]
    assert len(shown) == 2
    for url in shown:
        assert stranger.browser.get(url).content_type == "image/webp"
    page = stranger.get(f"/comments/{order.skus[0]}/").text
    assert f'href="{shown[0]}"' in page
    assert f'href="{shown[0]}"' in lily_client.get("/reviews/").text


def test_a_review_that_is_sent_back_keeps_its_pictures(make: World, lily: Person, lily_client: PageClient) -> None:
    order = arrive(make, lily, [make.sku()])
    answer = post(lily_client, "/orders/comment/", review(order, comment="短", pictures=[upload(picture())]))
    assert answer.status_code == 400
    (stem,) = re.findall(r'name="picture" value="([^"]+)"', answer.text)
    done = post(lily_client, "/orders/comment/", review(order, picture=[stem]))
    assert done.status_code == 303
    shown = lily_client.json("GET", f"/comments/{order.skus[0]}/")[1]["comment_list"][0]["pictures"]
    assert shown == [f"/media/{stem}-960.webp"]


def test_json_names_the_pictures_it_has_brought(make: World, lily: Person, lily_client: PageClient) -> None:
    order = arrive(make, lily, [make.sku()])
    stems = [
        json.loads(
            post(lily_client, "/pictures/", {"kind": "review", "file": upload(picture())}, "application/json").text
        )
        for _ in range(2)
    ]
    body = review(order, picture=" ".join(each["picture"] for each in stems))
    assert lily_client.json("POST", "/orders/comment/", body)[0] == 200
    shown = lily_client.json("GET", f"/comments/{order.skus[0]}/")[1]["comment_list"][0]["pictures"]
    assert shown == [f"/media/{each['picture']}-960.webp" for each in stems]


def test_sec_27_nobody_hangs_anothers_picture(
    app: Flask, make: World, lily: Person, fred: Person, lily_client: PageClient, fred_client: PageClient
) -> None:
    """SEC-27: a stem is no ticket."""
    answer = post(fred_client, "/pictures/", {"kind": "review", "file": upload(picture())}, "application/json")
    stem = json.loads(answer.text)["picture"]
    order = arrive(make, lily, [make.sku()])
    assert lily_client.json("POST", "/orders/comment/", review(order, picture=stem))[0] == 404
    with app.app_context():
        assert db.session.scalars(select(Review)).all() == []
        assert db.session.scalars(select(Picture.owner_id)).all() == [None]


def test_more_than_six_are_too_many(make: World, lily: Person, lily_client: PageClient) -> None:
    order = arrive(make, lily, [make.sku()])
    sent = [upload(picture((64, 64))) for _ in range(7)]
    answer = post(lily_client, "/orders/comment/", review(order, pictures=sent), "application/json")
    assert (answer.status_code, answer.get_json()["code"]) == (400, "5006")
    assert "6" in answer.get_json()["errmsg"]


def test_a_store_that_is_away_is_said_and_nothing_is_written(
    app: Flask, make: World, lily: Person, lily_client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_given: object) -> None:
        raise StoreAway()

    order = arrive(make, lily, [make.sku()])
    with app.app_context():
        monkeypatch.setattr(gateways().images, "save", away, raising=True)
    answer = post(lily_client, "/orders/comment/", review(order, pictures=[upload(picture())]), "application/json")
    assert (answer.status_code, answer.get_json()["code"]) == (503, "5203")
    with app.app_context():
        assert db.session.scalars(select(Review)).all() == []
        assert all(row.dropped_at for row in db.session.scalars(select(Picture)))


def test_a_face_is_brought_replaced_and_taken_away(app: Flask, lily: Person, lily_client: PageClient) -> None:
    def face() -> str:
        with app.app_context():
            return db.session.get_one(User, lily.id).avatar

    assert post(lily_client, "/profile/picture/", {"pictures": upload(picture())}).status_code == 303
    first = face()
    assert f"{first}-" in lily_client.get("/profile/").text
    assert f"{first}-" in lily_client.get("/info/").text
    post(lily_client, "/profile/picture/", {"pictures": upload(picture(colour="#c8372d"))})
    assert face() != first
    with app.app_context():
        services.clear(gateways().images)
        assert not gateways().images.exists(f"{first}-160.webp")
    bad = post(lily_client, "/profile/picture/", {"pictures": upload(b"no", "face.png")}, "application/json")
    assert bad.status_code == 400
    post(lily_client, "/profile/picture/", {"remove": "1"})
    assert face() == ""
    assert post(lily_client, "/profile/picture/", {}, "application/json").status_code == 400


def test_the_face_over_a_review_is_not_that_of_an_anonymous_writer(
    app: Flask, make: World, lily: Person, lily_client: PageClient, client: PageClient
) -> None:
    post(lily_client, "/profile/picture/", {"pictures": upload(picture())})
    with app.app_context():
        stem = db.session.get_one(User, lily.id).avatar
    named, hidden = arrive(make, lily, [make.sku()]), arrive(make, lily, [make.sku()])
    post(lily_client, "/orders/comment/", review(named))
    post(lily_client, "/orders/comment/", review(hidden, is_anonymous="true"))
    assert stem in client.get(f"/comments/{named.skus[0]}/").text
    assert stem not in client.get(f"/comments/{hidden.skus[0]}/").text


def test_who_leaves_takes_their_pictures_along(
    app: Flask, make: World, lily: Person, lily_client: PageClient, client: PageClient
) -> None:
    order = arrive(make, lily, [make.sku()])
    post(lily_client, "/orders/comment/", review(order, pictures=[upload(picture())]))
    post(lily_client, "/profile/picture/", {"pictures": upload(picture())})
    with app.app_context():
        mine = list(db.session.scalars(select(Picture.stem).where(Picture.user_id == lily.id)))
    assert len(mine) == 2
    exported = post(lily_client, "/account/export/", {}).get_json()
    assert {each["stem"] for each in exported["pictures"]} == set(mine)
    with app.app_context():
        account._forget(lily.id)
        db.session.close()
        services.clear(gateways().images)
        assert db.session.scalars(select(Picture)).all() == []
    for stem in mine:
        assert not [path for path in files(app) if stem.split("/")[-1] in path.name]
    assert client.json("GET", f"/comments/{order.skus[0]}/")[1]["comment_list"][0]["pictures"] == []
