"""The SMS providers as they answer over HTTP: yes, no, nonsense, silence; and what may be told about it afterwards."""

import base64
import hashlib
import json
import logging
from collections.abc import Callable, Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

import config
from app.factory import create_app
from app.gateways.doors import gateways
from app.gateways.sms import SmsFailed, SmsRefused, SmsSender, alibaba, yuntongxun
from app.gateways.sms.alibaba import AlibabaSms
from app.gateways.sms.yuntongxun import YuntongxunSms
from tests.gateways.provider import Desk, Provider, open_provider

MOBILE, CODE, TOKEN, SECRET = "13912345678", "604213", "the-account-token-of-nobody", "the-key-secret-of-nobody"


@pytest.fixture
def provider() -> Iterator[Provider]:
    with open_provider() as server:
        yield server


def cloopen(url: str, **more: str) -> YuntongxunSms:
    account = {"url": url, "sid": "aaf98f89", "token": TOKEN, "app_id": "8a48b551", "code_template": "1", **more}
    return YuntongxunSms(yuntongxun.Account(**account))


def aliyun(url: str, **more: str) -> AlibabaSms:
    account = {"url": url, "key_id": "LTAI5t", "key_secret": SECRET, "sign": "美多商城", "code_template": "SMS_15405"}
    return AlibabaSms(alibaba.Account(**account, **more))


GOOD = {
    cloopen: {"statusCode": "000000", "templateSMS": {"dateCreated": "20261123", "smsMessageSid": "ff80808"}},
    aliyun: {"Code": "OK", "Message": "OK", "BizId": "9006197469364984", "RequestId": "F655A8D5"},
}
Open = Callable[..., SmsSender]
both = pytest.mark.parametrize("open_door", [cloopen, aliyun])


def told(caplog: pytest.LogCaptureFixture, problem: BaseException) -> str:
    """Everything that a log, a traceback or RQ could say about it."""
    about = [problem, problem.__cause__, None if problem.__suppress_context__ else problem.__context__]
    facts = getattr(problem, "facts", {})
    return caplog.text + " ".join(f"{each!r} {each}" for each in about) + str(facts)


def test_yuntongxun_gets_a_signed_letter(provider: Provider) -> None:
    provider.says(GOOD[cloopen])
    cloopen(provider.url).send_code(MOBILE, CODE, 5)
    ((path, headers, body),) = provider.asked
    parts = urlsplit(path)
    assert parts.path == "/2013-12-26/Accounts/aaf98f89/SMS/TemplateSMS"
    assert json.loads(body) == {"to": MOBILE, "appId": "8a48b551", "templateId": "1", "datas": [CODE, "5"]}
    sid, stamp = base64.b64decode(headers["authorization"]).decode().split(":")
    assert (sid, len(stamp)) == ("aaf98f89", 14)
    expected = hashlib.md5(f"aaf98f89{TOKEN}{stamp}".encode()).hexdigest().upper()
    assert parse_qs(parts.query)["sig"] == [expected]
    assert headers["accept"] == "application/json"
    assert TOKEN not in path + str(headers) + body.decode()


def test_a_netrc_on_the_machine_does_not_replace_the_signature(
    provider: Provider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    provider.says(GOOD[cloopen])
    cloopen(provider.url).send_code(MOBILE, CODE, 5)
    assert provider.asked[0][1]["authorization"].startswith(base64.b64encode(b"aaf98f89:").decode()[:10])


def test_alibaba_gets_a_signed_question(provider: Provider) -> None:
    provider.says(GOOD[aliyun])
    aliyun(provider.url).send_code(MOBILE, CODE, 5)
    ((path, headers, _),) = provider.asked
    query = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
    assert json.loads(query.pop("TemplateParam")) == {"code": CODE}
    assert query == {"PhoneNumbers": MOBILE, "SignName": "美多商城", "TemplateCode": "SMS_15405"}
    assert (headers["x-acs-action"], headers["x-acs-version"]) == ("SendSms", "2017-05-25")
    assert headers["authorization"].startswith("ACS3-HMAC-SHA256 Credential=LTAI5t,")
    assert SECRET not in path + str(headers)


@both
def test_a_text_needs_a_template_of_its_own(provider: Provider, open_door: Open) -> None:
    provider.says(GOOD[open_door])  # type: ignore[index]
    with pytest.raises(SmsRefused):
        open_door(provider.url).send_text(MOBILE, "您的订单已发货")
    assert provider.asked == []
    open_door(provider.url, text_template="77").send_text(MOBILE, "您的订单已发货")
    assert len(provider.asked) == 1


@pytest.mark.parametrize(
    ("open_door", "body", "status", "kind", "cause"),
    [
        (cloopen, {"statusCode": "160040", "statusMsg": f"{MOBILE} 次数超限"}, 200, SmsRefused, "160040"),
        (cloopen, {"statusCode": "172001", "statusMsg": "网络错误"}, 200, SmsFailed, "172001"),
        (cloopen, {"statusCode": "111100", "statusMsg": "鉴权失败"}, 200, SmsFailed, "111100"),
        (cloopen, {"statusCode": f"你好 {MOBILE}"}, 200, SmsFailed, "HTTP 200"),
        (cloopen, {"statusCode": None}, 200, SmsFailed, "HTTP 200"),
        (cloopen, [1, 2], 200, SmsFailed, "HTTP 200"),
        (cloopen, b"<html>Bad Gateway</html>", 502, SmsFailed, "JSONDecodeError"),
        (cloopen, b"", 200, SmsFailed, "JSONDecodeError"),
        (cloopen, {"moved": True}, 302, SmsFailed, "HTTP 302"),
        (
            aliyun,
            {"Code": "isv.MOBILE_NUMBER_ILLEGAL", "Message": MOBILE},
            200,
            SmsRefused,
            "isv.MOBILE_NUMBER_ILLEGAL",
        ),
        (aliyun, {"Code": "isv.AMOUNT_NOT_ENOUGH", "Message": "x"}, 200, SmsRefused, "isv.AMOUNT_NOT_ENOUGH"),
        (aliyun, {"Code": "isv.BUSINESS_LIMIT_CONTROL"}, 200, SmsFailed, "isv.BUSINESS_LIMIT_CONTROL"),
        (aliyun, {"Code": "isp.SYSTEM_ERROR", "Message": "x"}, 200, SmsFailed, "isp.SYSTEM_ERROR"),
        (aliyun, {"Code": "isv.SMS_TEMPLATE_ILLEGAL", "Message": "x"}, 400, SmsRefused, "isv.SMS_TEMPLATE_ILLEGAL"),
        (aliyun, {"Code": "SignatureDoesNotMatch", "Message": "x"}, 400, SmsFailed, "SignatureDoesNotMatch"),
        (aliyun, {"Code": "Throttling.User", "Message": "x"}, 503, SmsFailed, "Throttling.User"),
        (aliyun, {"Code": f"你好 {MOBILE}", "Message": "x"}, 200, SmsFailed, ""),
        (aliyun, b'"nonsense"', 200, SmsFailed, "AttributeError"),
        (aliyun, b"<html>Bad Gateway</html>", 502, SmsFailed, None),
        (aliyun, b"", 200, SmsFailed, None),
    ],
)
def test_sec_24_what_a_provider_refuses_is_told_by_its_code_alone(
    provider: Provider,
    caplog: pytest.LogCaptureFixture,
    open_door: Open,
    body: Any,
    status: int,
    kind: type[SmsFailed],
    cause: str | None,
) -> None:
    provider.says(body, status)
    with caplog.at_level(logging.INFO), pytest.raises(SmsFailed) as failed:
        open_door(provider.url).send_code(MOBILE, CODE, 5)
    assert type(failed.value) is kind
    if cause is not None:
        assert failed.value.facts["cause"] == cause
    said = told(caplog, failed.value)
    assert not [word for word in (MOBILE, CODE, TOKEN, SECRET, "sig=") if word in said]


@both
def test_sec_24_who_does_not_answer_is_waited_for_only_so_long(
    provider: Provider, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, open_door: Open
) -> None:
    provider.is_silent = True
    monkeypatch.setattr(yuntongxun, "PATIENCE_S", (1, 0.2))
    monkeypatch.setattr(alibaba, "READ_MS", 200)
    with caplog.at_level(logging.INFO), pytest.raises(SmsFailed) as failed:
        open_door(provider.url).send_code(MOBILE, CODE, 5)
    assert len(provider.asked) == 1, "the job tries again, not the client"
    said = told(caplog, failed.value)
    assert not [word for word in (MOBILE, CODE, TOKEN, SECRET, "sig=") if word in said]


@both
def test_sec_24_nobody_listens(caplog: pytest.LogCaptureFixture, open_door: Open) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Desk) as unused:
        url = f"http://127.0.0.1:{unused.server_port}"
    with caplog.at_level(logging.INFO), pytest.raises(SmsFailed) as failed:
        open_door(url).send_code(MOBILE, CODE, 5)
    said = told(caplog, failed.value)
    assert not [word for word in (MOBILE, CODE, TOKEN, SECRET, "sig=") if word in said]


# --- by settings ----------------------------------------------------------------------------------------------------

YUNTONGXUN = {
    "SMS_DOOR": "yuntongxun",
    "YUNTONGXUN_SID": "aaf98f89",
    "YUNTONGXUN_TOKEN": TOKEN,
    "YUNTONGXUN_APP_ID": "8a48b551",
}
ALIBABA = {
    "SMS_DOOR": "alibaba",
    "ALIBABA_SMS_KEY_ID": "LTAI5t",
    "ALIBABA_SMS_KEY_SECRET": SECRET,
    "ALIBABA_SMS_SIGN": "美多商城",
    "ALIBABA_SMS_CODE_TEMPLATE": "SMS_15405",
}


def settings(folder: Path, given: dict[str, str]) -> dict[str, Any]:
    base = {"MALL_MODE": "test", "INSTANCE": str(folder), "SECRET_KEY": "k" * 32, "LOG_LEVEL": "WARNING"}
    return config.from_environ({**base, **given})


@pytest.mark.parametrize(
    ("given", "kind", "answer"),
    [
        ({**YUNTONGXUN, "YUNTONGXUN_URL": "HERE"}, YuntongxunSms, GOOD[cloopen]),
        ({**ALIBABA, "ALIBABA_SMS_URL": "HERE"}, AlibabaSms, GOOD[aliyun]),
    ],
)
def test_the_settings_choose_the_provider_and_there_is_one_client(
    provider: Provider, tmp_path: Path, given: dict[str, str], kind: type, answer: dict[str, Any]
) -> None:
    provider.says(answer)
    here = {name: provider.url if text == "HERE" else text for name, text in given.items()}
    mall = create_app(settings(tmp_path, here))
    with mall.app_context():
        door = gateways().sms
        assert isinstance(door, kind)
        door.send_code(MOBILE, CODE, 5)
        door.send_code(MOBILE, CODE, 5)
        assert gateways().sms is door
    assert len(provider.asked) == 2


@pytest.mark.parametrize("complete", [YUNTONGXUN, ALIBABA])
def test_an_incomplete_account_stops_the_start(tmp_path: Path, complete: dict[str, str]) -> None:
    settings(tmp_path, complete)
    for name in complete:
        if name != "SMS_DOOR":
            with pytest.raises(config.BadSetting, match=name):
                settings(tmp_path, {**complete, name: ""})


@pytest.mark.parametrize("given", [YUNTONGXUN, ALIBABA])
def test_production_sends_no_code_over_plain_http(tmp_path: Path, given: dict[str, str]) -> None:
    address = "YUNTONGXUN_URL" if given is YUNTONGXUN else "ALIBABA_SMS_URL"
    with pytest.raises(config.BadSetting, match=address):
        settings(tmp_path, {**given, address: "http://sms.example", "MALL_MODE": "production"})


def test_an_unknown_door_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(config.BadSetting, match="SMS_DOOR"):
        settings(tmp_path, {"SMS_DOOR": "pigeon"})
