"""What can go wrong with accounts and addresses."""

from app.shared.errors import BadValue, DomainError, NotPossible, TooOften, marked


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


class TooManyFavourites(NotPossible):
    """The list of favourites is full; `limit` is the most."""

    message = marked("最多收藏 %(limit)s 件商品")
