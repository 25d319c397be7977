"""The staff's view of the catalogue, its texts, and the desk where tables of goods come in and go out."""

import secrets
import tempfile
from dataclasses import replace
from pathlib import Path

from flask import current_app, flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from flask_babel import gettext
from flask_login import current_user

from app.goods.exchange import exporting, importing, report
from app.goods.models import GoodsImport
from app.shared.errors import NotFound
from app.shared.staff_view import StaffOnly, needs, rights

LARGEST_TABLE = 64 * 1024 * 1024  # bytes of an upload
SHOWN_LINES = 1000  # a preview reads so many lines; the import reads all


class ExchangeView(StaffOnly, BaseView):
    """Tables of goods: upload, look at what would change, start, follow, fetch the lines that failed; and export."""

    area = "imports"

    @expose("/", methods=("GET", "POST"))
    @needs("view", POST="create")
    def index(self) -> ResponseReturnValue:
        """The newest imports, and the form."""
        if request.method == "POST":
            return self._upload()
        return str(self.render("goods/admin_imports.html", imports=importing.recent(20)))

    @expose("/<int:import_id>/", methods=("GET", "POST"))
    @needs("view", POST="create")
    def one(self, import_id: int) -> ResponseReturnValue:
        """A preview before it starts, where it stands after."""
        if request.method == "POST":
            verb = importing.discard if "discard" in request.form else importing.start
            verb(import_id)
            return redirect(url_for("admin_goods_io.one", import_id=import_id), 303)
        row = _import(import_id)
        found = None
        if row.state == "waiting":
            found = importing.preview(Path(row.path), row.creates, 100, lambda _lines: None, SHOWN_LINES)
        page = self.render(
            "goods/admin_import.html",
            row=_import(import_id),
            found=_for_eyes(found),
            describe=report.describe,
            say=report.say,
        )
        return str(page)

    @expose("/<int:import_id>/faults.csv")
    @needs("view")
    def faults(self, import_id: int) -> ResponseReturnValue:
        """The lines that failed, to be mended and brought in again."""
        row = _import(import_id)
        target = Path(tempfile.mkdtemp()) / f"{Path(row.name).stem}.errors.csv"
        report.write_problems(target, Path(row.path), importing.faults_of(import_id))
        return _send_and_forget(target)

    @expose("/export/<ending>")
    @needs("export")
    def export(self, ending: str) -> ResponseReturnValue:
        """Every SKU as a table."""
        if ending not in ("csv", "xlsx"):
            raise NotFound()
        target = Path(tempfile.mkdtemp()) / f"goods.{ending}"
        exporting.export(target, None, lambda _lines: None, with_cost="goods.see_cost" in rights())
        return _send_and_forget(target)

    def _upload(self) -> ResponseReturnValue:
        sent = request.files.get("file")
        ending = Path(sent.filename or "").suffix.lower() if sent else ""
        if sent is None or ending not in (".csv", ".xlsx"):
            flash(gettext("请选择 CSV 或 XLSX 文件"), "error")
            return redirect(url_for("admin_goods_io.index"), 303)
        folder = current_app.config["INSTANCE"] / "imports"
        folder.mkdir(exist_ok=True)
        path = folder / f"{secrets.token_hex(16)}{ending}"
        with sent.stream:
            sent.save(path)
        try:
            import_id = importing.begin(path, sent.filename or "", "create" in request.form, f"staff:{current_user.id}")
        except importing.NoTable as problem:
            path.unlink()
            flash(gettext("无法读取这个文件：%(why)s", why=str(problem)), "error")
            return redirect(url_for("admin_goods_io.index"), 303)
        return redirect(url_for("admin_goods_io.one", import_id=import_id), 303)


def _for_eyes(found: importing.Preview | None) -> importing.Preview | None:
    """A preview without what goods cost, for who may not know."""
    if found is None or "goods.see_cost" in rights():
        return found
    return replace(found, changes=[change for change in found.changes if change.field != "cost_price"])


def _import(import_id: int) -> GoodsImport:
    found = importing.find_import(import_id)
    if found is None:
        raise NotFound()
    return found


def _send_and_forget(path: Path) -> ResponseReturnValue:
    """The file goes out; its folder goes away once it is open."""
    answer = send_file(path, as_attachment=True, download_name=path.name)
    path.unlink()
    path.parent.rmdir()
    return answer


def allow_large_upload() -> None:
    """Staff may send a table larger than the shop's forms; asked before anything reads the body."""
    if request.endpoint == "admin_goods_io.index" and "imports.create" in rights():
        request.max_content_length = LARGEST_TABLE
