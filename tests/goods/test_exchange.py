"""Goods in and out as tables: nothing changes on the way back, bad lines are named, a kill costs nothing."""

import csv
import io
import re
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import func, select

from app.goods import launching, queries, spec_editing, stock, tasks
from app.goods.cli import cli
from app.goods.demo.catalogue import read_catalogue
from app.goods.exchange import columns, exporting, importing
from app.goods.exchange.columns import CHINESE, COLUMNS, read_specs, write_specs
from app.goods.family_desk import get_desk
from app.goods.launching import Terms
from app.goods.models import SKU, SPU, Brand, GoodsImport, SKUSpec, SpecOption, StockMovement
from app.goods.services import load_demo
from app.shared import clock
from app.shared.cells import harmless, plain
from app.shared.db import db
from tests.factories.world import Person, World
from tests.goods.family import all_of, phone
from tests.pages import PageClient

HEAD = ("category1", "category2", "category3", "brand", "spu_name", "specs", "price", "stock")
PHONES = ("手机通讯", "手机", "智能手机")


def read(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def silent(_lines: int) -> None:
    """No bar."""


@pytest.fixture
def stocked(app: Flask) -> Flask:
    with app.app_context():
        load_demo(read_catalogue(), silent)
    return app


def table(path: Path, *lines: tuple[object, ...], head: tuple[str, ...] = HEAD) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *lines])
    return path


def bring(app: Flask, path: Path, create: bool = False) -> GoodsImport:
    with app.app_context():
        row = importing.run(importing.begin(path, path.name, create, "staff:1"), silent)
        db.session.expunge(row)
        return row


def rows_of(app: Flask) -> dict[int, tuple[object, ...]]:
    with app.app_context():
        query = select(SKU.id, SKU.name, SKU.price, SKU.stock, SKU.is_launched, SKU.version).order_by(SKU.id)
        return {row.id: tuple(row) for row in db.session.execute(query)}


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_what_was_written_imports_back_to_no_change(stocked: Flask, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"goods.{ending}"
    before = rows_of(stocked)
    with stocked.app_context():
        assert exporting.export(path, None, silent) == len(before)
        assert importing.preview(path, False, 10, silent).changes == []
    row = bring(stocked, path)
    assert (row.same, row.changed, row.created, row.faulty) == (len(before), 0, 0, 0)
    assert rows_of(stocked) == before


def test_an_empty_shop_takes_another_shops_table(stocked: Flask, make: World, tmp_path: Path) -> None:
    """Its numbers mean nothing here: SKU 1 of this shop stays what it is."""
    path = tmp_path / "goods.csv"
    with stocked.app_context():
        exporting.export(path, None, silent)
    lines = read(path)
    head = columns.header(lines[0])
    for line in lines[1:4]:
        line[head.index("spu_name")] += " 新"
        line[head.index("brand")] = "别家"
    table(tmp_path / "other.csv", *map(tuple, lines[1:4]), head=tuple(lines[0]))
    before = rows_of(stocked)
    row = bring(stocked, tmp_path / "other.csv", create=True)
    assert (row.created, row.changed, row.faulty) == (3, 0, 0)
    after = rows_of(stocked)
    assert {sku: after[sku] for sku in before} == before
    with stocked.app_context():
        assert db.session.scalar(select(func.count()).where(Brand.name == "别家")) == 1
        assert queries.stock_drifts() == []


def test_new_goods_get_family_specs_and_their_opening_line(app: Flask, make: World, tmp_path: Path) -> None:
    lines = [
        (*PHONES, "华为", "Mate 90", f"颜色={colour};内存={size}GB", "5999.00", 7)
        for colour in ("黑色", "白色")
        for size in (128, 256)
    ]
    row = bring(app, table(tmp_path / "new.csv", *lines), create=True)
    assert (row.created, row.faulty, row.state) == (4, 0, "done")
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(SPU)) == 1
        assert sorted(db.session.scalars(select(SpecOption.value))) == ["128GB", "256GB", "白色", "黑色"]
        assert db.session.scalar(select(func.count()).select_from(SKUSpec)) == 8
        assert set(db.session.scalars(select(SKU.name))) >= {"华为 Mate 90 黑色 128GB"}
        assert list(db.session.scalars(select(StockMovement.stock_delta))) == [7] * 4
        assert queries.stock_drifts() == []


def test_bad_lines_are_named_and_the_others_come_in(app: Flask, tmp_path: Path) -> None:
    good = (*PHONES, "华为", "Mate 90", "颜色=黑色", "5999", 7)
    bad = [
        (*PHONES, "华为", "Mate 90", "颜色", "5999", 7),
        (*PHONES, "华为", "Mate 90", "颜色=白色", "12.345", 7),
        (*PHONES, "华为", "Mate 90", "颜色=白色", "-1", 7),
        (*PHONES, "华为", "Mate 90", "颜色=白色", "NaN", 7),
        (*PHONES, "华为", "Mate 90", "颜色=白色", "5999", "-7"),
        (*PHONES, "华为", "Mate 90", "颜色=白色", "5999", ""),
        ("手机通讯", "", "智能手机", "华为", "Mate 90", "颜色=白色", "5999", 7),
        (*PHONES, "华为", "x" * 101, "颜色=白色", "5999", 7),
        good,
    ]
    row = bring(app, table(tmp_path / "mixed.csv", good, *bad), create=True)
    assert (row.created, row.faulty) == (1, len(bad))
    with app.app_context():
        faults = importing.faults_of(row.id)
    assert sorted({fault.line for fault in faults}) == list(range(3, 12))
    assert faults[-1].text == "与前面的行重复"


def test_unknown_brands_categories_and_numbers_are_refused(app: Flask, tmp_path: Path) -> None:
    head = ("sku_id", *HEAD)
    path = table(
        tmp_path / "unknown.csv",
        ("", *PHONES, "没有", "Mate 90", "颜色=黑色", "5999", 7),
        (99999, *PHONES, "", "", "", "5999", 7),
        head=head,
    )
    row = bring(app, path)
    assert (row.created, row.changed, row.faulty) == (0, 0, 2)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(SKU)) == 0


def test_stock_sold_meanwhile_stays_sold(app: Flask, make: World, tmp_path: Path) -> None:
    """The table says 10 → 12 pieces; three were sold since: 9 are left, not 12."""
    sku = make.sku(stock=10)
    path = table(tmp_path / "stock.csv", (sku, 12, 10), head=("sku_id", "stock", "stock_seen"))
    make.run(
        lambda: stock.sell(sku, 3) and stock.record_sales([stock.Sale("20261123000000000001", "user:1", {sku: 3})])
    )
    assert bring(app, path).changed == 1
    assert rows_of(app)[sku][3] == 9
    counted = table(tmp_path / "counted.csv", (sku, 4), head=("sku_id", "stock"))
    bring(app, counted)
    assert rows_of(app)[sku][3] == 4
    too_few = table(tmp_path / "few.csv", (sku, 0, 10), head=("sku_id", "stock", "stock_seen"))
    assert bring(app, too_few).faulty == 1
    with app.app_context():
        assert queries.stock_drifts() == []


def test_new_specs_from_a_table_give_up_what_a_desk_claimed(app: Flask, make: World, tmp_path: Path) -> None:
    with app.app_context():
        spu_id = phone(make)
        terms = Terms(Decimal("9.00"))
        first, second = launching.create_skus(spu_id, all_of(get_desk(spu_id))[:2], terms, actor="staff:1")
        black = get_desk(spu_id).skus[0].option_ids
    path = table(tmp_path / "specs.csv", (first, "颜色=红;内存=1TB"), head=("sku_id", "specs"))
    assert bring(app, path).changed == 1
    with app.app_context():
        spec_editing.set_sku_specs(second, 1, black)
        assert spec_editing.held(spu_id)[second] == black


def test_a_line_that_somebody_else_changed_is_told_so(app: Flask, make: World, tmp_path: Path) -> None:
    sku = make.sku(price="10.00")
    head = ("sku_id", "version", "price")
    assert bring(app, table(tmp_path / "a.csv", (sku, 1, "11.00"), head=head)).changed == 1
    late = bring(app, table(tmp_path / "b.csv", (sku, 1, "12.00"), head=head))
    assert (late.changed, late.faulty) == (0, 1)
    assert rows_of(app)[sku][2] == Decimal("11.00")


def test_a_dry_run_says_what_would_change_and_writes_nothing(app: Flask, make: World, tmp_path: Path) -> None:
    sku = make.sku(price="10.00")
    path = table(tmp_path / "dry.csv", (sku, "12.50", "下架"), head=("sku_id", "单价", "是否上架"))
    before = rows_of(app)
    result = app.test_cli_runner().invoke(cli, ["import", str(path), "--dry-run"])
    assert result.exit_code == 0, result.output
    assert "单价: 10.00 → 12.50" in result.output
    assert "would be 0 new, 1 changed, 0 as they are, 0 faulty" in result.output
    assert rows_of(app) == before
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(GoodsImport)) == 0


def test_failed_lines_can_be_mended_and_brought_in_again(app: Flask, make: World, tmp_path: Path) -> None:
    sku = make.sku(price="10.00")
    path = table(tmp_path / "bad.csv", (sku, "ten", "'=1+1"), head=("sku_id", "price", "sku_caption"))
    result = app.test_cli_runner().invoke(cli, ["import", str(path)])
    assert result.exit_code == 1
    failed = tmp_path / "bad.errors.csv"
    lines = read(failed)
    assert lines[1][:2] == ["2", "单价 应为最多两位小数的金额（ten）"]
    lines[1][lines[0].index("单价")] = "12.00"
    mended = table(tmp_path / "mended.csv", tuple(lines[1]), head=tuple(lines[0]))
    assert bring(app, mended).changed == 1
    with app.app_context():
        assert db.session.scalars(select(SKU.caption)).one() == "=1+1"


def test_a_killed_import_goes_on_where_it_was(
    app: Flask, make: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 10)
    lines = [(*PHONES, "华为", f"Mate {number}", "", "5999", 1) for number in range(35)]
    lines[3] = (*PHONES, "华为", "Mate 3", "", "bad", 1)
    path = table(tmp_path / "long.csv", *lines)

    class Killed(BaseException):
        """Nothing catches it, as nothing catches SIGKILL."""

    told = []

    def step(count: int) -> None:
        told.append(count)
        if len(told) == 3:
            raise Killed

    with app.app_context():
        first = importing.begin(path, "long.csv", True, "cli")
        with pytest.raises(Killed):
            importing.run(first, step)
        assert importing.unfinished() == [first]
        assert importing.begin(path, "long.csv", True, "cli") == first
        row = importing.run(first, silent)
        assert (row.created, row.faulty, row.state) == (34, 1, "done")
        assert len(importing.faults_of(first)) == 1
        assert db.session.scalar(select(func.count()).select_from(SKU)) == 34
        assert importing.unfinished() == []
        assert importing.begin(path, "long.csv", True, "cli") != first  # a finished one is not gone on with


def test_two_processes_do_not_bring_in_the_same_batch(app: Flask, make: World, tmp_path: Path) -> None:
    path = table(tmp_path / "once.csv", (*PHONES, "华为", "Mate 90", "", "5999", 1))
    with app.app_context():
        number = importing.begin(path, "once.csv", True, "cli")
        batch = next(importing._batches(path, 1))
        importing._import_batch(number, 1, batch, importing.header_of(path), True)
        with pytest.raises(importing.Elsewhere):
            importing._import_batch(number, 1, batch, importing.header_of(path), True)
        assert db.session.scalar(select(func.count()).select_from(SKU)) == 1


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "'=x", "'", "＝1", "普通"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert plain(harmless(text)) == text
    assert not harmless(text).startswith(("=", "+", "-", "@", "\t", "\r", "＝"))


def test_a_workbook_holds_texts(app: Flask, make: World, tmp_path: Path) -> None:
    sku = make.sku(name="=HYPERLINK(1)")
    with app.app_context():
        exporting.export(tmp_path / "a.xlsx", None, silent)
    sheet = load_workbook(tmp_path / "a.xlsx").worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
    assert "'=HYPERLINK(1)" in [cell.value for cell in cells]
    assert bring(app, tmp_path / "a.xlsx").same == 1
    assert rows_of(app)[sku][1] == "=HYPERLINK(1)"


def test_a_file_from_a_chinese_excel(app: Flask, make: World, tmp_path: Path) -> None:
    sku = make.sku()
    path = tmp_path / "gbk.csv"
    path.write_bytes(f"SKU编号,SKU副标题\r\n{sku},轻薄\r\n".encode("gbk"))
    assert bring(app, path).changed == 1


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.xlsx", b"no zip"), ("a.csv", b"\xff\xfe\x00\x81"), ("a.csv", b""), ("a.csv", b"colour,weight\n1,2\n")],
)
def test_no_table_is_refused(app: Flask, tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    with app.app_context(), pytest.raises(importing.NoTable):
        importing.begin(tmp_path / name, name, False, "cli")


WORDS = (
    st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters=" "), min_size=1, max_size=8)
    .map(str.strip)
    .filter(bool)
)


@given(st.dictionaries(WORDS, WORDS, max_size=4))
def test_any_specs_survive_the_way(specs: dict[str, str]) -> None:
    assert dict(read_specs(write_specs(specs.items()))) == specs


def test_every_column_has_a_chinese_name() -> None:
    assert set(CHINESE) == set(COLUMNS)


def multipart(token: str, data: bytes) -> dict[str, object]:
    """The body as bytes: of a large one the test client would leave a file open."""
    disposition = b"\r\nContent-Disposition: form-data; name="
    parts = [b'"csrf_token"\r\n\r\n' + token.encode(), b'"file"; filename="prices.csv"\r\n\r\n' + data]
    body = b"--edge" + b"\r\n--edge".join(disposition + part for part in parts) + b"\r\n--edge--\r\n"
    return {"data": body, "content_type": "multipart/form-data; boundary=edge"}


def test_staff_upload_look_and_start(app: Flask, make: World, tom: Person, lily_client: PageClient) -> None:
    sku = make.sku(price="10.00")
    staff = PageClient(app)
    staff.sign_in(tom.username, tom.password)
    page = staff.get("/admin/goods-io/")
    assert "还没有导入过" in page.text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token
    filler = "x" * 900_000  # larger than the shop's forms may be
    data = f"sku_id,price,desc_pack,desc_detail\n{sku},12.00,,\n{sku},oops,{filler},{filler}\n".encode()
    uploaded = staff.browser.post("/admin/goods-io/", **multipart(token[1], data))
    assert uploaded.status_code == 303
    page = staff.get(uploaded.location)
    assert "单价: 10.00 → 12.00" in page.text
    assert rows_of(app)[sku][2] == Decimal("10.00")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token
    assert lily_client.browser.get(uploaded.location).status_code == 403
    staff.browser.post(uploaded.location, data={"csrf_token": token[1], "start": "1"})
    with app.app_context():
        tasks.bring_in(int(uploaded.location.rstrip("/").rsplit("/", 1)[1]))
    page = staff.get(uploaded.location).text
    assert "已完成" in page
    with staff.browser.get(f"{uploaded.location}faults.csv", buffered=True) as answer:
        assert "oops" in answer.get_data(as_text=True)
    assert rows_of(app)[sku][2] == Decimal("12.00")
    for ending in ("csv", "xlsx"):
        with staff.browser.get(f"/admin/goods-io/export/{ending}", buffered=True) as answer:
            assert answer.status_code == 200


def test_an_upload_that_is_no_table_or_too_large(app: Flask, tom: Person, lily_client: PageClient) -> None:
    staff = PageClient(app)
    staff.sign_in(tom.username, tom.password)
    token = re.search(r'name="csrf_token" value="([^"]+)"', staff.get("/admin/goods-io/").text)
    assert token
    before = set((app.config["INSTANCE"] / "imports").glob("*"))
    for name, data in (("a.exe", b"MZ"), ("a.xlsx", b"no zip"), ("a.csv", b"x,y\n1,2\n")):
        form = {"csrf_token": token[1], "file": (io.BytesIO(data), name)}
        answer = staff.browser.post("/admin/goods-io/", data=form, follow_redirects=True)
        assert "alert" in answer.text, name
    assert set((app.config["INSTANCE"] / "imports").glob("*")) == before
    assert lily_client.browser.post("/admin/goods-io/", **multipart("", b"x" * 2_000_000)).status_code == 413


def test_an_import_whose_process_died_is_queued_again(app: Flask, make: World, tmp_path: Path) -> None:
    path = table(tmp_path / "left.csv", (*PHONES, "华为", "Mate 90", "", "5999", 1))
    with app.app_context():
        number = importing.begin(path, "left.csv", True, "staff:1")
        importing.start(number)
        assert importing.left_running(clock.in_minutes(-2)) == []
        assert importing.left_running(clock.in_minutes(1)) == [number]
        importing.discard(number)
        assert importing.left_running(clock.in_minutes(1)) == []
        assert importing.run(number, silent).created == 0
