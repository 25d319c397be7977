"""What can go wrong with goods."""

from app.shared.errors import DomainError, NotFound, marked


class NoSuchSKU(NotFound):
    """No such SKU."""

    message = marked("商品不存在")


class OutOfStock(DomainError):
    """Fewer left than wanted; `sku_id` and `stock` say which and how many."""

    code, http_status, message = "5007", 409, marked("库存不足：%(name)s 仅剩 %(stock)s 件")


class NotOnSale(DomainError):
    """The SKU has been taken off the shelf."""

    code, http_status, message = "5007", 409, marked("%(name)s 已下架")
