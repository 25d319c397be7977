"""The 19 slots as staff need to know them: where on the page, what goes in, how large, how many."""

from dataclasses import dataclass

from app.shared.errors import marked


@dataclass(frozen=True)
class Place:
    """One slot; `size` is the best size of its picture, empty where none is shown."""

    key: str
    part: str  # heading of the part of the page
    where: str
    shown: int  # how many are shown; more wait in order
    size: str = ""
    has_text: bool = False
    title_longest: int = 100


_TOP = marked("首屏")
_LOGO = marked("楼层左侧的竖幅大图，只显示第一条")
_CHANNELS = marked("楼层左侧的频道链接，只有文字")
_WORDS = marked("楼层左侧的关键词，只有文字，建议不超过 6 个字")
_TAB = marked("楼层右侧一个选项卡里的商品，两行五列")
_FLOORS = {
    "1f": (marked("1 楼 手机通讯"), ("ssxp", "cxdj", "sjpj")),
    "2f": (marked("2 楼 电脑数码"), ("cxdj", "jjhg")),
    "3f": (marked("3 楼 家居生活"), ("shyp", "cfyp")),
}


def _places() -> list[Place]:
    found = [
        Place("index_lbt", _TOP, marked("首屏中间的轮播大图，按顺序播放"), 8, "960 × 600", True, 30),
        Place("index_kx", _TOP, marked("首屏右侧的快讯，只有文字，一行一条"), 8, title_longest=60),
        Place("index_ytgg", _TOP, marked("首屏右侧快讯下面的小图，只显示第一条"), 1, "600 × 300", title_longest=30),
    ]
    for floor, (part, tabs) in _FLOORS.items():
        found += [
            Place(f"index_{floor}_logo", part, _LOGO, 1, "480 × 920", True, 20),
            Place(f"index_{floor}_pd", part, _CHANNELS, 8, title_longest=10),
            Place(f"index_{floor}_bq", part, _WORDS, 12, title_longest=12),
            *(Place(f"index_{floor}_{tab}", part, _TAB, 10, "640 × 640", True) for tab in tabs),
        ]
    return found


PLACES = {place.key: place for place in _places()}
MOST_ADS = 30  # of one slot, those that wait or have gone included


_DRAWN = {"banners/lbt": 384, "banners/ytgg": 300, "banners/floor": 240}  # the smallest width of the demo's own


def thumb_width(stem: str) -> int:
    """In which width a small picture of an ad is kept."""
    return next((width for start, width in _DRAWN.items() if stem.startswith(start)), 320)


def place_of(key: str) -> Place:
    """What is known of a slot; something plain for one that the page has not got."""
    return PLACES.get(key) or Place(key, marked("其他"), marked("首页目前不显示这个广告位"), 0, "640 × 640", True)
