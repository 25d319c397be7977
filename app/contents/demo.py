"""What the demo shop hangs into the 19 slots of its home page: every ad leads to goods or categories of this shop."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True)
class Goods:
    """An ad for the first SKU of an SPU: title, picture and price come from the SKU."""

    spu_id: int


@dataclass(frozen=True)
class Poster:
    """An ad in words, with a banner or without."""

    title: str
    url: str
    text: str = ""
    image: str = ""


@dataclass(frozen=True)
class Slot:
    """A slot of the page and what hangs in it."""

    key: str
    name: str
    ads: Sequence[Goods | Poster]


def _category(category_id: int, sort: str = "") -> str:
    return f"/list/{category_id}/1/" + (f"?sort={sort}" if sort else "")


def _search(words: str) -> str:
    return f"/search/?q={quote(words)}"


def _goods(*spu_ids: int) -> list[Goods]:
    return [Goods(spu_id) for spu_id in spu_ids]


def _posters(links: Mapping[str, str]) -> list[Poster]:
    return [Poster(title, url) for title, url in links.items()]


SLOTS: tuple[Slot, ...] = (
    Slot(
        "index_lbt",
        "轮播图",
        [
            Poster("手机焕新季", _category(3), "影像旗舰到长续航，一屏看齐", "banners/lbt-phones"),
            Poster("轻装办公", _category(20), "轻薄本、平板与外设", "banners/lbt-computers"),
            Poster("厨房小帮手", _category(44), "电饭煲、水壶与空气炸锅", "banners/lbt-kitchen"),
            Poster("囤好每一餐", _category(99), "粮油、乳品与休闲零食", "banners/lbt-food"),
        ],
    ),
    Slot(
        "index_kx",
        "快讯",
        [
            Poster("新品：iPhone 15 Pro 钛金属机身到店", "/detail/1/"),
            Poster("电脑办公：轻薄本与游戏本一页看全", _category(21)),
            Poster("大家电专场：电视、空调、冰箱、洗衣机", _category(39)),
            Poster("四季舒适：变频空调按匹数挑选", _category(41)),
            Poster("跑鞋上新：缓震、轻量与竞速", _category(83)),
            Poster("美食家：坚果、牛奶与新米", _category(99, "hot")),
            Poster("周末书房：科幻、文学与计算机图书", _category(130)),
        ],
    ),
    Slot(
        "index_ytgg",
        "页头广告",
        [Poster("腕上新伙伴：智能手表与手环", _category(14), "心率、睡眠与运动", "banners/ytgg-wrist")],
    ),
    Slot(
        "index_1f_logo",
        "1楼Logo",
        [Poster("手机通讯", _category(2), "新机与配件", "banners/floor1-phones")],
    ),
    Slot(
        "index_1f_pd",
        "1楼频道",
        _posters({"手机": _category(3), "配件": _category(5), "影音": _category(11), "智能设备": _category(14)}),
    ),
    Slot(
        "index_1f_bq",
        "1楼标签",
        _posters(
            {
                "荣耀手机": _search("荣耀"),
                "华为手机": _search("华为 手机"),
                "小米手机": _search("小米 手机"),
                "热销推荐": _category(1, "hot"),
                "老人机": _category(4),
                "手机壳": _category(6),
                "移动电源": _category(9),
                "降噪耳机": _search("降噪"),
                "运动相机": _category(19),
            }
        ),
    ),
    Slot("index_1f_ssxp", "1楼时尚新品", _goods(1, 4, 10, 13, 15, 17, 18, 5, 8, 2)),
    Slot("index_1f_cxdj", "1楼畅享低价", _goods(7, 9, 11, 14, 16, 12, 20, 19, 37, 33)),
    Slot("index_1f_sjpj", "1楼手机配件", _goods(21, 22, 23, 24, 25, 26, 27, 28, 30)),
    Slot(
        "index_2f_logo",
        "2楼Logo",
        [Poster("电脑数码", _category(20), "办公与影像", "banners/floor2-computers")],
    ),
    Slot(
        "index_2f_pd",
        "2楼频道",
        _posters({"电脑": _category(21), "外设": _category(26), "网络打印": _category(32), "摄影摄像": _category(17)}),
    ),
    Slot(
        "index_2f_bq",
        "2楼标签",
        _posters(
            {
                "iPad": _search("iPad"),
                "笔记本": _category(22),
                "游戏本": _category(23),
                "微单相机": _category(18),
                "智能路由": _category(33),
                "机械键盘": _search("机械键盘"),
                "显示器": _category(29),
                "移动硬盘": _category(30),
                "耳机": _category(12),
            }
        ),
    ),
    Slot("index_2f_jjhg", "2楼加价换购", _goods(57, 58, 59, 60, 61, 64, 65, 66, 67, 68)),
    Slot("index_2f_cxdj", "2楼畅享低价", _goods(51, 53, 54, 43, 45, 46, 63, 55, 48, 69)),
    Slot(
        "index_3f_logo",
        "3楼Logo",
        [Poster("家居生活", _category(58), "家纺、灯具与厨具", "banners/floor3-home")],
    ),
    Slot(
        "index_3f_pd",
        "3楼频道",
        _posters({"家纺寝具": _category(59), "灯具家具": _category(63), "厨具水具": _category(67)}),
    ),
    Slot(
        "index_3f_bq",
        "3楼标签",
        _posters(
            {
                "四件套": _search("四件套"),
                "毛巾": _category(61),
                "记忆枕": _category(62),
                "护眼台灯": _search("台灯"),
                "人体工学椅": _category(65),
                "书架": _category(66),
                "保温杯": _category(69),
                "电饭煲": _category(45),
                "吹风机": _category(55),
            }
        ),
    ),
    Slot("index_3f_shyp", "3楼生活用品", _goods(100, 102, 103, 104, 106, 109, 138, 139, 99, 70)),
    Slot("index_3f_cfyp", "3楼厨房用品", _goods(108, 111, 84, 85, 86, 87, 88, 89, 110, 149)),
)
