"""What can go wrong: nouns with a code, a status, a sentence and facts; raised low, translated at the edge."""


def marked(text: str) -> str:
    """Mark a sentence for the message catalogue; the edge translates it (pybabel extracts `marked`)."""
    return text


class DomainError(Exception):
    """A rule of the shop was not met; `facts` fill the message and go to JSON callers."""

    code = "5000"
    http_status = 500
    message = marked("服务器开小差了，请稍后再试")

    def __init__(self, message: str | None = None, **facts: object) -> None:
        super().__init__(message or self.message)
        if message is not None:
            self.message = message
        self.facts = facts


class NotFound(DomainError):
    """No such thing, or not yours: the answer is the same."""

    code, http_status, message = "5003", 404, marked("您访问的内容不存在")


class Forbidden(DomainError):
    """Signed in, but without the right."""

    code, http_status, message = "4103", 403, marked("您没有权限执行此操作")


class NeedSignIn(DomainError):
    """Somebody must sign in first."""

    code, http_status, message = "4101", 401, marked("请先登录")


class TooOften(DomainError):
    """A limit was reached; `retry_after` seconds tell when it ends."""

    code, http_status, message = "4002", 429, marked("操作过于频繁，请稍后再试")


class Missing(DomainError):
    """Something needed was not sent."""

    code, http_status, message = "4003", 400, marked("缺少必填信息")


class BadValue(DomainError):
    """Something was sent that cannot be."""

    code, http_status, message = "5006", 400, marked("提交的内容有误")


class BadFormToken(DomainError):
    """The CSRF token is missing, old or of another session."""

    code, http_status, message = "4104", 400, marked("页面已过期，请刷新后重试")


class NotPossible(DomainError):
    """The thing is in a state that does not allow this."""

    code, http_status, message = "5202", 409, marked("当前状态不能执行此操作")


class Busy(DomainError):
    """Try again: nothing was written."""

    code, http_status, message = "5203", 503, marked("系统繁忙，请稍后再试")
