"""The grid: drafts of bulk edits filled in, looked at, applied and taken back. Plain forms, some rows a page."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from flask_babel import gettext

from app.goods import bulk, bulk_applying, bulk_queries, repricing
from app.goods.bulk_models import BulkEdit
from app.goods.bulk_queries import PAGE
from app.goods.repricing import Fault, Line, Wish
from app.goods.sku_admin import staff, tried, whole
from app.shared.errors import BadValue, DomainError, Forbidden, NotPossible
from app.shared.staff_log import Touch, person, since, touches
from app.shared.staff_view import StaffOnly, needs
from app.shared.web import say

LONGEST_TABLE = 200_000  # signs of a pasted or uploaded table
LISTS = ("changes", "faults", "warnings", "conflicts", "all")


class BulkView(StaffOnly, BaseView):
    """Many SKUs at once: a grid to fill in, a page that says what would happen, one button, and the way back."""

    area = "goods"

    @expose("/")
    @needs("view")
    def index(self) -> ResponseReturnValue:
        """The newest edits, and the two ways to begin one."""
        return str(self.render("goods/admin_bulks.html", edits=bulk_queries.recent(), person=person))

    @expose("/new/", methods=("GET", "POST"))
    @needs("edit")
    def new(self) -> ResponseReturnValue:
        """By a table: pasted, or a file."""
        text, faults = "", list[Fault]()
        if request.method == "POST":
            text = sent_table()
            number, faults = _begin(text)
            if number is not None:
                return redirect(url_for("admin_bulk.preview", bulk_id=number), 303)
        page = self.render("goods/admin_bulk_new.html", text=text, faults=faults, most=repricing.MOST_ROWS)
        return (str(page), 400) if faults else str(page)

    @expose("/<int:bulk_id>/")
    @needs("view")
    def one(self, bulk_id: int) -> ResponseReturnValue:
        """The grid of a draft; what came of it afterwards."""
        edit = bulk_queries.get_bulk(bulk_id)
        if edit.state != "draft":
            return self._list(edit, request.args.get("part", ""), "goods/admin_bulk_done.html")
        return self._list(edit, "all", "goods/admin_bulk.html")

    @expose("/<int:bulk_id>/preview/")
    @needs("view")
    def preview(self, bulk_id: int) -> ResponseReturnValue:
        """Old and new of each row, what is wrong, and who was faster."""
        edit = bulk_queries.get_bulk(bulk_id)
        if edit.state != "draft":
            return redirect(url_for("admin_bulk.one", bulk_id=bulk_id), 303)
        return self._list(edit, request.args.get("part", "changes"), "goods/admin_bulk_preview.html")

    def _list(self, edit: BulkEdit, part: str, template: str) -> str:
        lines = bulk_queries.lines_of(edit.id)
        chosen = _chosen(lines, part)
        pages = max(1, -(-len(chosen) // PAGE))
        number = min(max(whole(request.args.get("page", "")) or 1, 1), pages)
        some = chosen[(number - 1) * PAGE : number * PAGE]
        facts = {"edit": edit, "tally": bulk_queries.tally(lines), "lines": some, "part": part}
        return str(
            self.render(template, **facts, number=number, pages=pages, log=_log_of(some), person=person, rule=_RULE)
        )

    @expose("/<int:bulk_id>/rows/", methods=("POST",))
    @needs("edit")
    def rows(self, bulk_id: int) -> ResponseReturnValue:
        """What was written into this page of the grid; then to where the button leads."""
        page = whole(request.form.get("page", "")) or 1
        try:
            bulk.fill(bulk_id, _read_rows(request.form, self.may("adjust_stock")))
        except DomainError as problem:
            flash(say(problem), "error")
            return redirect(url_for("admin_bulk.one", bulk_id=bulk_id, page=page), 303)
        if request.form.get("go") == "preview":
            return redirect(url_for("admin_bulk.preview", bulk_id=bulk_id), 303)
        return redirect(url_for("admin_bulk.one", bulk_id=bulk_id, page=whole(request.form.get("go", "")) or page), 303)

    @expose("/<int:bulk_id>/all/", methods=("POST",))
    @needs("edit")
    def set_all(self, bulk_id: int) -> ResponseReturnValue:
        """One rule for every row."""
        if tried(lambda: self._rule(bulk_id), ""):
            flash(gettext("已套用到全部行，尚未修改商品"), "success")
        return redirect(url_for("admin_bulk.one", bulk_id=bulk_id), 303)

    def _rule(self, bulk_id: int) -> None:
        form = request.form
        what = form.get("what", "")
        if what == "price":
            ask = [form.get(name, "") for name in ("field", "how", "amount", "ending")]
            bulk.set_all(bulk_id, repricing.read_rule(*ask))
        elif what == "shelf":
            bulk.shelve_all(bulk_id, form.get("launched") == "1")
        elif what == "stock":
            self.require("adjust_stock")
            bulk.move_all(bulk_id, _delta(form.get("delta", "")))
        elif what == "anew":
            bulk.start_over(bulk_id)
        else:
            raise BadValue()

    @expose("/<int:bulk_id>/mend/", methods=("POST",))
    @needs("edit")
    def mend(self, bulk_id: int) -> ResponseReturnValue:
        """Faulty rows out, one row out, or wishes on top of what others changed."""
        form = request.form
        verbs: dict[str, Callable[[], object]] = {
            "faulty": lambda: bulk.take_out(bulk_id, faulty=True),
            "fresh": lambda: bulk.refresh(bulk_id),
            "row": lambda: bulk.take_out(bulk_id, sku_ids=[whole(form.get("sku", "")) or 0]),
        }
        verb = verbs.get(form.get("do", ""))
        if verb is None:
            raise BadValue()
        tried(verb, gettext("已更新，请再看一遍"))
        return redirect(url_for("admin_bulk.preview", bulk_id=bulk_id), 303)

    @expose("/<int:bulk_id>/discard/", methods=("POST",))
    @needs("edit")
    def discard(self, bulk_id: int) -> ResponseReturnValue:
        """Throw the draft away."""
        tried(lambda: bulk.discard(bulk_id), gettext("草稿已丢弃，没有修改商品"))
        return redirect(url_for("admin_bulk.index"), 303)

    @expose("/<int:bulk_id>/apply/", methods=("POST",))
    @needs("edit")
    def apply(self, bulk_id: int) -> ResponseReturnValue:
        """Now."""
        self._check_stock_right(bulk_id)
        done = tried(lambda: bulk_applying.apply(bulk_id, actor=staff(), reason=request.form.get("reason", "")), "")
        return redirect(url_for("admin_bulk.one" if done else ".preview", bulk_id=bulk_id), 303)

    @expose("/<int:bulk_id>/undo/", methods=("POST",))
    @needs("edit")
    def undo(self, bulk_id: int) -> ResponseReturnValue:
        """Back, as far as nobody has changed it since."""
        self._check_stock_right(bulk_id)
        tried(lambda: bulk_applying.undo(bulk_id, actor=staff()), "")
        return redirect(url_for("admin_bulk.one", bulk_id=bulk_id), 303)

    @expose("/<int:bulk_id>/again/", methods=("POST",))
    @needs("edit")
    def again(self, bulk_id: int) -> ResponseReturnValue:
        """A new draft of the rows that were left, with the same wishes on the state of now."""
        try:
            left = [line for line in bulk_queries.lines_of(bulk_id) if line.outcome == "left"]
            number = bulk.begin(
                [line.sku_id for line in left], source="grid", actor=staff(), wishes={x.sku_id: _again(x) for x in left}
            )
        except DomainError as problem:
            flash(say(problem), "error")
            return redirect(url_for("admin_bulk.one", bulk_id=bulk_id), 303)
        return redirect(url_for("admin_bulk.preview", bulk_id=number), 303)

    def _check_stock_right(self, bulk_id: int) -> None:
        if not self.may("adjust_stock") and any(line.stock_delta for line in bulk_queries.lines_of(bulk_id)):
            raise Forbidden()


def _again(line: Line) -> Wish:
    """Only what was wished: the rest follows the SKU."""
    return Wish(
        price=line.price if line.price != line.old_price else None,
        market_price=line.market_price if line.market_price != line.old_market_price else None,
        is_launched=line.is_launched if line.is_launched != line.old_launched else None,
        stock_delta=line.stock_delta,
    )


def _chosen(lines: Sequence[Line], part: str) -> list[Line]:
    tests: dict[str, Callable[[Line], Any]] = {
        "changes": lambda line: line.is_change,
        "faults": lambda line: line.is_change and line.fault,
        "warnings": lambda line: line.is_change and line.warning,
        "conflicts": lambda line: line.is_change and line.is_conflict,
        "left": lambda line: line.outcome in ("left", "kept"),
        "done": lambda line: line.outcome in ("applied", "undone"),
    }
    test = tests.get(part)
    return list(lines) if test is None else [line for line in lines if test(line)]


def _log_of(lines: Sequence[Line]) -> dict[int, list[Touch]]:
    """Who changed the SKUs that are no longer as they were seen, since they were."""
    behind = {line.sku_id: line.seen_version for line in lines if line.is_conflict or line.why == "changed"}
    found = touches([f"skus:{sku_id}" for sku_id in behind]) if behind else {}
    return {sku_id: since(found[f"skus:{sku_id}"], version) for sku_id, version in behind.items()}


def _read_rows(form: Mapping[str, str], may_move: bool) -> dict[int, Wish]:
    """The page of the grid; BadValue names the SKU whose field is no number."""
    ids = [whole(name.removeprefix("price-")) for name in form if name.startswith("price-")]
    wishes: dict[int, Wish] = {}
    for sku_id in filter(None, ids):
        try:
            wishes[sku_id] = Wish(
                price=repricing.read_amount(form.get(f"price-{sku_id}", "")),
                market_price=repricing.read_amount(form.get(f"market-{sku_id}", "")),
                stock_delta=repricing.read_delta(form.get(f"delta-{sku_id}", "") or "0") if may_move else 0,
                is_launched=form.get(f"shelf-{sku_id}") == "1",
            )
        except ValueError:
            raise NotPossible(gettext("SKU %(sku)s 的数字看不懂，本页没有保存", sku=sku_id)) from None
    return wishes


def _delta(text: str) -> int:
    try:
        return repricing.read_delta(text)
    except ValueError:
        raise BadValue(gettext("库存增减应为整数")) from None


def sent_table() -> str:
    """The file where there is one, else what was pasted."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return request.form.get("table", "")[:LONGEST_TABLE]
    with sent.stream:
        return sent.stream.read(LONGEST_TABLE).decode("utf-8-sig", "replace")


def _begin(text: str) -> tuple[int | None, list[Fault]]:
    """A draft of the table, or what is wrong with its lines."""
    table = repricing.read_table(text)
    if table.faults:
        return None, table.faults
    try:
        return bulk.begin(list(table.wishes), source="csv", actor=staff(), wishes=table.wishes), []
    except DomainError as problem:
        sku_id = int(str(problem.facts.get("sku_id", 0)))
        return None, [Fault(table.lines.get(sku_id, 0), say(problem), str(sku_id or ""))]


_RULE = {
    "fields": repricing.FIELDS,
    "endings": tuple(repricing.ENDINGS),
}
