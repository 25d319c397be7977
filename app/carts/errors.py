"""What can go wrong with a cart."""

from app.shared.errors import BadValue, Busy, marked


class TooMany(BadValue):
    """More of one SKU than a shopper may buy; `limit` is the most."""

    message = marked("每种商品最多购买 %(limit)s 件")


class CartFull(BadValue):
    """No room for another line."""

    message = marked("购物车已满，最多 %(limit)s 种商品")


class NotInCart(BadValue):
    """A change of a line that is not there."""

    message = marked("购物车中没有这件商品")


class CartAway(Busy):
    """Redis cannot be reached: the cart is safe, but not at hand."""

    message = marked("购物车暂时无法访问，请稍后再试")
