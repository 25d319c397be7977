"""What staff read for the words of the tables: what happened to an account, and why a sign-in ended."""

from app.shared.errors import marked
from app.users import security_log, sign_ins

EVENTS = {
    security_log.SIGNED_IN: marked("登录成功"),
    security_log.FAILED: marked("登录失败"),
    security_log.SIGNED_OUT: marked("退出登录"),
    security_log.DEVICE_ENDED: marked("结束一台设备的登录"),
    security_log.ALL_ENDED: marked("退出其他或所有设备"),
    security_log.PASSWORD_CHANGED: marked("修改密码"),
    security_log.PASSWORD_RESET: marked("找回密码"),
    security_log.MOBILE_CHANGED: marked("更换手机号"),
    security_log.FACTOR_SET: marked("设置了两步验证"),
    security_log.FACTOR_FAILED: marked("两步验证失败"),
    security_log.FACTOR_RESET: marked("两步验证被重置"),
    security_log.RECOVERY_USED: marked("使用了恢复码"),
    security_log.DISABLED: marked("账号被停用"),
    security_log.ENABLED: marked("账号恢复启用"),
    "account_linked": marked("绑定了第三方账号"),
    "account_unlinked": marked("解除了第三方账号"),
}
ENDINGS = {
    sign_ins.SIGNED_OUT: marked("退出登录"),
    sign_ins.REPLACED: marked("同一浏览器重新登录"),
    sign_ins.FROM_LIST: marked("在设备列表中退出"),
    sign_ins.EVERYWHERE: marked("退出其他或所有设备"),
    sign_ins.PASSWORD_CHANGED: marked("修改密码"),
    sign_ins.PASSWORD_RESET: marked("找回密码"),
    sign_ins.CLOSED: marked("注销账号"),
    sign_ins.BY_STAFF: marked("由员工退出"),
    sign_ins.DISABLED: marked("账号被停用"),
    sign_ins.FACTOR_RESET: marked("两步验证被重置"),
}


def mask_network(address: str) -> str:
    """`203.0.*.*`; of any other form its beginning."""
    parts = address.split(".")
    if len(parts) == 4:
        return f"{parts[0]}.{parts[1]}.*.*"
    return f"{address[:6]}***" if address else ""
