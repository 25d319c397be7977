"""The ads of one slot as staff arrange them: a list that is saved, kept as a version, and brought back as a whole."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

from app.contents.errors import BadLink, BadPeriod, NoTitle, TooLong, TooManyAds
from app.contents.places import MOST_ADS, Place
from app.shared.errors import marked

URL_LONGEST, TEXT_LONGEST = 200, 60


@dataclass(frozen=True)
class Ad:
    """One ad in its place; `id` is None until it is saved."""

    id: int | None
    title: str
    url: str
    image: str = ""
    text: str = ""
    is_shown: bool = True
    starts_at: datetime | None = None
    ends_at: datetime | None = None

    def hangs_at(self, moment: datetime) -> bool:
        """Is it switched on, and is this its time?"""
        started = self.starts_at is None or self.starts_at <= moment
        return self.is_shown and started and (self.ends_at is None or moment < self.ends_at)

    def comes_after(self, moment: datetime) -> bool:
        """Is it switched on for later?"""
        return self.is_shown and self.starts_at is not None and self.starts_at > moment


def as_content(ads: Sequence[Ad]) -> list[dict[str, Any]]:
    """For a version."""
    return [{**asdict(ad), "starts_at": _iso(ad.starts_at), "ends_at": _iso(ad.ends_at)} for ad in ads]


def read(content: list[dict[str, Any]]) -> list[Ad]:
    """From a version."""
    return [
        Ad(**{**row, "starts_at": _moment(row["starts_at"]), "ends_at": _moment(row["ends_at"])}) for row in content
    ]


def check(ads: Sequence[Ad], place: Place) -> list[Ad]:
    """Tidied; NoTitle, TooLong, BadLink, BadPeriod, TooManyAds."""
    if len(ads) > MOST_ADS:
        raise TooManyAds(most=MOST_ADS)
    return [_checked(ad, place) for ad in ads]


def _checked(ad: Ad, place: Place) -> Ad:
    title, text, url = (" ".join(value.split()) for value in (ad.title, ad.text, ad.url))
    if not title:
        raise NoTitle()
    if len(title) > place.title_longest:
        raise TooLong(field=marked("标题"), most=place.title_longest)
    if len(text) > TEXT_LONGEST:
        raise TooLong(field=marked("文字"), most=TEXT_LONGEST)
    if not is_own(url):
        raise BadLink(url=url[:60])
    if ad.starts_at is not None and ad.ends_at is not None and ad.ends_at <= ad.starts_at:
        raise BadPeriod(title=title)
    return replace(ad, title=title, text=text, url=url)


def is_own(path: str) -> bool:
    """A path inside this shop."""
    is_plain = all(ord(sign) > 32 and ord(sign) != 127 for sign in path)
    return is_plain and path.startswith("/") and path[:2] != "//" and "\\" not in path and len(path) <= URL_LONGEST


def swapped(old: Sequence[Ad], new: Sequence[Ad], now: datetime, at: datetime | None) -> list[Ad]:
    """New ads for those that hang: at once, the old ones switched off, or at a moment when the old ones end."""
    moment = at or now
    gone = []
    for ad in old:
        if not ad.hangs_at(moment):
            gone.append(ad)
        elif at is None or (ad.starts_at is not None and ad.starts_at >= at):
            gone.append(replace(ad, is_shown=False))
        else:
            gone.append(replace(ad, ends_at=at))
    return [*(replace(ad, id=None, is_shown=True, starts_at=at, ends_at=None) for ad in new), *gone]


def moved(ads: Sequence[Ad], place: int, by: int) -> list[Ad]:
    """One of them a step up or down."""
    order = list(ads)
    target = min(max(place + by, 0), len(order) - 1)
    order.insert(target, order.pop(place))
    return order


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat()


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
