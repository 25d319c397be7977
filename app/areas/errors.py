"""What can go wrong with areas."""

from app.shared.errors import BadValue, NotFound, NotPossible, marked


class NoSuchArea(NotFound):
    """No division has this code."""

    message = marked("地区不存在")


class WrongArea(BadValue):
    """Province, city and district do not belong together, or a level was left out."""

    message = marked("请选择完整的省、市、区")


class BadAreaFile(BadValue):
    """The file of divisions cannot be read; the message says where."""

    message = marked("行政区文件有误")


class BadCode(BadValue):
    """A national code has six digits, and there are three levels."""

    message = marked("行政区代码是 6 位数字，最多到区县一级")


class BadAreaName(BadValue):
    """No name, or a long one."""

    message = marked("请填写名称，最多 %(most)s 个字")


class AreaTaken(NotPossible):
    """The code is another division's, or the name a neighbour's."""

    message = marked("代码或同级的名称已经存在")


class StaleArea(NotPossible):
    """A colleague has changed it since it was read."""

    message = marked("这个地区刚被同事修改过，请看过最新内容再改")


class AreaInUse(NotPossible):
    """Something points at it."""

    message = marked("不能删除：下面还有 %(children)s 个下级地区，%(addresses)s 个收货地址在使用它。可以改为停用。")
