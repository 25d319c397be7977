"""What can go wrong with the slots."""

from app.shared.errors import NotPossible, marked


class NoDemoGoods(NotPossible):
    """The demo's ads lead to demo goods, which must be there first."""

    message = marked("请先载入演示商品：flask goods load-demo")
