"""The addresses of the codes, as pages and outside clients use them."""

import io
import re

import pytest
from flask import Flask
from PIL import Image
from redis import Redis
from rq import Queue

from app.shared.redis import redis
from app.verifications import store
from app.verifications.captcha import INKS, PAPER
from app.verifications.policy import IMAGE_ALPHABET
from tests.pages import PageClient

MOBILE = "13912345678"


def new_picture(client: PageClient) -> tuple[str, str]:
    """Id and text of a new picture code."""
    status, answer = client.json("POST", "/image_codes/")
    assert status == 200
    with client.app.app_context():
        text = store.peek_image_code(answer["image_code_id"])
    assert text is not None
    return answer["image_code_id"], text


def ask(client: PageClient, ident: str, text: str, mobile: str = MOBILE, purpose: str = "register") -> tuple[int, dict]:
    return client.json(
        "POST", f"/sms_codes/{mobile}/", {"image_code": text, "image_code_id": ident, "purpose": purpose}
    )


def test_a_picture_shows_four_clear_characters_and_is_never_cached(client: PageClient) -> None:
    ident, text = new_picture(client)
    assert len(text) == 4
    assert set(text) <= set(IMAGE_ALPHABET)
    assert not set(IMAGE_ALPHABET) & set("01OIl")
    for _ in range(2):
        response = client.browser.get(f"/image_codes/{ident}/")
        assert response.content_type == "image/png"
        assert response.headers["Cache-Control"] == "no-store"
        picture = Image.open(io.BytesIO(response.data)).convert("L")
        darkest, lightest = picture.getextrema()
        assert lightest - darkest > 120  # dark on light


def luminance(ink: tuple[int, int, int]) -> float:
    """As WCAG reckons it."""
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in (c / 255 for c in ink)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("ink", INKS)
def test_every_ink_stands_out_from_the_paper(ink: tuple[int, int, int]) -> None:
    assert (luminance(PAPER) + 0.05) / (luminance(ink) + 0.05) >= 7


@pytest.mark.parametrize("ident", ["nothing", "sms_register_{13912345678}", "x" * 22])
def test_sec_3_an_unknown_picture_is_not_found(client: PageClient, ident: str) -> None:
    with client.app.app_context():
        store.keep_sms_code("one", MOBILE, "register", "123456")
    assert client.browser.get(f"/image_codes/{ident}/", headers={"Accept": "application/json"}).status_code == 404


def test_acc_11_a_code_is_sent_and_the_answer_names_the_wait(client: PageClient) -> None:
    ident, text = new_picture(client)
    status, answer = ask(client, ident, text.lower())
    assert (status, answer["code"], answer["retry_after"]) == (200, "0", 60)
    with client.app.app_context():
        kept = redis().hgetall(store.SMS(purpose="register", mobile=MOBILE))
    assert len(kept["code"]) == 6
    assert kept["code"].isdigit()


def test_sec_24_neither_number_nor_code_is_in_the_job(client: PageClient) -> None:
    ident, text = new_picture(client)
    ask(client, ident, text)
    jobs = Queue("sms", connection=client.app.extensions["meiduo_rq"]).jobs
    assert [job.func_name for job in jobs] == ["app.verifications.tasks.deliver_sms"]
    with client.app.app_context():
        code = redis().hget(store.SMS(purpose="register", mobile=MOBILE), "code")
    said = f"{jobs[0].args} {jobs[0].kwargs} {jobs[0].description} {jobs[0].get_call_string()}"
    assert MOBILE not in said
    assert code not in said


def test_sec_12_who_must_wait_keeps_the_picture_code(client: PageClient) -> None:
    ident, text = new_picture(client)
    ask(client, ident, text)
    ident, text = new_picture(client)
    status, answer = ask(client, ident, text)
    assert (status, answer["code"]) == (429, "4002")
    assert 0 < answer["retry_after"] <= 60
    assert ask(client, ident, text, mobile="13912345679")[0] == 200


def test_sec_12_a_wrong_picture_code_is_used_up(client: PageClient) -> None:
    ident, text = new_picture(client)
    status, answer = ask(client, ident, "----")
    assert (status, answer["code"]) == (400, "4001")
    assert ask(client, ident, text)[1]["code"] == "4001"
    assert ask(client, "sms_register_{13912345678}", text)[1]["code"] == "4001"


@pytest.mark.parametrize("left_out", ["image_code", "image_code_id", "purpose"])
def test_what_is_missing_is_said(client: PageClient, left_out: str) -> None:
    ident, text = new_picture(client)
    body = {"image_code": text, "image_code_id": ident, "purpose": "register"}
    del body[left_out]
    status, answer = client.json("POST", f"/sms_codes/{MOBILE}/", body)
    assert (status, answer["code"]) == (400, "4003")


@pytest.mark.parametrize(
    ("mobile", "purpose"),
    [("12345678901", "register"), ("139123456789", "register"), ("1391234567x", "register"), (MOBILE, "anything")],
)
def test_a_bad_number_or_purpose_is_refused_and_keeps_the_picture(
    client: PageClient, mobile: str, purpose: str
) -> None:
    ident, text = new_picture(client)
    status, answer = ask(client, ident, text, mobile, purpose)
    assert (status, answer["code"]) == (400, "5006")
    assert ask(client, ident, text)[0] == 200


def test_sec_12_the_cap_per_address_is_a_setting(client: PageClient) -> None:
    client.app.config["SMS_PER_ADDRESS_PER_HOUR"] = 2
    answers = [ask(client, *new_picture(client), mobile=f"1390000000{n}")[0] for n in range(3)]
    assert answers == [200, 200, 429]


def test_sec_12_a_refused_queue_gives_everything_back(client: PageClient, monkeypatch: pytest.MonkeyPatch) -> None:
    ident, text = new_picture(client)
    with monkeypatch.context() as patch:
        patch.setitem(client.app.extensions, "meiduo_rq", Redis.from_url("unix:///nowhere/redis.sock"))
        status, answer = ask(client, ident, text)
        assert (status, answer["code"]) == (503, "5203")
    with client.app.app_context():
        assert redis().keys("sms_*") + redis().keys("code*") == []
    assert ask(client, *new_picture(client))[0] == 200


def test_sec_12_sending_needs_the_form_token(client: PageClient) -> None:
    ident, text = new_picture(client)
    body = {"image_code": text, "image_code_id": ident, "purpose": "register"}
    status, answer = client.json("POST", f"/sms_codes/{MOBILE}/", body, token=False)
    assert (status, answer["code"]) == (400, "4104")


def test_pictures_are_limited_by_address(client: PageClient) -> None:
    client.app.config["IMAGE_CODES_PER_ADDRESS_PER_MINUTE"] = 2
    statuses = [client.json("POST", "/image_codes/")[0] for _ in range(3)]
    assert statuses == [200, 200, 429]


def test_every_key_ends_by_itself(app: Flask) -> None:
    client = PageClient(app)
    ask(client, *new_picture(client))
    new_picture(client)
    with app.app_context():
        endless = [key for key in redis().keys("*") if redis().ttl(key) < 0 and not key.startswith("rq:")]
    assert endless == []


def test_sec_12_sending_is_no_get(client: PageClient) -> None:
    for path in (f"/sms_codes/{MOBILE}/?image_code=AB34&image_code_id={'x' * 22}", "/mail_codes/", "/image_codes/"):
        assert client.browser.get(path).status_code in (404, 405)


@pytest.mark.parametrize("purpose", ["reset", "change_old", "change_new", "delete", "password"])
def test_strangers_ask_by_number_only_for_what_strangers_do(client: PageClient, purpose: str) -> None:
    ident, text = new_picture(client)
    status, answer = ask(client, ident, text, purpose=purpose)
    assert (status, answer["code"]) == (400, "5006")
    assert ask(client, ident, text)[0] == 200


# --- a picture code by mail -----------------------------------------------------------------------------------------

EMAIL = "lily@mall.example"


def ask_by_mail(client: PageClient, email: str = EMAIL) -> tuple[int, dict]:
    return client.json("POST", "/mail_codes/", {"email": email})


def test_who_cannot_see_the_picture_gets_the_code_by_mail(client: PageClient) -> None:
    status, answer = ask_by_mail(client)
    assert (status, answer["code"], answer["retry_after"]) == (200, "0", 60)
    ident = answer["image_code_id"]
    assert client.browser.get(f"/image_codes/{ident}/").status_code == 404, "it is not drawn"
    jobs = Queue("mail", connection=client.app.extensions["meiduo_rq"]).jobs
    assert [job.func_name for job in jobs] == ["app.verifications.tasks.deliver_mail"]
    with client.app.app_context():
        text = store.peek_image_code(ident)
        assert text is not None
        assert re.fullmatch(r"[0-9]{6}", text)
        assert 0 < redis().ttl(store.IMAGE(image_code_id=ident)) <= 300
        ticket = store.claim_ticket(jobs[0].args[0])
    assert ticket is not None
    assert (ticket.to, ticket.code, ticket.purpose) == (EMAIL, text, "picture")
    assert ask(client, ident, text)[0] == 200
    assert ask(client, ident, text, mobile="13912345679")[1]["code"] == "4001", "once"


def test_codes_by_mail_are_limited_as_those_by_sms(client: PageClient) -> None:
    client.app.config["MAIL_CODES_PER_ADDRESS_PER_HOUR"] = 2
    assert ask_by_mail(client)[0] == 200
    status, answer = ask_by_mail(client)
    assert (status, answer["code"]) == (429, "4002")
    assert 0 < answer["retry_after"] <= 60
    assert ask_by_mail(client, "tom@mall.example")[0] == 200
    status, answer = ask_by_mail(client, "fred@mall.example")
    assert status == 429
    assert answer["retry_after"] > 3500
    client.app.config["MAIL_CODES_PER_ADDRESS_PER_HOUR"] = 60
    client.app.config["MAIL_CODES_PER_EMAIL_PER_DAY"] = 1
    assert ask_by_mail(client)[1]["retry_after"] > 86_000


@pytest.mark.parametrize(("email", "code"), [("", "4003"), ("lily", "5006"), ("lily@mall.example\nBcc: x", "5006")])
def test_a_mailbox_is_needed(client: PageClient, email: str, code: str) -> None:
    assert ask_by_mail(client, email)[1]["code"] == code


def test_a_refused_queue_gives_the_mailbox_its_minute_back(client: PageClient, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setitem(client.app.extensions, "meiduo_rq", Redis.from_url("unix:///nowhere/redis.sock"))
        assert ask_by_mail(client)[1]["code"] == "5203"
    assert ask_by_mail(client)[0] == 200
