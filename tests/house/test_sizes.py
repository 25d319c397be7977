"""House test 6: small modules, functions and views; verbs import only the models of their own room."""

import ast

from tests.house.reading import Module, imports, modules

MODULE, FUNCTION, VIEW = 300, 40, 20  # lines
ROUTE = {"get", "post", "put", "delete", "patch", "route"}

# Verbs that name another room's model, and why. Everything else goes through the owner's verbs and queries.
FOREIGN_MODELS = {
    ("app/aftersales/services.py", "app.orders.models"): "Order and its states: the row that lock_order hands over",
    ("app/aftersales/services.py", "app.payment.models"): "Refund: are all refunds of a document done?",
    ("app/staff/services.py", "app.users.models"): "User: is the account staff, and is another owner left? read only",
    (
        "app/payment/services.py",
        "app.orders.models",
    ): "Order: the type of the row that orders.services.lock_order hands "
    "over, and the number of an own order looked up before the lock",
}


def size_faults(module: Module) -> list[str]:
    """What is longer than the house allows."""
    found = []
    lines = len(module.text.splitlines())
    if lines > MODULE:
        found.append(f"{module.path}: {lines} lines")
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            most = VIEW if _is_view(node) else FUNCTION
            if length > most:
                found.append(f"{module.path}: {node.name} has {length} lines, {most} are allowed")
    return found


def _is_view(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(
        isinstance(mark, ast.Call) and isinstance(mark.func, ast.Attribute) and mark.func.attr in ROUTE
        for mark in node.decorator_list
    )


def foreign_models(module: Module) -> list[tuple[str, str]]:
    """(file, models module) for every model of another room that this verb module imports."""
    if module.name not in {"services", "placing"}:
        return []
    named = {source for source, _ in imports(module.tree) if source.startswith("app.")}
    named |= {f"{source}.{name}" for source, name in imports(module.tree) if name == "models"}
    return [
        (module.path, source)
        for source in sorted(named)
        if source.endswith(".models") and source.split(".")[1] != module.room
    ]


def test_nothing_is_longer_than_the_house_allows() -> None:
    assert [fault for module in modules() for fault in size_faults(module)] == []


def test_verbs_import_only_their_own_models() -> None:
    found = [pair for module in modules() for pair in foreign_models(module)]
    assert sorted(found) == sorted(FOREIGN_MODELS)
    assert any(module.name != "services" and "@unit_of_work" in module.text for module in modules())


def test_there_is_no_drawer_for_odds_and_ends() -> None:
    banned = {"utils", "helpers", "common", "misc", "base", "manager"}
    assert [module.path for module in modules() if module.name in banned] == []


def test_every_module_function_and_class_of_the_rooms_says_what_it_is() -> None:
    """Modules, classes, public functions. Methods and private helpers may speak by name, and so do drawings."""
    silent = []
    for module in modules():
        if "/drawing/" in module.path:
            continue
        tree = module.tree
        if not ast.get_docstring(tree):
            silent.append(module.path)
        for node in tree.body:
            is_public = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
            if is_public and not ast.get_docstring(node):
                silent.append(f"{module.path}: {node.name}")
    assert silent == []


def test_too_long_and_too_curious_modules_are_noticed() -> None:
    view = "@bp.get('/')\ndef index():\n" + "    x = 1\n" * 25
    helper = "def helper():\n" + "    x = 1\n" * 45
    long = Module("app/goods/routes.py", view + helper + "\n" * 300)
    assert len(size_faults(long)) == 3
    curious = Module("app/carts/services.py", "from app.goods.models import SKU\nfrom app.users import models\n")
    assert foreign_models(curious) == [
        ("app/carts/services.py", "app.goods.models"),
        ("app/carts/services.py", "app.users.models"),
    ]
