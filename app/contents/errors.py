"""What can go wrong with the slots."""

from app.shared.errors import BadValue, NotPossible, marked


class NoDemoGoods(NotPossible):
    """The demo's ads lead to demo goods, which must be there first."""

    message = marked("请先载入演示商品：flask goods load-demo")


class BadAddress(BadValue):
    """Old and new address are paths inside this shop, and not the same."""

    message = marked("地址应为本站内的路径")
