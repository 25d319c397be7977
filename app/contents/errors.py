"""What can go wrong with the slots."""

from app.shared.errors import BadValue, NotPossible, marked


class NoDemoGoods(NotPossible):
    """The demo's ads lead to demo goods, which must be there first."""

    message = marked("请先载入演示商品：flask goods load-demo")


class BadAddress(BadValue):
    """Old and new address are paths inside this shop, and not the same."""

    message = marked("地址应为本站内的路径")


class StaleText(NotPossible):
    """A colleague has written since it was read."""

    message = marked("刚有同事修改过这里，请看过最新内容再保存")


class EmptyText(BadValue):
    """A page needs a title and words in Chinese."""

    message = marked("请填写中文的标题和正文")


class TooLong(BadValue):
    """More than there is room for."""

    message = marked("%(field)s最多 %(most)s 个字")


class BadFact(BadValue):
    """A telephone number, mail address or filing number that cannot be one."""

    message = marked("%(field)s的格式不对")


class BadLink(BadValue):
    """An ad leads to a page of this shop that is there."""

    message = marked("链接“%(url)s”在本站没有对应的页面")


class NoTitle(BadValue):
    """An ad without words."""

    message = marked("请填写每条广告的标题")


class BadPeriod(BadValue):
    """It ends before it begins."""

    message = marked("“%(title)s”的结束时间要晚于开始时间")


class TooManyAds(BadValue):
    """More than the slot has room for."""

    message = marked("这个广告位最多放 %(most)s 条")


class NothingToUndo(NotPossible):
    """There is no earlier version."""

    message = marked("没有可以撤销的修改")


class BadTime(BadValue):
    """No date and time, or one that has passed where it must come."""

    message = marked("时间“%(text)s”看不懂，或者已经过去")
