"""What can go wrong with areas."""

from app.shared.errors import BadValue, NotFound, marked


class NoSuchArea(NotFound):
    """No division has this code."""

    message = marked("地区不存在")


class WrongArea(BadValue):
    """Province, city and district do not belong together, or a level was left out."""

    message = marked("请选择完整的省、市、区")


class BadAreaFile(BadValue):
    """The file of divisions cannot be read; the message says where."""

    message = marked("行政区文件有误")
