"""The desks of SKUs, prices and stock, as staff use them."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.goods import adjusting, bulk, bulk_applying, generating, scheduling, services
from app.goods.bulk_models import BulkEdit, PriceChange
from app.goods.models import SKU, StockMovement
from app.goods.repricing import Wish
from app.shared import clock
from app.shared.db import db
from tests.factories.world import Person, World
from tests.goods.shelf import change_skus, other_leaf, values_of
from tests.pages import PageClient


@pytest.fixture
def desk(app: Flask, tom: Person) -> PageClient:
    """Tom at work."""
    client = PageClient(app)
    client.sign_in(tom.username, tom.password)
    return client


def staff_client(app: Flask, make: World, name: str, mobile: str, *roles: str) -> PageClient:
    person = make.staff(name, mobile, *roles)
    client = PageClient(app)
    client.sign_in(person.username, person.password)
    return client


def form_of(make: World, sku_id: int, **changes: str) -> dict[str, str]:
    """The form of a SKU as the page gives it, with some fields changed."""
    fields = ("name", "caption", "price", "market_price", "cost_price")
    values = dict(zip(fields, map(str, values_of(make, sku_id, *fields)), strict=True))
    version = values_of(make, sku_id, "version")[0]
    return {"version": str(version), **{f"seen-{name}": text for name, text in values.items()}, **values, **changes}


def test_the_list_finds_by_word_number_category_brand_and_state(make: World, desk: PageClient) -> None:
    cheap = make.sku(name="便宜的手机", price="50.00", stock=3)
    dear = make.sku(name="贵的手机", price="500.00", is_launched=False)
    old = make.sku(name="老人手机", stock=0)
    leaf = other_leaf(make)
    change_skus(make, category_id={old: leaf})
    for query, found in (
        ("q=手机", {cheap, dear, old}),
        ("q=贵的 手机", {dear}),
        ("category=老人机", {old}),
        (f"category={leaf}", {old}),
        ("category=手机通讯", {cheap, dear, old}),
        ("category=手机通讯/手机", {cheap, dear}),
        ("brand=试验", {cheap, dear, old}),
        ("brand=tri", {cheap, dear, old}),
        ("price_from=100&price_to=600", {dear, old}),
        ("stock_to=3", {cheap, old}),
        ("state=on", {cheap, old}),
        ("state=low", {cheap, dear, old} - {dear}),
        ("state=off", {dear}),
        ("state=removed", set()),
        ("sort=-price&state=on", {cheap, old}),
    ):
        page = desk.get(f"/admin/skus/?{query}").text
        assert {sku for sku in (cheap, dear, old) if f"/admin/skus/{sku}/" in page} == found, query
    assert f"/admin/skus/{dear}/" in desk.get(f"/admin/skus/?q={dear}").text  # and the SKUs of the SPU of this number
    for query in ("category=火星", "brand=没有", "state=lost", "price_from=x", "sort=name"):
        assert desk.get(f"/admin/skus/?{query}", fails=True).status_code == 400, query


def test_the_export_holds_what_is_filtered_and_no_cost(make: World, desk: PageClient) -> None:
    make.sku(name="=坏公式")
    make.sku(name="下架的", is_launched=False)
    text = desk.get("/admin/skus/export/csv/?state=on").text
    assert "'=坏公式" in text
    assert "下架的" not in text
    assert "进价" not in text.splitlines()[0]


def test_ticked_rows_go_on_and_off_the_shelf(make: World, desk: PageClient) -> None:
    one, two = make.sku(), make.sku()
    desk.post("/admin/skus/action/", {"action": "withdraw", "rowid": [str(one), str(two)]})
    assert values_of(make, one, "is_launched") == (False,)
    desk.post("/admin/skus/action/", {"action": "launch", "rowid": [str(one)]})
    assert (values_of(make, one, "is_launched"), values_of(make, two, "is_launched")) == ((True,), (False,))
    desk.post("/admin/skus/action/", {"action": "remove", "rowid": [str(two)]})
    assert values_of(make, two, "removed_at") == (None,), "it is asked first"
    desk.post("/admin/skus/action/", {"action": "remove", "rowid": [str(two)], "sure": "1"})
    assert values_of(make, two, "removed_at") != (None,)


def test_two_hundred_prices_and_undo_by_hand(app: Flask, make: World, desk: PageClient) -> None:
    """Filter, everything into the grid, ten per cent less ending in .90, look, apply, undo: eight clicks."""
    with app.app_context():
        generating.generate(200, 3, lambda _n: None)
        before = {row.id: row.price for row in db.session.execute(select(SKU.id, SKU.price))}
    started = desk.post("/admin/skus/all/?price_from=1")
    grid = started.headers["Location"]
    assert "200" in desk.get(grid).text
    rule = {"what": "price", "field": "price", "how": "percent", "amount": "-10", "ending": "90"}
    desk.post(f"{grid}all/", rule)
    preview = desk.get(f"{grid}preview/").text
    assert "应用到 200 件商品" in preview
    assert "<del>" in preview
    desk.post(f"{grid}apply/", {"reason": "双十一"})
    assert "已修改 200 件商品" in desk.get(grid).text
    with app.app_context():
        after = {row.id: row.price for row in db.session.execute(select(SKU.id, SKU.price))}
        assert all(str(price).endswith(".90") for price in after.values())
        assert db.session.query(PriceChange).count() == 200
    desk.post(f"{grid}undo/")
    assert "已恢复 200 件商品" in desk.get(grid).text
    with app.app_context():
        assert {row.id: row.price for row in db.session.execute(select(SKU.id, SKU.price))} == before
    assert "没有重复执行" in desk.get(desk.post(f"{grid}undo/").headers["Location"]).text


def test_the_grid_is_filled_in_page_by_page(app: Flask, make: World, desk: PageClient) -> None:
    skus = [make.sku() for _ in range(3)]
    started = desk.post("/admin/skus/action/", {"action": "bulk", "rowid": [str(each) for each in skus]})
    grid = started.headers["Location"]
    row = {f"price-{skus[0]}": "88.5", f"market-{skus[0]}": "110", f"delta-{skus[0]}": "+5", f"shelf-{skus[0]}": "1"}
    off = {f"price-{skus[1]}": "100", f"market-{skus[1]}": "110", f"delta-{skus[1]}": "0"}
    answer = desk.post(f"{grid}rows/", {"page": "1", "go": "preview", **row, **off})
    assert answer.headers["Location"] == f"{grid}preview/"
    preview = desk.get(f"{grid}preview/").text
    assert "应用到 2 件商品" in preview
    desk.post(f"{grid}rows/", {"page": "1", f"price-{skus[2]}": "viel", f"market-{skus[2]}": "1"})
    assert "本页没有保存" in desk.get(grid).text
    desk.post(f"{grid}mend/", {"do": "row", "sku": str(skus[1])})
    desk.post(f"{grid}apply/")
    assert values_of(make, skus[0], "price", "stock", "is_launched") == (Decimal("88.50"), 15, True)
    assert values_of(make, skus[1], "is_launched", "version") == (True, 1)


def test_a_conflict_is_shown_with_what_changed_and_by_whom(app: Flask, make: World, desk: PageClient) -> None:
    sku = make.sku()
    grid = desk.post("/admin/skus/action/", {"action": "bulk", "rowid": [str(sku)]}).headers["Location"]
    desk.post(f"{grid}all/", {"what": "price", "field": "price", "how": "exact", "amount": "80", "ending": ""})
    anna = staff_client(app, make, "annabel", "13800000005", "operations")
    anna.post(f"/admin/skus/{sku}/", form_of(make, sku, price="95"))

    preview = desk.get(f"{grid}preview/?part=conflicts").text
    assert "annabel" in preview
    assert "95.00" in preview
    desk.post(f"{grid}apply/")
    done = desk.get(grid).text
    assert "已被别人修改" in done
    assert "annabel" in done
    assert values_of(make, sku, "price") == (Decimal("95.00"),)
    again = desk.post(f"{grid}again/").headers["Location"]
    assert "应用到 1 件商品" in desk.get(again).text
    desk.post(again.replace("preview/", "apply/"))
    assert values_of(make, sku, "price") == (Decimal("80.00"),)


def test_faults_stand_in_the_way_until_they_are_mended(make: World, desk: PageClient) -> None:
    wrong, right = make.sku(), make.sku()
    bulk_ids = [str(wrong), str(right)]
    grid = desk.post("/admin/skus/action/", {"action": "bulk", "rowid": bulk_ids}).headers["Location"]
    rows = {f"price-{wrong}": "0", f"market-{wrong}": "110", f"price-{right}": "90", f"market-{right}": "110"}
    desk.post(f"{grid}rows/", {"page": "1", f"shelf-{wrong}": "1", f"shelf-{right}": "1", **rows})
    preview = desk.get(f"{grid}preview/").text
    assert "价格应大于 0" in preview
    assert "应用到" not in preview
    desk.post(f"{grid}apply/")
    assert values_of(make, right, "price") == (Decimal("100.00"),)
    desk.post(f"{grid}mend/", {"do": "faulty"})
    desk.post(f"{grid}apply/")
    assert values_of(make, right, "price") == (Decimal("90.00"),)


def test_a_pasted_table_becomes_a_draft(make: World, desk: PageClient) -> None:
    sku = make.sku()
    wrong = desk.post("/admin/bulk/new/", {"table": f"{sku}\t80\n{sku}\t70\n99999\t5"}, fails=True)
    assert wrong.status_code == 400
    assert "与前面的行重复" in wrong.text
    unknown = desk.post("/admin/bulk/new/", {"table": "99999\t5"}, fails=True)
    assert "商品不存在" in unknown.text
    right = desk.post("/admin/bulk/new/", {"table": f"SKU编号,价格,库存增减\n{sku},80,-2\n"})
    assert "应用到 1 件商品" in desk.get(right.headers["Location"]).text
    desk.post(right.headers["Location"].replace("preview/", "apply/"))
    assert values_of(make, sku, "price", "stock") == (Decimal("80.00"), 8)


def test_a_clerk_without_the_right_to_stock_moves_none(app: Flask, make: World, desk: PageClient) -> None:
    sku = make.sku()
    with app.app_context():
        number = bulk.begin([sku], source="csv", actor="staff:1", wishes={sku: Wish(stock_delta=5)})
    desk.post("/admin/roles/create/", {"name": "pricing", "title": "定价"})
    page = desk.get("/admin/roles/").text
    role = page.split("pricing")[0].rsplit("/admin/roles/", 1)[1].split("/")[0]
    desk.post(f"/admin/roles/{role}/rights/", {"right": ["goods.view", "goods.edit"]})
    clerk = staff_client(app, make, "pricer", "13800000006", "pricing")
    assert clerk.post(f"/admin/bulk/{number}/apply/", fails=True).status_code == 403
    assert clerk.post(f"/admin/bulk/{number}/all/", {"what": "stock", "delta": "5"}, fails=True).status_code == 403
    assert clerk.post(f"/admin/skus/{sku}/stock/", {"delta": "5", "kind": "arrival"}, fails=True).status_code == 403
    clerk.post(f"/admin/bulk/{number}/rows/", {f"price-{sku}": "90", f"market-{sku}": "110", f"delta-{sku}": "9"})
    clerk.post(f"/admin/bulk/{number}/apply/")
    assert values_of(make, sku, "price", "stock") == (Decimal("90.00"), 10)
    page = clerk.get(f"/admin/skus/{sku}/").text
    assert "进价" not in page
    clerk.post(f"/admin/skus/{sku}/", form_of(make, sku, cost_price="77"))
    assert values_of(make, sku, "cost_price") == (Decimal("1.00"),), "a field that is not shown is not written"


def test_the_second_of_two_editors_is_told_what_changed_and_by_whom(app: Flask, make: World, desk: PageClient) -> None:
    sku = make.sku(name="旧名", price="100.00")
    mine = form_of(make, sku, price="90", caption="我的副标题")
    anna = staff_client(app, make, "annabel", "13800000005", "operations")
    anna.post(f"/admin/skus/{sku}/", form_of(make, sku, price="95", name="新名"))

    told = desk.post(f"/admin/skus/{sku}/", mine, fails=True)

    assert told.status_code == 409
    assert all(word in told.text for word in ("annabel", "旧名", "新名", "100.00", "95.00", ">90<"))
    assert values_of(make, sku, "name", "price", "caption") == ("新名", Decimal("95.00"), "测试用")
    # the page's form is now on the fresh state and holds only what he changed himself
    fresh = form_of(make, sku, price="90", caption="我的副标题")
    assert 'name="version" value="2"' in told.text
    assert 'value="新名"' in told.text
    desk.post(f"/admin/skus/{sku}/", fresh)
    assert values_of(make, sku, "name", "price", "caption") == ("新名", Decimal("90.00"), "我的副标题")


def test_a_plan_somebody_made_meanwhile_is_named_too(app: Flask, make: World, desk: PageClient) -> None:
    sku = make.sku()
    mine = form_of(make, sku, price="90")
    anna = staff_client(app, make, "annabel", "13800000005", "operations")
    hour = clock.local(clock.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    anna.post(f"/admin/skus/{sku}/plan/", {"version": "1", "withdraw_at": hour})
    told = desk.post(f"/admin/skus/{sku}/", mine, fails=True)
    assert told.status_code == 409
    assert "计划下架" in told.text
    assert "annabel" in told.text


def test_a_form_that_cannot_be_read_is_given_back(make: World, desk: PageClient) -> None:
    sku = make.sku()
    for field, text in (("price", "viel"), ("name", ""), ("name", "x" * 201), ("market_price", "1.234")):
        answer = desk.post(f"/admin/skus/{sku}/", form_of(make, sku, **{field: text}), fails=True)
        assert answer.status_code == 400, field
        assert 'aria-invalid="true"' in answer.text
    answer = desk.post(f"/admin/skus/{sku}/", form_of(make, sku, price="500"), fails=True)
    assert answer.status_code == 400
    assert "价格不能高于市场价" in answer.text
    assert values_of(make, sku, "version") == (1,)
    assert desk.get("/admin/skus/999/", fails=True).status_code == 404


def test_price_below_cost_is_warned_of(make: World, desk: PageClient) -> None:
    sku = make.sku()
    desk.post(f"/admin/skus/{sku}/", form_of(make, sku, price="0.50"))
    assert "价格低于进价" in desk.get(f"/admin/skus/{sku}/").text
    assert values_of(make, sku, "price") == (Decimal("0.50"),)


def test_stock_is_adjusted_and_counted_at_the_desk(make: World, desk: PageClient) -> None:
    sku = make.sku(stock=10)
    page = f"/admin/skus/{sku}/stock/"
    for _twice in range(2):
        desk.post(page, {"delta": "+5", "kind": "arrival", "note": "第二批", "once": "aaaa"})
    assert values_of(make, sku, "stock") == (15,)
    desk.post(page, {"counted": "14", "seen": "15", "kind": "count", "once": "bbbb"})
    assert values_of(make, sku, "stock") == (14,)
    for wrong in ({"delta": "x"}, {"delta": "1", "kind": "theft"}, {"counted": "-1"}, {"delta": "-99"}, {}):
        desk.post(page, {"kind": "arrival", **wrong})
    assert values_of(make, sku, "stock") == (14,)
    shown = desk.get(f"/admin/skus/{sku}/").text
    assert "到货：第二批" in shown
    assert "tommy" in shown


def test_plans_at_the_desk_and_for_many(make: World, desk: PageClient) -> None:
    one, two = make.sku(), make.sku()
    hour = clock.local(clock.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    desk.post(f"/admin/skus/{one}/plan/", {"version": "1", "launch_at": hour, "withdraw_at": ""})
    assert hour in desk.get(f"/admin/skus/{one}/").text
    chosen = desk.post("/admin/skus/action/", {"action": "plan", "rowid": [str(one), str(two)]})
    assert desk.get(chosen.headers["Location"]).status_code == 200
    desk.post("/admin/skus/plan/", {"sku": [str(one), str(two)], "launch_at": "", "withdraw_at": hour})
    assert values_of(make, one, "launch_at") == (None,)
    assert values_of(make, two, "withdraw_at") != (None,)
    listed = desk.get("/admin/skus/?state=planned").text
    assert hour.replace("T", " ") in listed
    desk.post(f"/admin/skus/{one}/plan/", {"version": "1", "launch_at": hour})
    assert "刚被别人修改过" in desk.get(f"/admin/skus/{one}/").text
    desk.post(f"/admin/skus/{two}/shelf/", {"to": "withdraw"})
    assert values_of(make, two, "withdraw_at", "is_launched") == (None, False)


def test_the_ledger_is_searched(app: Flask, make: World, desk: PageClient) -> None:
    one, two = make.sku(name="一号机"), make.sku(name="二号机")
    with app.app_context():
        adjusting.adjust_stock(one, 5, reason="到货", actor="staff:1")
    make.run(
        lambda: db.session.execute(
            update(StockMovement).where(StockMovement.sku_id == two).values(order_number="20261128000001")
        )
    )
    today = clock.today().isoformat()
    for query, found in (
        (f"sku={one}", {"一号机"}),
        ("kind=adjust", {"一号机"}),
        ("q=20261128000001", {"二号机"}),
        (f"day_from={today}&day_to={today}", {"一号机", "二号机"}),
        ("day_to=2020-01-01", set()),
        ("actor=staff:1", {"一号机"}),
        ("actor=nobody", set()),
    ):
        page = desk.get(f"/admin/stock/?{query}").text
        assert {name for name in ("一号机", "二号机") if name in page} == found, query
    assert "到货" in desk.get("/admin/stock/export/csv/?kind=adjust").text


def test_a_count_is_corrected_on_the_page(app: Flask, make: World, desk: PageClient) -> None:
    one, two = make.sku(stock=10, name="一号机"), make.sku(stock=10, name="二号机")
    page = desk.post("/admin/stock-counts/", {"table": f"{one},8,10\n{two},9\n"}).text
    assert "更正 2 件商品的库存" in page
    assert values_of(make, one, "stock") == (10,)
    shown = f"sku,counted,seen\n{one},8,10\n{two},9,10"
    assert shown in page
    with app.app_context():
        adjusting.adjust_stock(two, -3, reason="报损", actor="staff:1")  # between the page and its button
    for _twice in range(2):
        desk.post("/admin/stock-counts/", {"table": shown, "sure": "1", "note": "年底", "once": "aaaa"})
    assert (values_of(make, one, "stock"), values_of(make, two, "stock")) == ((8,), (6,))
    wrong = desk.post("/admin/stock-counts/", {"table": "999,8\nx,1", "sure": "1"}, fails=True)
    assert wrong.status_code == 400


def test_pages_cost_the_same_however_many_rows(
    app: Flask, make: World, desk: PageClient, count_queries: Callable
) -> None:
    sku = make.sku()
    with app.app_context():
        number = bulk.begin([sku], source="grid", actor="staff:1")
    for path in ("/admin/skus/", "/admin/stock/", "/admin/bulk/", f"/admin/bulk/{number}/", f"/admin/skus/{sku}/"):
        desk.get(path)  # what is kept is kept
        with count_queries() as few:
            desk.get(path)
        with app.app_context():
            more = [make.sku() for _ in range(5)]
            for _each in more:
                adjusting.adjust_stock(sku, 1, reason="到货", actor="staff:1")
            version = values_of(make, sku, "version")[0]
            services.edit_sku(sku, version, price=values_of(make, sku, "price")[0] - 1)
            bulk.begin(more, source="grid", actor="staff:1")
        with count_queries() as many:
            desk.get(path)
        assert len(few.sql) == len(many.sql) <= 14, (path, few.sql, many.sql)


def test_what_happened_is_seen_in_the_list_of_edits(app: Flask, make: World, desk: PageClient) -> None:
    sku = make.sku()
    assert "还没有批量修改" in desk.get("/admin/bulk/").text
    with app.app_context():
        number = bulk.begin([sku], source="csv", actor="staff:1", wishes={sku: Wish(price=Decimal("90.00"))})
        bulk_applying.apply(number, actor="staff:1", reason="清仓")
        scheduling.keep_plans()
        assert db.session.get_one(BulkEdit, number).state == "applied"
    page = desk.get("/admin/bulk/").text
    assert "清仓" in page
    assert "已应用" in page
    other = desk.post("/admin/skus/action/", {"action": "bulk", "rowid": [str(sku)]}).headers["Location"]
    desk.post(f"{other}discard/")
    assert desk.get(other, fails=True).status_code == 404
