"""Every write of staff is told: each page of the admin site begins an act, and so does each command that writes."""

import ast

from flask import Flask

from app.shared.staff_view import READS, StaffOnly
from app.staff import door_desk
from tests.house.reading import Module, imports, modules

# Who begins the act before a view of the admin site runs.
BEGINNERS = {StaffOnly._handle_view, door_desk._AtTheDoor._handle_view}
# Pages of the shop that ask whether somebody is staff, and why they need no act.
OUTSIDE = {
    "app/account/routes.py": "tells staff that they cannot leave: reads",
    "app/contents/routes.py": "shows the home page of another moment: reads",
    "app/pictures/routes.py": "shows a return's pictures to whom they concern: reads",
}
# Who stops an act, and why.
MAY_END_AN_ACT = {
    "app/backoffice/guard.py": "the request is over",
    "app/orders/ship_desk.py": "tries a table, shows it for mending, hands out its faulty lines: nothing is written",
    "app/reviews/admin.py": "asks for the reason first, nothing is done yet",
    "app/shared/staff_view.py": "asks whether one is sure, nothing is done yet",
}


def writes(app: Flask) -> list[tuple[str, StaffOnly]]:
    """Every endpoint of the admin site that takes a write, with its view."""
    views = {view.endpoint: view for admin in app.extensions["admin"] for view in admin._views}
    found = {}
    for rule in app.url_map.iter_rules():
        owner = rule.endpoint.partition(".")[0]
        if owner in views and (rule.methods or set()) - READS:
            found[rule.endpoint] = views[owner]
    return sorted(found.items())


def asks_for_staff(module: Module) -> bool:
    """Does it ask what rights somebody has, or whether whoever is signed in is staff?"""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and node.attr == "is_staff":
            return True
    return any(name == "app.shared.staff_view" for name, _ in imports(module.tree))


def test_every_write_of_the_admin_site_begins_an_act(mall: Flask) -> None:
    found = writes(mall)
    assert len(found) > 30
    for endpoint, view in found:
        assert isinstance(view, StaffOnly), endpoint
        assert type(view)._handle_view in BEGINNERS, f"{endpoint}: who begins its act?"


def test_no_other_page_writes_with_the_rights_of_staff() -> None:
    shop = [module for module in modules() if "/routes" in module.path]
    assert len(shop) > 10
    assert {module.path for module in shop if asks_for_staff(module)} == set(OUTSIDE)


def test_nobody_else_ends_an_act() -> None:
    ending = set()
    for module in modules():
        for node in ast.walk(module.tree):
            called = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
            if called and node.func.attr == "begin" and node.args and getattr(node.args[0], "value", 0) is None:
                ending.add(module.path)
    assert ending <= set(MAY_END_AN_ACT)
