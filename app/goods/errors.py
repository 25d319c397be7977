"""What can go wrong with goods."""

from app.shared.errors import BadValue, DomainError, NotFound, NotPossible, marked


class NoSuchSKU(NotFound):
    """No such SKU."""

    message = marked("商品不存在")


class NoSuchSPU(NotFound):
    """No such SPU."""

    message = marked("商品不存在")


class NoSuchCategory(NotFound):
    """No such category."""

    message = marked("分类不存在")


class NoSuchBrand(NotFound):
    """No such brand."""

    message = marked("品牌不存在")


class NoSuchPage(NotFound):
    """The list has fewer pages than that."""

    message = marked("没有这一页")


class StaleEdit(NotPossible):
    """Somebody else changed this SKU since the editor opened it; nothing was written."""

    message = marked("这件商品刚被别人修改过，请重新打开后再改")


class BadStock(BadValue):
    """Stock is a whole number from 0."""

    message = marked("库存应为不小于 0 的整数")


class OutOfStock(DomainError):
    """Fewer left than wanted; `sku_id` and `stock` say which and how many."""

    code, http_status, message = "5007", 409, marked("库存不足：%(name)s 仅剩 %(stock)s 件")


class NotOnSale(DomainError):
    """The SKU has been taken off the shelf."""

    code, http_status, message = "5007", 409, marked("%(name)s 已下架")
