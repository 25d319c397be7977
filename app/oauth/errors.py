"""What can go wrong with accounts from elsewhere."""

from app.shared.errors import BadValue, DomainError, NotPossible, marked


class WrongState(BadValue):
    """This browser did not leave for the provider with that state, or came back already, or too late."""

    message = marked("登录请求已失效，请重新开始")


class BindingExpired(BadValue):
    """The signed open id is forged, too old or another browser's."""

    message = marked("绑定请求已失效，请重新开始")


class NobodyHasThisMobile(BadValue):
    """A code was sent to it, but no account has it."""

    message = marked("该手机号还没有账号，请选择“创建新账号”")


class BoundElsewhere(NotPossible):
    """The provider's account belongs to another account of ours."""

    message = marked("这个账号已绑定其他美多账号")


class BoundAlready(NotPossible):
    """The account has another one of the same provider."""

    message = marked("您的美多账号已绑定该平台的另一个账号，请先解除绑定")


class LastWayIn(NotPossible):
    """Without it nobody could sign in to the account any more."""

    message = marked("这是您唯一的登录方式，请先设置密码再解除绑定")


class AccountClosed(DomainError):
    """The account behind the binding may not sign in."""

    code, http_status, message = "4103", 403, marked("该账号已停用，无法登录")
