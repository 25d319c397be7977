"""The desk of the slots: what hangs where and when, all of a slot on one form, swapped or taken back as a whole."""

from datetime import datetime
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from flask_babel import gettext
from flask_login import current_user

from app.contents import ads as lists
from app.contents import hanging, versions
from app.contents.ads import Ad
from app.contents.errors import BadLink, BadTime
from app.contents.hanging import Slot
from app.contents.links import leads_somewhere
from app.contents.places import PLACES, place_of, thumb_width
from app.contents.queries import slot_cards
from app.pictures.policy import Kind
from app.pictures.receiving import Upload, receive
from app.shared import clock, staff_undo
from app.shared.errors import BadValue, DomainError
from app.shared.staff_view import StaffOnly, needs
from app.shared.web import say

UPLOADS = (Upload("admin_slots.save", for_staff=True), Upload("admin_slots.swap", for_staff=True))
FRESH_ROWS = 4  # empty ones offered when a slot is swapped and nothing hangs


class SlotDesk(StaffOnly, BaseView):
    """The 19 slots of the home page."""

    area = "contents"

    @expose("/")
    @needs("view")
    def index(self) -> ResponseReturnValue:
        """Every slot by the part of the page it is in."""
        parts: dict[str, list[Any]] = {}
        order = list(PLACES)
        cards = slot_cards(clock.now())
        for card in sorted(cards, key=lambda card: order.index(card.key) if card.key in order else len(order)):
            place = place_of(card.key)
            parts.setdefault(place.part, []).append((card, place))
        return str(
            self.render("contents/admin_slots.html", parts=parts, now=_field(clock.now()), thumb_width=thumb_width)
        )

    @expose("/<int:slot_id>/", methods=("GET",))
    @needs("view")
    def slot(self, slot_id: int) -> ResponseReturnValue:
        """One slot with all its ads on one form."""
        slot = hanging.get_slot(slot_id)
        return self._slot_page(slot, slot.ads)

    @expose("/<int:slot_id>/", methods=("POST",))
    @needs("edit")
    def save(self, slot_id: int) -> ResponseReturnValue:
        """The form as it stands, with one ad a step up or down where that was pressed."""
        slot = hanging.get_slot(slot_id)
        ads, problems = _typed(slot)
        try:
            version = hanging.save(slot_id, _seen(), _ready(ads, problems), _actor())
        except DomainError as problem:
            flash(say(problem), "error")
            return self._slot_page(slot, ads), problem.http_status
        self._offer_undo(slot, version, gettext("“%(slot)s”已保存", slot=slot.name))
        return redirect(url_for("admin_slots.slot", slot_id=slot_id), 303)

    @expose("/<int:slot_id>/swap/", methods=("GET",))
    @needs("edit")
    def swap_form(self, slot_id: int) -> ResponseReturnValue:
        """New ads for those that hang, side by side."""
        slot = hanging.get_slot(slot_id)
        now = clock.now()
        here = [ad for ad in slot.ads if ad.hangs_at(now)]
        return self._swap_page(slot, here or [Ad(None, "", "")] * FRESH_ROWS)

    @expose("/<int:slot_id>/swap/", methods=("POST",))
    @needs("edit")
    def swap(self, slot_id: int) -> ResponseReturnValue:
        """At once, or at the moment given."""
        slot = hanging.get_slot(slot_id)
        ads, problems = _typed(slot)
        try:
            at = _later(request.form.get("at", ""))
            version = hanging.swap(slot_id, _seen(), _ready(ads, problems), _actor(), at)
        except DomainError as problem:
            flash(say(problem), "error")
            return self._swap_page(slot, ads), problem.http_status
        done = gettext("“%(slot)s”已安排更换", slot=slot.name) if at else gettext("“%(slot)s”已更换", slot=slot.name)
        self._offer_undo(slot, version, done)
        return redirect(url_for("admin_slots.slot", slot_id=slot_id), 303)

    @expose("/<int:slot_id>/undo/", methods=("POST",))
    @needs("edit")
    def undo(self, slot_id: int) -> ResponseReturnValue:
        """The last change is taken back; pressed again, it comes back."""
        try:
            version = hanging.undo(slot_id, _seen(), _actor())
        except DomainError as problem:
            flash(say(problem), "error")
        else:
            slot = hanging.get_slot(slot_id)
            self._offer_undo(slot, version, gettext("“%(slot)s”已恢复到上一次的样子", slot=slot.name))
        return redirect(url_for("admin_slots.slot", slot_id=slot_id), 303)

    def _offer_undo(self, slot: Slot, version: int, text: str) -> None:
        staff_undo.offer(text, url_for("admin_slots.undo", slot_id=slot.id), seen=version)

    def _slot_page(self, slot: Slot, ads: Any) -> str:
        facts: dict[str, Any] = {"slot": slot, "ads": ads, "place": place_of(slot.key), "now": clock.now()}
        facts |= {"thumb_width": thumb_width, "field": _field}
        past = versions.history(hanging.name_of(slot.key))
        return str(self.render("contents/admin_slot.html", past=past, **facts))

    def _swap_page(self, slot: Slot, ads: Any) -> str:
        facts: dict[str, Any] = {"slot": slot, "ads": ads, "place": place_of(slot.key), "now": clock.now()}
        facts |= {"thumb_width": thumb_width, "field": _field}
        return str(self.render("contents/admin_swap.html", at=request.form.get("at", ""), **facts))


def _actor() -> str:
    return f"staff:{current_user.id}"


def _seen() -> int:
    text = request.form.get("seen", "")
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise BadValue()
    return int(text)


def _typed(slot: Slot) -> tuple[list[Ad], list[DomainError]]:
    """The rows of the form in their order, and what could not be read in them.

    A row without title and link is none, nor is one ticked for removal.
    """
    known = {ad.id for ad in slot.ads}
    rows: list[tuple[float, Ad]] = []
    problems: list[DomainError] = []
    for place, row in enumerate(request.form.getlist("row")[:100]):
        ad = _row(row, known, problems)
        if (ad.title or ad.url) and f"remove-{row}" not in request.form:
            rows.append((_place(row, place), ad))
    return [ad for _where, ad in sorted(rows, key=lambda each: each[0])], problems


def _row(row: str, known: set[int | None], problems: list[DomainError]) -> Ad:
    form = request.form
    given = form.get(f"id-{row}", "")
    ad_id = int(given) if given.isascii() and given.isdigit() and len(given) < 18 else None
    return Ad(
        ad_id if ad_id in known else None,
        form.get(f"title-{row}", "").strip(),
        form.get(f"url-{row}", "").strip(),
        _picture(row, problems),
        form.get(f"text-{row}", "").strip(),
        form.get(f"shown-{row}") == "1",
        _moment(form.get(f"starts-{row}", ""), problems),
        _moment(form.get(f"ends-{row}", ""), problems),
    )


def _place(row: str, place: int) -> float:
    """Where the row wants to stand: its number, and a step and a half where an arrow was pressed."""
    text = request.form.get(f"place-{row}", "")
    number = float(text) if text.isascii() and text.isdigit() and len(text) < 6 else place + 1.0
    return number + {f"{row}:up": -1.5, f"{row}:down": 1.5}.get(request.form.get("move", ""), 0.0)


def _picture(row: str, problems: list[DomainError]) -> str:
    """A file that came along, or the picture that was there, unless it is to go."""
    received = receive(Kind.AD, 1, f"picture-{row}", f"brought-{row}")
    if received.problem is not None:
        problems.append(received.problem)
    if received.stems:
        return received.stems[0]
    return "" if f"bare-{row}" in request.form else request.form.get(f"image-{row}", "")[:200]


def _ready(ads: list[Ad], problems: list[DomainError]) -> list[Ad]:
    """Links are looked at here, where the addresses of the shop are known; BadLink, or the first of the problems."""
    for problem in problems:
        raise problem
    for ad in ads:
        if lists.is_own(ad.url) and not leads_somewhere(ad.url):
            raise BadLink(url=ad.url[:60])
    return ads


def _moment(text: str, problems: list[DomainError]) -> datetime | None:
    """What a field of date and time says, on the shop's wall clock."""
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=clock.SHANGHAI)
    except ValueError:
        problems.append(BadTime(text=text[:30]))
        return None


def _later(text: str) -> datetime | None:
    """A moment to come; BadTime."""
    problems: list[DomainError] = []
    moment = _moment(text, problems)
    if problems or (moment is not None and moment <= clock.now()):
        raise BadTime(text=text[:30])
    return moment


def _field(moment: datetime | None) -> str:
    """A moment for such a field."""
    return "" if moment is None else clock.local(moment).strftime("%Y-%m-%dT%H:%M")
