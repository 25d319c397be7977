"""The admin site: one Admin behind StaffIndex; each room brings its views."""

from collections.abc import Iterator

from flask import Flask
from flask_admin import Admin, BaseView
from flask_admin.theme import Bootstrap4Theme
from flask_babel import lazy_gettext as _l

from app.aftersales.admin import AfterSaleAdmin
from app.aftersales.models import AfterSale
from app.aftersales.opening_desk import OpeningView
from app.areas.admin import AreaDesk
from app.backoffice import guard, order_facts
from app.contents.picture_desk import AdPictureDesk
from app.contents.slot_desk import SlotDesk
from app.contents.word_desk import WordDesk
from app.dashboard.admin import Dashboard, TablesView
from app.goods.admin import ExchangeView, allow_large_upload
from app.goods.brand_admin import BrandAdmin
from app.goods.catalogue_admin import CategoriesView, ChannelsView, TemplatesView
from app.goods.grid_admin import BulkView
from app.goods.models import SKU, SPU, Brand, StockMovement
from app.goods.picture_desk import PictureDesk
from app.goods.sku_admin import SKUAdmin
from app.goods.spu_admin import SPUAdmin
from app.goods.stock_admin import CountView, StockAdmin
from app.goods.texts_admin import TextsView
from app.orders.admin import OrderAdmin
from app.orders.invoice_desk import InvoiceAdmin
from app.orders.models import Invoice, Order
from app.orders.print_desk import PrintDesk
from app.orders.ship_desk import ShipDesk
from app.outbox.admin import OutboxAdmin
from app.outbox.models import Message
from app.payment.admin import AttemptAdmin, ReceiptAdmin, RefundAdmin
from app.payment.models import Mismatch, PaymentAttempt, Receipt, Refund
from app.payment.money_desk import MismatchAdmin, MoneyView
from app.reviews.admin import ReviewAdmin, WordAdmin
from app.reviews.models import Review, WatchedWord
from app.search.admin import BlockedWordAdmin, SearchMissAdmin, SynonymsAdmin
from app.search.models import BlockedWord, SearchMiss, Synonyms
from app.search.word_desk import HotWordDesk
from app.shared.db import db
from app.staff.admin import FiltersView, RolesView
from app.staff.audit_desk import AuditView
from app.staff.colleague_desk import ColleaguesView
from app.staff.door_desk import DoorView, FactorView
from app.staff.limits_desk import RefundLimitsView
from app.system.admin import HealthView, JobsView, SweepsView
from app.users.admin import UserAdmin
from app.users.models import User

# The groups of the menu, in its order; an empty one is not shown.
GOODS, ORDERS, MONEY, PEOPLE, CONTENTS, SEARCH, SYSTEM = GROUPS = (
    _l("商品"),
    _l("订单"),
    _l("资金"),
    _l("用户"),
    _l("内容"),
    _l("搜索"),
    _l("系统"),
)


def build(app: Flask) -> Admin:
    """Mount `/admin/` with the views of every room."""
    admin = Admin(
        app,
        name=_l("美多商城后台"),
        index_view=Dashboard(name=_l("今日概况")),
        theme=Bootstrap4Theme(),
    )
    for group in GROUPS:
        admin.add_category(group)
    app.url_value_preprocessor(lambda _endpoint, _values: allow_large_upload())
    for view in views():
        admin.add_view(view)
    guard.init_app(app)
    app.jinja_env.globals["order_facts"] = order_facts.of  # lent to the desk of orders, which stands below them
    return admin


def views() -> Iterator[BaseView]:
    """Every page, group by group."""
    yield from goods()

    yield from orders()

    yield from money()

    yield UserAdmin(User, db, name=_l("用户"), category=PEOPLE, endpoint="admin_users", url="users")
    yield ColleaguesView(name=_l("员工"), category=PEOPLE, endpoint="admin_colleagues", url="colleagues")
    yield RolesView(name=_l("角色与权限"), category=PEOPLE, endpoint="admin_roles", url="roles")
    yield RefundLimitsView(name=_l("退款额度"), category=PEOPLE, endpoint="admin_refund_limits", url="refund-limits")

    yield from words()

    yield from system()


def goods() -> Iterator[BaseView]:
    """The pages of what is sold."""
    yield SKUAdmin(SKU, db, name=_l("商品 SKU"), category=GOODS, endpoint="admin_skus", url="skus")
    yield BulkView(name=_l("批量修改"), category=GOODS, endpoint="admin_bulk", url="bulk")
    yield StockAdmin(StockMovement, db, name=_l("库存流水"), category=GOODS, endpoint="admin_stock", url="stock")
    yield CountView(name=_l("盘点"), category=GOODS, endpoint="admin_counts", url="stock-counts")
    yield SPUAdmin(SPU, db, name=_l("SPU"), category=GOODS, endpoint="admin_spus", url="spus")
    yield BrandAdmin(Brand, db, name=_l("品牌"), category=GOODS, endpoint="admin_brands", url="brands")
    yield CategoriesView(name=_l("分类"), category=GOODS, endpoint="admin_categories", url="categories")
    yield ChannelsView(name=_l("频道"), category=GOODS, endpoint="admin_channels", url="channels")
    yield TemplatesView(name=_l("规格模板"), category=GOODS, endpoint="admin_spec_templates", url="spec-templates")
    yield TextsView(name=_l("商品介绍"), category=GOODS, endpoint="admin_texts", url="spu-texts")
    yield PictureDesk(name=_l("商品图片"), category=GOODS, endpoint="admin_pictures", url="pictures")
    yield ExchangeView(name=_l("导入导出"), category=GOODS, endpoint="admin_goods_io", url="goods-io")


def orders() -> Iterator[BaseView]:
    """The pages of orders and what comes after them."""
    yield OrderAdmin(Order, db, name=_l("订单"), category=ORDERS, endpoint="admin_orders", url="orders")
    yield ShipDesk(name=_l("批量发货"), category=ORDERS, endpoint="admin_shipping", url="shipping")
    yield PrintDesk(name=_l("打印"), category=ORDERS, endpoint="admin_prints", url="prints")
    yield InvoiceAdmin(Invoice, db, name=_l("发票"), category=ORDERS, endpoint="admin_invoices", url="invoices")
    yield AfterSaleAdmin(AfterSale, db, name=_l("售后"), category=ORDERS, endpoint="admin_aftersales", url="aftersales")
    yield OpeningView(name=_l("为订单退款"), endpoint="admin_opening", url="aftersales-open")


def money() -> Iterator[BaseView]:
    """The pages of money."""
    yield MoneyView(name=_l("每日收支"), category=MONEY, endpoint="admin_money", url="money")
    yield ReceiptAdmin(Receipt, db, name=_l("收款"), category=MONEY, endpoint="admin_receipts", url="receipts")
    yield RefundAdmin(Refund, db, name=_l("退款"), category=MONEY, endpoint="admin_refunds", url="refunds")
    yield AttemptAdmin(
        PaymentAttempt, db, name=_l("支付尝试"), category=MONEY, endpoint="admin_attempts", url="attempts"
    )
    yield MismatchAdmin(
        Mismatch, db, name=_l("对账差异"), category=MONEY, endpoint="admin_mismatches", url="mismatches"
    )


def system() -> Iterator[BaseView]:
    """The machine room and the log; and pages that no menu shows."""
    yield OutboxAdmin(Message, db, name=_l("消息"), category=SYSTEM, endpoint="admin_outbox", url="outbox")
    yield JobsView(name=_l("失败的任务"), category=SYSTEM, endpoint="admin_jobs", url="jobs")
    yield SweepsView(name=_l("巡检"), category=SYSTEM, endpoint="admin_sweeps", url="sweeps")
    yield HealthView(name=_l("运行状况"), category=SYSTEM, endpoint="admin_health", url="health")
    yield AuditView(name=_l("操作记录"), category=SYSTEM, endpoint="admin_audit", url="audit")
    yield DoorView(name=_l("进入后台"), endpoint="admin_door", url="login")
    yield FactorView(name=_l("两步验证"), endpoint="admin_factor", url="second-factor")
    yield TablesView(name=_l("数据表"), endpoint="admin_figures", url="figures")
    yield FiltersView(name=_l("常用筛选"), endpoint="admin_filters", url="filters")


def words() -> Iterator[BaseView]:
    """What is said in the shop: reviews, slots, pages, areas, and the words of search."""
    yield ReviewAdmin(Review, db, name=_l("评价"), category=PEOPLE, endpoint="admin_reviews", url="reviews")
    yield WordAdmin(
        WatchedWord, db, name=_l("评价敏感词"), category=PEOPLE, endpoint="admin_review_words", url="review-words"
    )

    yield SlotDesk(name=_l("首页广告位"), category=CONTENTS, endpoint="admin_slots", url="slots")
    yield WordDesk(name=_l("页脚与说明页"), category=CONTENTS, endpoint="admin_words", url="site-pages")
    yield AreaDesk(name=_l("行政区"), category=CONTENTS, endpoint="admin_areas", url="areas")
    yield AdPictureDesk(name=_l("广告图片"), category=CONTENTS, endpoint="admin_ad_pictures", url="ad-pictures")

    yield HotWordDesk(name=_l("热词"), category=SEARCH, endpoint="admin_hot", url="hot-words")
    yield SynonymsAdmin(Synonyms, db, name=_l("同义词"), category=SEARCH, endpoint="admin_synonyms", url="synonyms")
    yield BlockedWordAdmin(
        BlockedWord, db, name=_l("屏蔽词"), category=SEARCH, endpoint="admin_blocked", url="blocked-words"
    )
    yield SearchMissAdmin(
        SearchMiss, db, name=_l("未找到的搜索"), category=SEARCH, endpoint="admin_misses", url="misses"
    )
