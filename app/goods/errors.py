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


class BadPrice(BadValue):
    """Price, market price and cost do not go together; the message says which."""

    message = marked("价格有误")


class BadText(BadValue):
    """A name is missing or too long."""

    message = marked("名称应为 1 到 200 个字，副标题不超过 200 个字")


class BadPlan(BadValue):
    """A planned hour that cannot be."""

    message = marked("计划时间应在将来的两年之内")


class BadReason(BadValue):
    """Stock moves by hand for a reason."""

    message = marked("请填写原因，不超过 80 个字")


class NoSuchBulkEdit(NotFound):
    """No such bulk edit, or it was thrown away."""

    message = marked("没有这次批量修改")


class BulkEditClosed(NotPossible):
    """It has been applied or undone already; nothing was done again."""

    message = marked("这次批量修改已经处理过，没有重复执行")


class BulkEditFaulty(NotPossible):
    """Rows are faulty; nothing was written."""

    message = marked("有 %(count)s 行填写有误，请先改正或移除，尚未修改任何商品")


class TooManyRows(BadValue):
    """More SKUs at once than one edit takes."""

    message = marked("一次最多处理 %(most)s 件商品")
