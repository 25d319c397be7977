"""What can go wrong with codes."""

from app.shared.errors import BadValue, DomainError, TooOften, marked


class WrongImageCode(DomainError):
    """The picture code is wrong, old or already used: the answer is the same."""

    code, http_status, message = "4001", 400, marked("图形验证码有误或已失效")


class WrongSmsCode(DomainError):
    """The SMS code is wrong, old, used, or was guessed at too often."""

    code, http_status, message = "4008", 400, marked("短信验证码有误或已失效")


class WrongMailCode(DomainError):
    """The mailed code is wrong, old, used, or was guessed at too often."""

    code, http_status, message = "4008", 400, marked("邮箱验证码有误或已失效")


class SentTooOften(TooOften):
    """One code a minute and receiver, so many a day, and caps per address; `retry_after` in seconds."""

    message = marked("验证码发送过于频繁，请 %(retry_after)s 秒后再试")


class BadMobile(BadValue):
    """Not a mobile number of this country."""

    message = marked("请输入正确的手机号")


class BadEmail(BadValue):
    """Nothing that mail can reach."""

    message = marked("请输入正确的电子邮箱")
