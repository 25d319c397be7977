"""Mail addresses: pending until confirmed, confirmed by a button, one account's only, and never silently another."""

import functools
from collections import Counter
from typing import Any

import pytest
from flask import Flask

from app.shared import tokens
from app.shared.db import db
from app.users import emails
from app.users.errors import EmailTaken, LetterSentTooOften, LinkSpent
from app.users.models import User
from tests.factories.world import Person, World
from tests.pages import PageClient
from tests.users.post import at_once, link_in, posted

FIRST, SECOND = "lily@mall.example", "li.ly+shop@post.example"


def put(client: PageClient, email: Any) -> tuple[int, Any]:
    return client.json("PUT", "/emails/", {"email": email})


def seen(client: PageClient) -> tuple[str, bool]:
    """What the account page tells: address, and whether it is confirmed."""
    answer = client.json("GET", "/info/")[1]
    return answer["email"], answer["email_active"]


def press(client: PageClient, link: str) -> tuple[int, Any]:
    """The button behind the link."""
    return client.json("POST", "/emails/verification/", {"token": link.partition("token=")[2]})


def own(client: PageClient, address: str) -> None:
    """Write an address down and confirm it."""
    assert put(client, address)[0] == 200
    assert press(client, link_in(posted(client.app, address)[-1]))[0] == 200


def row(app: Flask, person: Person) -> User:
    with app.app_context():
        db.session.close()
        found = db.session.get_one(User, person.id)
        db.session.expunge(found)
        return found


def test_from_pending_to_confirmed(app: Flask, lily: Person, lily_client: PageClient) -> None:
    assert seen(lily_client) == ("", False)
    status, answer = put(lily_client, " Lily@MALL.example ")
    assert (status, answer["code"], answer["email"], answer["email_active"]) == (200, "0", "Lily@mall.example", False)
    assert answer["retry_after"] == 60
    assert seen(lily_client) == ("Lily@mall.example", False)
    (letter,) = posted(app, "Lily@mall.example")
    assert letter.subject == "美多商城邮箱验证"
    assert letter.html is not None
    assert "lily，您好" in letter.html
    assert press(PageClient(app), link_in(letter)) == (200, {"code": "0", "errmsg": "OK"}), "any device of hers will do"
    assert seen(lily_client) == ("Lily@mall.example", True)
    assert row(app, lily).verified_email == "lily@mall.example"


def test_the_link_tells_a_log_nobodys_address(app: Flask, lily_client: PageClient) -> None:
    put(lily_client, FIRST)
    with app.app_context():
        said = tokens.unsign(emails.PURPOSE, link_in(posted(app, FIRST)[0]).partition("token=")[2], 60)
    assert "mall.example" not in str(said)


def test_acc_5_a_changed_address_is_not_confirmed(app: Flask, lily: Person, lily_client: PageClient) -> None:
    """The original left the flag as it was. Until the new one is confirmed notices go where they went."""
    own(lily_client, FIRST)
    assert put(lily_client, SECOND)[0] == 200
    assert seen(lily_client) == (SECOND, False)
    assert emails.confirmed_address(row(app, lily)) == FIRST
    assert press(lily_client, link_in(posted(app, SECOND)[0]))[0] == 200
    assert seen(lily_client) == (SECOND, True)
    assert emails.confirmed_address(row(app, lily)) == SECOND
    farewell = posted(app, FIRST)[-1]
    assert farewell.subject == "您的美多商城邮箱已更换"
    assert "l***@post.example" in farewell.text
    assert SECOND not in farewell.text


def test_going_back_to_the_confirmed_address_needs_no_letter(app: Flask, lily_client: PageClient) -> None:
    own(lily_client, FIRST)
    put(lily_client, SECOND)
    link = link_in(posted(app, SECOND)[0])
    status, answer = put(lily_client, FIRST)
    assert (status, answer["email_active"], answer["retry_after"]) == (200, True, 0)
    assert len(posted(app, FIRST)) == 1
    assert press(lily_client, link)[1]["code"] == "5006"
    assert seen(lily_client) == (FIRST, True)


@pytest.mark.parametrize(
    "address",
    [
        "Big.Letters@MALL.example",
        "lily+shop@mall.example",
        "l@a.b.c.example",
        "lily@shop.photography",
        "莉莉@mall.example",
    ],
)
def test_acc_5_real_addresses_are_taken(app: Flask, lily_client: PageClient, address: str) -> None:
    """The original's pattern knew neither capitals nor `+` nor long or deep domains."""
    is_mailable = address.isascii()
    status, answer = put(lily_client, address)
    assert (status, answer["code"]) == ((200, "0") if is_mailable else (400, "5006"))


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("", "4003"),
        ("   ", "4003"),
        (None, "4003"),
        (7, "5006"),
        (["a@b.example"], "5006"),
        ("lily", "5006"),
        ("lily@", "5006"),
        ("lily@localhost", "5006"),
        ("a@b.example\r\nBcc: all@mall.example", "5006"),
        ("a@b.example, c@d.example", "5006"),
        ("<script>@mall.example", "5006"),
        ("x" * 300 + "@mall.example", "5006"),
    ],
)
def test_acc_5_what_is_no_address_is_refused_with_a_code(lily_client: PageClient, given: Any, code: str) -> None:
    """Nothing at all was a TypeError and a 500."""
    status, answer = put(lily_client, given)
    assert (status, answer["code"]) == (400, code)
    assert seen(lily_client) == ("", False)


def test_acc_6_reading_the_link_writes_nothing(app: Flask, lily_client: PageClient) -> None:
    """Mail scanners open every link: the original confirmed by GET."""
    put(lily_client, FIRST)
    link = link_in(posted(app, FIRST)[0])
    stranger = PageClient(app)
    page = stranger.get(link)
    assert FIRST in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert stranger.json("GET", link) == (200, {"code": "0", "errmsg": "OK", "email": FIRST})
    assert seen(lily_client) == (FIRST, False)
    assert press(lily_client, link)[0] == 200
    assert seen(lily_client) == (FIRST, True)


def test_acc_6_a_link_works_once(app: Flask, lily_client: PageClient) -> None:
    put(lily_client, FIRST)
    link = link_in(posted(app, FIRST)[0])
    assert press(lily_client, link)[0] == 200
    status, answer = press(lily_client, link)
    assert (status, answer["code"]) == (400, "5006")
    assert lily_client.get(link, fails=True).status_code == 400


def test_acc_6_an_old_link_is_dead_though_the_address_is_the_same_again(app: Flask, lily_client: PageClient) -> None:
    own(lily_client, FIRST)
    used = link_in(posted(app, FIRST)[0])
    own(lily_client, SECOND)
    assert put(lily_client, FIRST)[1]["code"] == "4002"
    with app.app_context():
        from app.shared.redis import redis

        redis().flushall()
    lily_client.sign_in("lily", "lily-likes-tests")
    assert put(lily_client, FIRST)[0] == 200
    assert press(lily_client, used)[1]["code"] == "5006"
    assert seen(lily_client) == (FIRST, False)


def test_acc_6_a_link_lives_24_hours(app: Flask, lily_client: PageClient, monkeypatch: pytest.MonkeyPatch) -> None:
    put(lily_client, FIRST)
    assert emails.LINK_LIFE_S == 24 * 3600
    monkeypatch.setattr(emails, "LINK_LIFE_S", -1)  # every moment is too late
    assert press(lily_client, link_in(posted(app, FIRST)[0]))[1]["code"] == "5006"


def test_sec_23_links_are_signed_for_this_and_nothing_else(
    app: Flask, lily: Person, fred: Person, lily_client: PageClient
) -> None:
    put(lily_client, FIRST)
    token = link_in(posted(app, FIRST)[0]).partition("token=")[2]
    nonce = row(app, lily).email_nonce
    with app.app_context():
        forged = [
            tokens.sign("lost-password", [lily.id, "x"]),
            tokens.sign("lost-account", [lily.id, tokens.digest(emails.PURPOSE, FIRST), nonce]),
            tokens.sign(emails.PURPOSE, [fred.id, tokens.digest(emails.PURPOSE, FIRST), nonce]),
            tokens.sign(emails.PURPOSE, [lily.id, tokens.digest(emails.PURPOSE, SECOND), nonce]),
            tokens.sign(emails.PURPOSE, [lily.id, tokens.digest(emails.PURPOSE, FIRST), "another"]),
            tokens.sign(emails.PURPOSE, {"user_id": lily.id, "email": FIRST}),
            token.rpartition(".")[0] + "." + token.rpartition(".")[2][::-1],  # the last sign has bits that say nothing
            "gASVJgAAAAAAAACMBXBvc2l4lIwGc3lzdGVtlJOUjAtlY2hvIHBpY2tsZZSFlFKULg==",
        ]
    for each in forged:
        assert lily_client.json("POST", "/emails/verification/", {"token": each})[1]["code"] == "5006", each
    assert lily_client.json("POST", "/emails/verification/", {})[1]["code"] == "4003"
    assert lily_client.json("GET", "/emails/verification/")[1]["code"] == "5006"
    assert seen(lily_client) == (FIRST, False)
    assert press(lily_client, "token=" + token)[0] == 200


def test_acc_5_an_address_belongs_to_who_confirms_it(
    app: Flask, lily_client: PageClient, fred: Person, fred_client: PageClient
) -> None:
    """Writing it down reveals nothing and holds nothing back; the second to confirm is told."""
    own(lily_client, FIRST)
    assert put(fred_client, "LILY@mall.example")[1]["code"] == "0"
    status, answer = press(fred_client, link_in(posted(app, "LILY@mall.example")[-1]))
    assert (status, answer["code"], answer["errmsg"]) == (409, "5202", "该邮箱已被其他账号使用")
    assert row(app, fred).verified_email is None
    assert seen(fred_client) == ("LILY@mall.example", False)
    assert seen(lily_client) == (FIRST, True)


def test_race_50_confirmations_of_one_address_make_one_owner(app: Flask, lily: Person, fred: Person) -> None:
    links = []
    for person in (lily, fred):
        with app.app_context():
            emails.set_email(person.id, FIRST)
        links.append(link_in(posted(app, FIRST)[-1]).partition("token=")[2])
    results = at_once(app, [functools.partial(emails.confirm, links[n % 2]) for n in range(50)])
    won = [result for result in results if isinstance(result, int)]
    assert len(won) == 1, results
    owner, other = (lily, fred) if won == [lily.id] else (fred, lily)
    kinds = Counter(type(result) for result in results)
    assert kinds == {int: 1, LinkSpent: 24, EmailTaken: 25}, kinds
    assert row(app, owner).verified_email == FIRST
    assert row(app, other).verified_email is None


def test_resending_is_throttled_and_says_how_long(app: Flask, lily: Person, lily_client: PageClient) -> None:
    assert lily_client.json("POST", "/emails/resend/", {})[1]["code"] == "5202", "nothing waits"
    put(lily_client, FIRST)
    status, answer = lily_client.json("POST", "/emails/resend/", {})
    assert (status, answer["code"]) == (429, "4002")
    assert 50 < answer["retry_after"] <= 60
    assert 50 < lily_client.json("GET", "/emails/")[1]["retry_after"] <= 60
    assert put(lily_client, FIRST)[0] == 429
    assert put(lily_client, SECOND)[0] == 200, "a slip of the pen is mended at once"
    assert len(posted(app, FIRST)) == len(posted(app, SECOND)) == 1


def test_a_second_letter_leaves_the_first_ones_link_good(
    app: Flask, lily: Person, lily_client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(emails, "LETTER_EVERY_S", 0)
    monkeypatch.setattr(emails, "_limits", lambda *_: ())
    put(lily_client, FIRST)
    assert lily_client.json("POST", "/emails/resend/", {})[0] == 200
    first, second = posted(app, FIRST)
    assert press(lily_client, link_in(first))[0] == 200
    assert press(lily_client, link_in(second))[1]["code"] == "5006"


def test_nobodys_mailbox_is_flooded(app: Flask, lily: Person, make: World) -> None:
    """Ten letters an hour of one account, ten a day to one address, whoever asks."""
    with app.app_context():
        for n in range(10):
            emails.set_email(lily.id, f"victim{n}@mall.example")
        with pytest.raises(LetterSentTooOften):
            emails.set_email(lily.id, "victim10@mall.example")
        people = [make.person(f"crowd-{n}", f"1390000000{n}") for n in range(10)]
        for person in people[:9]:
            emails.set_email(person.id, "Victim0@mall.example")
        with pytest.raises(LetterSentTooOften) as told:
            emails.set_email(people[9].id, "victim0@mall.example")
    assert 80_000 < int(str(told.value.facts["retry_after"])) <= 86_400


def test_the_page_works_without_scripts_and_keeps_what_was_typed(app: Flask, lily_client: PageClient) -> None:
    assert "绑定邮箱" in lily_client.get("/emails/").text
    page = lily_client.post("/emails/?_method=PUT", {"email": "lily@mall"}, fails=True)
    assert page.status_code == 400
    assert 'value="lily@mall"' in page.text
    assert "请输入正确的电子邮箱" in page.text
    page = lily_client.post("/emails/?_method=PUT", {"email": FIRST}, follow_redirects=True)
    assert "确认邮件已发送" in page.text
    assert "待确认" in page.text
    page = lily_client.post("/emails/resend/", fails=True)
    assert page.status_code == 429
    assert "秒后再重新发送" in page.text
    link = link_in(posted(app, FIRST)[0])
    lily_client.get(link)
    page = lily_client.post("/emails/verification/", {"token": link.partition("token=")[2]}, follow_redirects=True)
    assert "邮箱已确认" in page.text
    assert "已确认" in page.text


def test_a_stranger_reads_and_writes_nobodys_address(client: PageClient) -> None:
    for method, path in (("GET", "/emails/"), ("PUT", "/emails/"), ("POST", "/emails/resend/")):
        assert client.json(method, path, {"email": FIRST})[1]["code"] == "4101"


def test_a_closed_account_confirms_nothing(app: Flask, lily: Person, lily_client: PageClient, make: World) -> None:
    put(lily_client, FIRST)

    def close() -> None:
        db.session.get_one(User, lily.id).is_active = False

    make.run(close)
    assert press(PageClient(app), link_in(posted(app, FIRST)[0]))[1]["code"] == "5006"
    assert row(app, lily).verified_email is None
