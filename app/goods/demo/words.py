"""The demo SPUs' descriptions, written from the facts of the catalogue and from nothing else."""

import re
from dataclasses import dataclass
from html import escape

FOOD, BEAUTY, CLOTHES, SHOES, BOOKS, DEVICES = 99, 90, 71, 81, 130, (1, 20, 38)
FRESH = 114  # level 2: fruit

ADVICE = {
    1: "选购前请核对网络制式、接口和适用机型；容量按日常拍照与应用的用量再留一些余地，会更耐用。",
    20: "办公学习以轻便和屏幕为先，设计与游戏以显卡和内存为先；外设请核对接口和系统支持。",
    38: "请先量好摆放位置的长宽高和进门通道，并核对插座功率；长期使用的电器，能效等级值得多看一眼。",
    58: "请按房间和家具的实际尺寸挑选；织物首次使用前建议按洗标清洗一次，炊具首次使用前请先开锅或清洗。",
    71: "尺码以常穿的尺码为参考，喜欢宽松可选大一码；深浅颜色请分开洗涤，按洗标晾晒。",
    81: "鞋请按平时的脚长挑选，脚背高或脚宽可选大半码；箱包请留意航空公司对随身行李尺寸的规定。",
    90: "请按自己的肤质和发质挑选；首次使用前在耳后或手臂内侧试用，如有不适请停用。",
    99: "请按包装上标注的条件保存，开封后尽快食用；对坚果、乳制品、麸质等过敏者请先查看配料表。",
    117: "请按包装上标注的适用年龄和段数选择，并在成人看护下使用。",
    124: "首次使用前请检查各连接处是否牢固；请量力而行，循序渐进，运动前后做好拉伸。",
    130: "请核对版本和册数；图书请放在干燥避光处保存。",
}


@dataclass(frozen=True)
class Facts:
    """What is known of a SPU."""

    title: str
    caption: str
    brand: str
    category: str
    category1_id: int
    category2_id: int
    options: dict[str, list[str]]


def title(brand: str, name: str) -> str:
    """The name with its brand before it, unless it is in it."""
    return name if brand.lower() in name.lower() else f"{brand} {name}"


def detail(facts: Facts) -> str:
    """What it is, its points, what there is to choose from, and a word of advice for goods of its kind."""
    points = [part for part in re.split(r"[，、；]", facts.caption) if part.strip()]
    parts = [f"<h3>{escape(facts.title)}</h3>", f"<p>{escape(_origin(facts))}。</p>"]
    if points:
        parts += ["<h4>商品亮点</h4>", _list(points)]
    if facts.options:
        rows = [
            f"<tr><th>{escape(name)}</th><td>{escape('、'.join(facts.options[name]))}</td></tr>"
            for name in facts.options
        ]
        parts += ["<h4>可选规格</h4>", f"<table><tbody>{''.join(rows)}</tbody></table>"]
    parts += ["<h4>选购提示</h4>", f"<p>{ADVICE[facts.category1_id]}</p>"]
    parts.append("<p>商品图片为示意图，颜色因屏幕不同会有差异，规格以文字说明为准。</p>")
    return "".join(parts)


def pack(facts: Facts) -> str:
    """What lies in the parcel, as far as the catalogue knows it."""
    chosen = "、".join(facts.options)
    lines = [f"{facts.title}（按所选{chosen}发货）" if chosen else facts.title]
    return (
        f"<h4>包装清单</h4>{_list(lines)}"
        "<p>随附的说明书与配件以商品包装内的清单为准。收货时请先查看外包装是否完好，再清点商品。</p>"
    )


def service(facts: Facts) -> str:
    """The shop's after-sales terms, with what the kind of goods changes in them."""
    return (
        "<h4>售后服务</h4><p>本商品由美多商城发货并负责售后。</p>"
        f"{_list([_return_terms(facts), _quality_terms(facts), '如需售后，请保留订单号、商品、赠品和完整包装。'])}"
    )


def _return_terms(facts: Facts) -> str:
    if facts.category2_id == FRESH:
        return "生鲜商品不支持七天无理由退货；如有破损、腐坏，请在签收后尽快联系我们处理。"
    if facts.category1_id == FOOD:
        return "未拆封的商品，签收之日起七天内可申请无理由退货；食品拆封后不支持无理由退货。"
    if facts.category1_id == BEAUTY:
        return "未拆封的商品，签收之日起七天内可申请无理由退货；出于卫生原因，拆封后不支持无理由退货。"
    if facts.category1_id in (CLOTHES, SHOES):
        return "签收之日起七天内可申请无理由退货，请保持吊牌完整，试穿时不要影响再次销售。"
    return "签收之日起七天内可申请无理由退货，请保持商品完好，不影响再次销售。"


def _quality_terms(facts: Facts) -> str:
    if facts.category1_id in DEVICES:
        return "质量问题按国家三包规定办理，保修期以商品保修凭证为准。"
    if facts.category1_id == BOOKS:
        return "如有缺页、错页、装订破损，签收后可以换新。"
    return "商品有质量问题，或与订单不符，可以退货或换货，往返运费由我们承担。"


def _origin(facts: Facts) -> str:
    """Who made it, or where it grew."""
    if facts.category2_id == FRESH:
        return f"来自{facts.brand}的{facts.category}"
    made = "出版" if facts.category1_id == BOOKS else "出品"
    return f"{_spaced(facts.brand)}{made}的{facts.category}"


def _spaced(name: str) -> str:
    """A Latin word keeps a space before the Chinese that follows it."""
    return f"{name} " if name[-1].isascii() else name


def _list(lines: list[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(line.strip())}</li>' for line in lines)}</ul>"
