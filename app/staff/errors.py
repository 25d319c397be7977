"""What can go wrong with roles, and at the door."""

from app.shared.errors import BadValue, DomainError, Forbidden, NotPossible, TooOften, marked


class OwnRights(Forbidden):
    """Nobody gives rights to himself, or takes them from himself."""

    message = marked("不能更改自己的角色")


class LastOwner(NotPossible):
    """Without an owner nobody could give rights any more."""

    message = marked("至少要保留一位店主")


class ReadyRole(NotPossible):
    """The owner's role is all rights, always; a role that somebody has stays."""

    message = marked("这个角色不能这样更改")


class NoStaff(NotPossible):
    """Roles are for staff accounts."""

    message = marked("没有这个员工账号")


class RoleTaken(NotPossible):
    """Two roles of one name."""

    message = marked("角色名称已存在")


class WrongCode(DomainError):
    """A second factor that is wrong, old, or was used before: the answer is the same."""

    code, http_status, message = "4005", 400, marked("验证码错误、已过期或已使用，请等待下一个验证码")


class TooManyCodes(TooOften):
    """Too many second factors were tried for one account; `retry_after` in seconds."""

    message = marked("验证码尝试过于频繁，请 %(retry_after)s 秒后再试")


class HasFactor(NotPossible):
    """Somebody set it up in another window, or long ago."""

    message = marked("两步验证已经设置过了")


class DraftSpent(BadValue):
    """The QR picture is too old, or of another sign-in."""

    message = marked("二维码已失效，请用新的二维码重新设置")


class TooManyFilters(NotPossible):
    """A list has room for so many kept filters of one person."""

    message = marked("最多保存 %(most)s 个常用筛选，请先删除一个")
