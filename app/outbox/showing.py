"""Messages as staff may see them."""

import re

from app.shared.errors import marked
from app.shared.filters import mask_mobile

STATES = {
    "waiting": marked("等待发送"),
    "retrying": marked("重试中"),
    "failed": marked("发送失败"),
    "sent": marked("已发出"),
}
KINDS = {"mail": marked("邮件"), "sms": marked("短信")}
LINK = re.compile(r"https?://[^\s<>\"，。）]+")


def masked(receiver: str) -> str:
    """`138****0001`, `l***@mall.example`."""
    name, at, domain = receiver.rpartition("@")
    return f"{name[:1]}***@{domain}" if at else mask_mobile(receiver)


def without_links(text: str) -> str:
    """A text whose links are cut behind their host: the rest of one may open somebody's account."""
    return LINK.sub(lambda found: "/".join(found[0].split("/")[:3]) + "/…", text)
