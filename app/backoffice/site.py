"""The admin site: one Admin behind StaffIndex; each room brings its views."""

from flask import Flask
from flask_admin import Admin
from flask_admin.theme import Bootstrap4Theme
from flask_babel import lazy_gettext as _l

from app.aftersales.admin import AfterSaleAdmin
from app.aftersales.models import AfterSale
from app.backoffice import guard
from app.contents.picture_desk import AdPictureDesk
from app.goods.admin import ExchangeView, SKUAdmin, TextsView, allow_large_upload
from app.goods.models import SKU
from app.goods.picture_desk import PictureDesk
from app.orders.admin import OrderAdmin
from app.orders.models import Order
from app.search.admin import BlockedWordAdmin, SearchMissAdmin, SynonymsAdmin
from app.search.models import BlockedWord, SearchMiss, Synonyms
from app.shared.db import db
from app.shared.security import csp_nonce
from app.shared.staff_view import StaffIndex
from app.staff.admin import AuditView, RolesView
from app.staff.door_desk import DoorView, FactorView
from app.users.admin import UserAdmin
from app.users.models import User


def build(app: Flask) -> Admin:
    """Mount `/admin/` with the views of every room."""
    admin = Admin(
        app,
        name=_l("美多商城后台"),
        index_view=StaffIndex(name=_l("首页"), template="admin/home.html"),
        theme=Bootstrap4Theme(),
        csp_nonce_generator=csp_nonce,
    )
    admin.add_view(SKUAdmin(SKU, db, name=_l("商品 SKU"), endpoint="admin_skus", url="skus"))
    admin.add_view(TextsView(name=_l("商品介绍"), endpoint="admin_texts", url="spu-texts"))
    admin.add_view(ExchangeView(name=_l("导入导出"), endpoint="admin_goods_io", url="goods-io"))
    app.url_value_preprocessor(lambda _endpoint, _values: allow_large_upload())
    admin.add_view(PictureDesk(name=_l("商品图片"), endpoint="admin_pictures", url="pictures"))
    admin.add_view(AdPictureDesk(name=_l("广告图片"), endpoint="admin_ad_pictures", url="ad-pictures"))
    admin.add_view(OrderAdmin(Order, db, name=_l("订单"), endpoint="admin_orders", url="orders"))
    admin.add_view(AfterSaleAdmin(AfterSale, db, name=_l("售后"), endpoint="admin_aftersales", url="aftersales"))
    admin.add_view(SynonymsAdmin(Synonyms, db, name=_l("同义词"), endpoint="admin_synonyms", url="synonyms"))
    admin.add_view(BlockedWordAdmin(BlockedWord, db, name=_l("屏蔽词"), endpoint="admin_blocked", url="blocked-words"))
    admin.add_view(SearchMissAdmin(SearchMiss, db, name=_l("未找到的搜索"), endpoint="admin_misses", url="misses"))
    admin.add_view(UserAdmin(User, db, name=_l("用户"), endpoint="admin_users", url="users"))
    admin.add_view(RolesView(name=_l("角色与权限"), endpoint="admin_roles", url="roles"))
    admin.add_view(AuditView(name=_l("操作记录"), endpoint="admin_audit", url="audit"))
    admin.add_view(DoorView(name=_l("进入后台"), endpoint="admin_door", url="login"))
    admin.add_view(FactorView(name=_l("两步验证"), endpoint="admin_factor", url="second-factor"))
    guard.init_app(app)
    return admin
