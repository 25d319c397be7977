"""The home page in the shape its template reads; any slot may be empty."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l

from app.contents import store
from app.contents.queries import ad_rows
from app.contents.slots import AdRow, next_change
from app.shared import clock

# floor → (its title, its tabs as (key, label)); the labels of the second floor's tabs stood crossed in the original
FLOORS = {
    "1f": (_l("手机通讯"), (("ssxp", _l("时尚新品")), ("cxdj", _l("畅享低价")), ("sjpj", _l("手机配件")))),
    "2f": (_l("电脑数码"), (("cxdj", _l("畅享低价")), ("jjhg", _l("加价换购")))),
    "3f": (_l("家居生活"), (("shyp", _l("生活用品")), ("cfyp", _l("厨房用品")))),
}


@dataclass(frozen=True)
class Ad:
    """A link with a picture stem and a price or slogan; either may be empty."""

    title: str
    url: str
    image: str
    text: str


@dataclass(frozen=True)
class Tab:
    """One tab of a floor."""

    key: str
    title: str
    ads: Sequence[Ad]


@dataclass(frozen=True)
class Floor:
    """One floor: picture, links and tabs of goods."""

    title: str
    logo: Ad | None
    channels: Sequence[Ad]
    keywords: Sequence[Ad]
    tabs: Sequence[Tab]


@dataclass(frozen=True)
class Home:
    """The whole page; a floor with nothing on it is left out."""

    carousel: Sequence[Ad]
    news: Sequence[Ad]
    header_ad: Ad | None
    floors: Sequence[Floor]


def home_blocks(at: datetime | None = None) -> Home:
    """The page of this moment (or of another: staff look ahead) from the kept rows, or from one query."""
    moment = at or clock.now()
    return compose([row for row in store.home_rows(ad_rows) if row.hangs_at(moment)])


def seconds_to_change() -> float:
    """How long the page of now stays true; a day where nothing is planned."""
    now = clock.now()
    change = next_change(store.home_rows(ad_rows), now)
    return 86_400 if change is None else max(0.001, (change - now).total_seconds())


def compose(rows: Sequence[AdRow]) -> Home:
    """Ads sorted into the slots of the page; slots that it has not got are ignored."""
    slots: dict[str, list[Ad]] = {}
    for row in rows:
        slots.setdefault(row.key, []).append(Ad(title=row.title, url=row.url, image=row.image, text=row.text))
    floors = [_floor(slots, name) for name in FLOORS]
    return Home(
        carousel=slots.get("index_lbt", []),
        news=slots.get("index_kx", []),
        header_ad=_first(slots, "index_ytgg"),
        floors=[floor for floor in floors if floor is not None],
    )


def _floor(slots: dict[str, list[Ad]], name: str) -> Floor | None:
    title, tabs = FLOORS[name]
    floor = Floor(
        title=title,
        logo=_first(slots, f"index_{name}_logo"),
        channels=slots.get(f"index_{name}_pd", []),
        keywords=slots.get(f"index_{name}_bq", []),
        tabs=[Tab(key, label, slots.get(f"index_{name}_{key}", [])) for key, label in tabs],
    )
    filled = floor.logo or floor.channels or floor.keywords or any(tab.ads for tab in floor.tabs)
    return floor if filled else None


def _first(slots: dict[str, list[Ad]], key: str) -> Ad | None:
    ads = slots.get(key)
    return ads[0] if ads else None
