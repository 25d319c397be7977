"""The log in words: what staff call the tables, the columns and the acts that it names."""

import re

from app.shared.errors import marked

# What stands for a table before the number of its row; others are shown as they are
THINGS = {
    "after_sales": marked("售后单"),
    "areas": marked("行政区"),
    "audit_log": marked("操作记录"),
    "brands": marked("品牌"),
    "bulk_edits": marked("批量修改"),
    "categories": marked("类别"),
    "channels": marked("频道"),
    "contents": marked("广告"),
    "goods_imports": marked("导入"),
    "invoices": marked("发票"),
    "order_events": marked("订单记录"),
    "order_lines": marked("订单商品"),
    "orders": marked("订单"),
    "outbox_messages": marked("消息"),
    "refunds": marked("退款"),
    "reviews": marked("评价"),
    "search_blocked_words": marked("屏蔽词"),
    "search_synonyms": marked("同义词"),
    "security_events": marked("安全事件"),
    "shipments": marked("包裹"),
    "sign_ins": marked("登录"),
    "sku_images": marked("商品图片"),
    "skus": "SKU",
    "spus": "SPU",
    "staff_memberships": marked("员工角色"),
    "staff_recovery_codes": marked("恢复码"),
    "staff_role_permissions": marked("角色权限"),
    "staff_roles": marked("角色"),
    "staff_totp": marked("两步验证"),
    "stock_movements": marked("库存流水"),
    "users": marked("用户"),
}
FIELDS = {
    "caption": marked("副标题"),
    "cost_price": marked("进价"),
    "created_at": marked("建立时间"),
    "disabled_at": marked("停用时间"),
    "disabled_reason": marked("停用原因"),
    "ended_at": marked("结束时间"),
    "ended_reason": marked("结束原因"),
    "granted_by": marked("授予人"),
    "is_active": marked("启用"),
    "is_launched": marked("在售"),
    "is_staff": marked("员工"),
    "kind": marked("类型"),
    "last_step": marked("已用验证码"),
    "market_price": marked("市场价"),
    "mobile": marked("手机号"),
    "name": marked("名称"),
    "permission": marked("权限"),
    "price": marked("价格"),
    "reason": marked("原因"),
    "role_id": marked("角色"),
    "sequence": marked("排序"),
    "state": marked("状态"),
    "status": marked("状态"),
    "stock": marked("库存"),
    "stock_delta": marked("库存变化"),
    "title": marked("名称"),
    "total_amount": marked("金额"),
    "tracking_number": marked("运单号"),
    "user_id": marked("用户"),
}
# Acts whose right alone does not say what was done
ACTS = {
    "admin_audit.export": marked("导出操作记录"),
    "admin_colleagues.disable": marked("停用员工账号"),
    "admin_colleagues.enable": marked("恢复员工账号"),
    "admin_colleagues.end_sign_ins": marked("退出员工的所有设备"),
    "admin_colleagues.hire": marked("建立员工账号"),
    "admin_colleagues.reset_totp": marked("重置员工的两步验证"),
    "admin_colleagues.roles": marked("更改员工的角色"),
    "admin_colleagues.welcome": marked("生成设置密码链接"),
    "admin_door.login": marked("进入后台"),
    "admin_factor.codes": marked("重新生成恢复码"),
    "admin_factor.set_up": marked("设置两步验证"),
    "admin_roles.create": marked("新建角色"),
    "admin_roles.drop": marked("删除角色"),
    "admin_roles.grant": marked("授予角色"),
    "admin_roles.revoke": marked("取消角色"),
    "admin_roles.rights": marked("更改角色的权限"),
    "admin_users.disable": marked("停用账号"),
    "admin_users.enable": marked("恢复账号"),
    "admin_users.end_sign_ins": marked("退出用户的所有设备"),
    "admin_users.reveal": marked("查看个人信息"),
}
# What people type for a thing
NICKNAMES = {
    "sku": "skus",
    "spu": "spus",
    "商品": "skus",
    "用户": "users",
    "user": "users",
    "订单": "orders",
    "order": "orders",
    "角色": "staff_roles",
    "类别": "categories",
    "品牌": "brands",
    "评价": "reviews",
}
THING = re.compile(r"([^\W\d]+)\s*[:：#]?\s*([0-9][0-9-]*)")


def thing_of(typed: str) -> str:
    """`skus:5` for `SKU 5`, `sku:5` and `skus:5`; a text that names no thing stays as it is."""
    found = THING.fullmatch(typed.strip())
    if found is None:
        return typed.strip()
    kind = found[1].casefold()
    return f"{NICKNAMES.get(kind, kind)}:{found[2]}"
