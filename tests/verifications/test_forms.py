"""The buttons of codes in a form without scripts, on the page that everybody meets first."""

import re

import pytest

from app.verifications import store
from app.verifications.policy import MAILED
from tests.pages import PageClient

MOBILE, EMAIL = "13912345678", "lily@mall.example"


def press(client: PageClient, *, fails: bool = False, **fields: str) -> str:
    """A code button sends the whole form; the page that comes back."""
    typed = {"username": "alice_01", "mobile": MOBILE, "code_email": EMAIL, **fields}
    return client.post("/register/sms/", typed, fails=fails).text


def picture_of(page: str) -> str:
    found = re.search(r'name="image_code_id" value="([^"]*)"', page)
    assert found
    return found[1]


def text_of(client: PageClient, image_code_id: str) -> str:
    with client.app.app_context():
        return store.peek_image_code(image_code_id) or ""


def shows_picture(page: str) -> bool:
    return 'src="/image_codes/' in page


def test_a_code_by_mail_takes_the_pictures_place_and_the_form_stays(client: PageClient) -> None:
    page = press(client, by_mail="1")
    ident = picture_of(page)
    assert ident.startswith(MAILED)
    assert not shows_picture(page)
    assert "验证码已发送，请查收邮件" in page
    assert "alice_01" in page
    assert EMAIL in page
    page = press(client, image_code=text_of(client, ident), image_code_id=ident)
    assert "验证码已发送，请查收短信" in page
    assert shows_picture(page), "the mailed one is used up"


def test_a_mailed_code_that_still_waits_outlives_a_mistake_elsewhere(client: PageClient) -> None:
    ident = picture_of(press(client, by_mail="1"))
    page = press(client, image_code=text_of(client, ident), image_code_id=ident, mobile="123", fails=True)
    assert picture_of(page) == ident
    assert not shows_picture(page)
    page = press(client, refresh="1", image_code_id=ident)
    assert shows_picture(page), "but somebody may want a picture after all"


@pytest.mark.parametrize(("email", "said"), [("", "缺少必填信息"), ("lily", "请输入正确的电子邮箱")])
def test_what_is_wrong_with_the_mailbox_is_said_at_its_field(client: PageClient, email: str, said: str) -> None:
    page = press(client, by_mail="1", code_email=email, fails=True)
    place = page.index('id="code_email-error"')
    assert said in page[place : place + 1000]
    assert re.search(r"<details[^>]*\sopen", page)
    assert shows_picture(page)


def test_who_must_wait_for_mail_is_told_how_long(client: PageClient) -> None:
    press(client, by_mail="1")
    page = press(client, by_mail="1", fails=True)
    assert re.search(r"发送过于频繁，请 \d+ 秒后再试", page[page.index("code_email-error") :])


def test_a_picture_is_never_shown_twice(client: PageClient) -> None:
    first = picture_of(client.get("/register/").text)
    assert picture_of(press(client, image_code="----", image_code_id=first, fails=True)) != first
