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


class BadName(BadValue):
    """A text is empty where it must not be, or too long; `field` says which."""

    message = marked("请填写内容，最多 %(most)s 个字")


class BadChain(BadValue):
    """Three categories that do not lie below each other, or one that is not of level 3."""

    message = marked("三级分类不匹配，请重新选择")


class BadSpecs(BadValue):
    """Options that do not belong to the specs of this SPU, or two of one spec."""

    message = marked("规格与选项不匹配，请重新选择")


class TooManySpecs(BadValue):
    """More specs, options or combinations than one SPU may have."""

    message = marked("最多 %(most)s 个，请分开处理")


class NameTaken(NotPossible):
    """Names are unique here."""

    message = marked("名称「%(name)s」已被使用")


class CombinationTaken(NotPossible):
    """Another SKU of the SPU is sold with exactly these options."""

    message = marked("这个规格组合已有商品：%(name)s")


class InUse(NotPossible):
    """Something hangs on it, so it stays; `sentence` of the page says what."""

    message = marked("正在使用，不能删除")


class OptionInUse(InUse):
    """SKUs are sold with this option; `skus` names them."""

    message = marked("选项「%(value)s」正被这些商品使用，不能删除：%(skus)s")


class FamilyInUse(InUse):
    """An SPU with SKUs."""

    message = marked("这个 SPU 下有 %(skus)s 件商品，不能删除。可以先全部下架")


class SKUInUse(InUse):
    """A SKU that was sold, stocked or reviewed."""

    message = marked("这件商品已有库存流水、订单或评价，不能删除。可以下架或停止销售")


class BrandInUse(InUse):
    """A brand with SPUs."""

    message = marked("这个品牌下有 %(spus)s 个 SPU，不能删除。可以先把它合并到另一个品牌")


class CategoryInUse(InUse):
    """A category with something below it or in it."""

    message = marked(
        "不能删除这个分类：%(spus)s 个 SPU、%(children)s 个子分类、%(channels)s 个频道、%(templates)s 个规格模板在用它"
    )


class GroupInUse(InUse):
    """A channel group with channels."""

    message = marked("这个频道组下有 %(channels)s 个频道，不能删除")


class NoSuchTemplate(NotFound):
    """No such spec template."""

    message = marked("规格模板不存在")


class NoSuchChannel(NotFound):
    """No such channel or channel group."""

    message = marked("频道不存在")


class StaleDesk(NotPossible):
    """Somebody else changed what the page shows since it was opened; nothing was written."""

    message = marked("内容刚被别人修改过，您的更改没有保存，请核对后再改")


class PictureGone(BadValue):
    """A picture in a text is none of the shop's, or was swept before the text was saved."""

    message = marked("文中有图片已失效，请重新上传")
