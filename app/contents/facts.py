"""Facts about who runs the shop, for the footer of every page."""

import re
from dataclasses import asdict, dataclass, fields

from app.contents.errors import BadFact, TooLong
from app.shared.errors import marked

NAME = "facts"


@dataclass(frozen=True)
class Facts:
    """Empty is not shown; what ends in `_en` stands on English pages, where it is not empty."""

    company: str = ""
    company_en: str = ""
    phone: str = ""
    hours: str = ""
    hours_en: str = ""
    email: str = ""
    address: str = ""
    address_en: str = ""
    icp: str = ""
    licence: str = ""
    licence_picture: str = ""  # a stem


LABELS = {
    "company": marked("公司名称"),
    "company_en": marked("公司名称（英文）"),
    "phone": marked("客服电话"),
    "hours": marked("服务时间"),
    "hours_en": marked("服务时间（英文）"),
    "email": marked("客服邮箱"),
    "address": marked("联系地址"),
    "address_en": marked("联系地址（英文）"),
    "icp": marked("ICP 备案号"),
    "licence": marked("营业执照"),
}
HINTS = {
    "phone": marked("如 400-000-0000 或 010-12345678"),
    "hours": marked("如 每天 9:00–21:00"),
    "icp": marked("如 京ICP备12345678号-1，页面上会链接到工信部备案查询"),
    "licence": marked("统一社会信用代码，18 位"),
}
LONGEST = 100
_SHAPES = {
    "phone": re.compile(r"\+?[0-9][0-9 ()-]{4,24}"),
    "email": re.compile(r"[^\s@]{1,64}@[^\s@]{1,200}\.[^\s@.]{2,20}"),
    "icp": re.compile(r"[\u4e00-\u9fff]ICP[备证]\s?[0-9]{6,12}号(-[0-9]{1,4})?", re.IGNORECASE),
    "licence": re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}"),
}


def tidy(given: dict[str, str]) -> Facts:
    """What was typed, on one line each; TooLong, BadFact."""
    known = {field.name for field in fields(Facts)}
    values = {name: " ".join(text.split()) for name, text in given.items() if name in known}
    for name, text in values.items():
        if len(text) > LONGEST:
            raise TooLong(field=LABELS.get(name, name), most=LONGEST)
        if text and name in _SHAPES and not _SHAPES[name].fullmatch(text):
            raise BadFact(field=LABELS[name])
    return Facts(**values)


def read(content: dict[str, str]) -> Facts:
    """As a version keeps them; what it does not know is empty."""
    known = asdict(Facts())
    return Facts(**{name: str(content.get(name, "")) for name in known})


def localised(facts: Facts, name: str, is_english: bool) -> str:
    """The English wording where there is one, or the Chinese."""
    values: dict[str, str] = asdict(facts)
    return (values.get(f"{name}_en", "") if is_english else "") or values[name]
