"""What can go wrong when somebody leaves."""

from app.shared.errors import DomainError, NotPossible, marked


class StillOpen(NotPossible):
    """Something is unpaid, unsent, unreceived, or money is still to go back; the facts name it."""

    message = marked("还有未完成的订单、售后或退款，完成后才能注销账号")


class StaffStay(NotPossible):
    """A member of staff is let go by the mall, not by a button."""

    message = marked("员工账号不能自行注销，请联系管理员")


class WrongPassword(DomainError):
    """The password that should prove who asks is not theirs."""

    code, http_status, message = "4005", 400, marked("密码错误")
