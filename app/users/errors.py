"""What can go wrong with accounts and addresses."""

from app.shared.errors import BadValue, DomainError, Forbidden, NotPossible, TooOften, marked


class WrongAccount(DomainError):
    """Unknown account, wrong password or closed account: the answer is the same."""

    code, http_status, message = "4005", 400, marked("用户名或密码错误")


class PictureNeeded(DomainError):
    """After several failures a picture code must come along; `needs_image_code` says so to programs."""

    code, http_status, message = "4001", 400, marked("登录失败次数较多，请输入图形验证码")


class AgreementNeeded(DomainError):
    """Nobody joins without agreeing."""

    code, http_status, message = "4009", 400, marked("请阅读并同意用户使用协议")


class NameTaken(BadValue):
    """The username belongs to somebody."""

    message = marked("用户名已存在")


class MobileTaken(BadValue):
    """The number belongs to somebody."""

    message = marked("手机号已注册")


class TooManyTries(TooOften):
    """Too many sign-ins from one address or for one account; `retry_after` in seconds."""

    message = marked("登录尝试过于频繁，请 %(retry_after)s 秒后再试")


class TooManyAddresses(NotPossible):
    """The address book is full; `limit` is the most."""

    message = marked("最多保存 %(limit)s 个收货地址")


class TooManyNotices(NotPossible):
    """The list of goods that are waited for is full; `limit` is the most."""

    message = marked("最多为 %(limit)s 件商品设置到货提醒")


class TooManyFavourites(NotPossible):
    """The list of favourites is full; `limit` is the most."""

    message = marked("最多收藏 %(limit)s 件商品")


class EmailTaken(NotPossible):
    """The address was confirmed by another account, perhaps a moment ago."""

    message = marked("该邮箱已被其他账号使用")


class LinkSpent(BadValue):
    """A link or token is forged, old, used, or about something that has changed since: the answer is the same."""

    message = marked("链接已失效，请重新操作")


class WrongOldPassword(DomainError):
    """The password that is asked for before it is changed."""

    code, http_status, message = "4005", 400, marked("原密码错误")


class SamePassword(BadValue):
    """The new password is the old one (ACC-8)."""

    message = marked("新密码不能与原密码相同")


class WeakPassword(BadValue):
    """A common password, or one made of the account's own words."""

    message = marked("密码太容易被猜到，请换一个")


class TooManyPasswordTries(TooOften):
    """The old password was wrong too often; `retry_after` in seconds."""

    message = marked("原密码输错次数过多，请 %(retry_after)s 秒后再试")


class LetterSentTooOften(TooOften):
    """A confirmation letter is on its way; `retry_after` in seconds."""

    message = marked("邮件已发送，请 %(retry_after)s 秒后再重新发送")


class SameMobile(BadValue):
    """The new number is the old one."""

    message = marked("新手机号不能和原手机号相同")


class ProofStale(NotPossible):
    """The old number was proved too long ago, or is no longer the account's."""

    message = marked("验证已失效，请重新验证原手机号")


class OwnAccount(Forbidden):
    """Nobody shuts himself out."""

    message = marked("不能对自己的账号执行此操作")


class StaffAccount(NotPossible):
    """A colleague's account is an owner's matter."""

    message = marked("员工账号由店主在“员工”页面管理")


class ReasonNeeded(BadValue):
    """Why an account is shut is for whoever asks later; `limit` characters."""

    message = marked("请填写原因，不超过 %(limit)s 个字")
