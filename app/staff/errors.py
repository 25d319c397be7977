"""What can go wrong with roles."""

from app.shared.errors import Forbidden, NotPossible, marked


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
