"""The columns of the table, and how a value is written so that no spreadsheet runs it."""

from collections.abc import Iterable, Mapping

from app.shared.cells import plain

# a `_seen` column says what the writer of the line knew: the difference is applied, not the number written over
COLUMNS = (
    "sku_id",
    "version",
    "category1",
    "category2",
    "category3",
    "brand",
    "spu_name",
    "spu_caption",
    "sku_name",
    "sku_caption",
    "specs",
    "price",
    "cost_price",
    "market_price",
    "stock",
    "stock_seen",
    "is_launched",
    "images",
    "desc_detail",
    "desc_pack",
    "desc_service",
)
# people's words for them, both ways
CHINESE = {
    "sku_id": "SKU编号",
    "version": "版本",
    "category1": "一级分类",
    "category2": "二级分类",
    "category3": "三级分类",
    "brand": "品牌",
    "spu_name": "商品名称",
    "spu_caption": "商品副标题",
    "sku_name": "SKU名称",
    "sku_caption": "SKU副标题",
    "specs": "规格",
    "price": "单价",
    "cost_price": "进价",
    "market_price": "市场价",
    "stock": "库存",
    "stock_seen": "导出时库存",
    "is_launched": "是否上架",
    "images": "图片",
    "desc_detail": "商品详情",
    "desc_pack": "规格与包装",
    "desc_service": "售后服务",
}
BESIDE = ("行号", "问题", "Line", "Problem")  # what the table of failed lines has in front: passed over
KNOWN = {
    **{name: name for name in COLUMNS},
    **{text: name for name, text in CHINESE.items()},
    **dict.fromkeys(BESIDE, ""),
}
NEEDED_OF_NEW = ("category1", "category2", "category3", "brand", "spu_name", "price", "stock")
YES, NO = {"1", "true", "yes", "y", "是", "上架"}, {"0", "false", "no", "n", "否", "下架"}
Specs = tuple[tuple[str, str], ...]


def header(cells: Iterable[object]) -> list[str]:
    """Column names by either name; unknown ones stay as they are, for the reader to name them."""
    return [KNOWN.get(str(cell or "").strip().lstrip("\ufeff"), str(cell or "").strip()) for cell in cells]


def write_specs(pairs: Iterable[tuple[str, str]]) -> str:
    """`颜色=黑色;内存=128GB`; a backslash stands before a sign that is part of a word."""
    return ";".join(f"{_escape(name)}={_escape(value)}" for name, value in pairs)


def read_specs(text: str) -> Specs:
    """The pairs of such a text; ValueError where it is none."""
    pairs: list[tuple[str, str]] = []
    for part in _split(text, ";；"):
        if not part.strip():
            continue
        words = _split(part, "=＝")
        if len(words) != 2 or not all(word.strip() for word in words):
            raise ValueError(part)
        pairs.append((_unescape(words[0].strip()), _unescape(words[1].strip())))
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError(text)
    return tuple(pairs)


def key_of(specs: Iterable[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    """Which SKU of a SPU: the order of specs does not matter."""
    return frozenset(specs)


def as_dict(names: list[str], cells: Iterable[object]) -> Mapping[str, str]:
    """One line by column; empty cells are absent."""
    found: dict[str, str] = {}
    for name, cell in zip(names, cells, strict=False):
        text = plain(_text(cell))
        if name and text != "":
            found[name] = text
    return found


def _text(cell: object) -> str:
    """A spreadsheet hands over numbers: 8999.0 is 8999."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _escape(word: str) -> str:
    return "".join(f"\\{sign}" if sign in "\\;；=＝" else sign for sign in word)


def _unescape(word: str) -> str:
    out, signs = [], iter(word)
    for sign in signs:
        out.append(next(signs, "") if sign == "\\" else sign)
    return "".join(out)


def _split(text: str, at: str) -> list[str]:
    """Parts between separators that no backslash protects; the backslashes stay."""
    parts, part, signs = [], "", iter(text)
    for sign in signs:
        if sign == "\\":
            part += sign + next(signs, "")
        elif sign in at:
            parts.append(part)
            part = ""
        else:
            part += sign
    return [*parts, part]
