"""ADM-3: the page sent PUT, the server took PATCH alone. Here a form's method and its address are one contract."""

from html.parser import HTMLParser

import pytest
from flask import Flask
from sqlalchemy import select

from app.orders.invoices import InvoiceWish, ask_invoice
from app.orders.models import Order, OrderStatus, PayMethod
from app.shared.db import db
from tests.factories.world import Person, World
from tests.orders import scenes
from tests.pages import PageClient


class Forms(HTMLParser):
    """(method, address) of every form and every button with an address of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[tuple[str, str]] = set()
        self.method = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form" and given.get("method") != "dialog":
            self.method = (given.get("method") or "get").upper()
            self.found.add((self.method, given.get("action") or ""))
        if given.get("formaction"):
            self.found.add((self.method, str(given["formaction"])))


@pytest.mark.parametrize("state", list(OrderStatus))
def test_what_a_page_sends_its_address_takes(
    app: Flask, make: World, lily: Person, tom: Person, state: OrderStatus
) -> None:
    client = PageClient(app)
    client.sign_in(tom.username, tom.password)
    with app.app_context():
        number = scenes.bring_to(lily, make.sku(), state)
        if state not in (OrderStatus.UNPAID, OrderStatus.CANCELLED):
            ask_invoice(number, lily.id, InvoiceWish("personal", "莉莉"))
        cash = scenes.place(lily, {make.sku(): 1}, PayMethod.CASH)
        ids = list(db.session.scalars(select(Order.id)))
    forms = Forms()
    pages = [f"/admin/orders/desk/?number={each}" for each in (number, cash)]
    pages += ["/admin/orders/", f"/admin/shipping/many/?id={ids[0]}&id={ids[1]}", "/admin/shipping/"]
    pages += ["/admin/invoices/?state=asked", "/admin/invoices/issue/?id=1"]
    for page in pages:
        forms.feed(client.get(page).text)
    known = app.url_map.bind("localhost")
    assert len(forms.found) > 5
    for method, address in forms.found:
        known.match(address.partition("?")[0] or "/admin/orders/", method=method)
    for method, address in forms.found:
        if method == "POST" and address.startswith(("/admin/orders/", "/admin/shipping/", "/admin/invoices/")):
            for other in ("PUT", "PATCH", "DELETE"):
                token = {"X-CSRFToken": client.token(), "Accept": "application/json"}
                answer = client.browser.open(address, method=other, headers=token)
                assert answer.status_code == 405, (other, address)
    with app.app_context():
        assert scenes.status_of(number) is state
