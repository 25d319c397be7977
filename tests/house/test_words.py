"""Small rules on the source itself: who reads settings, who prints, who asks the time, who may say `sandbox`."""

import ast
import re

from tests.house.reading import Module, calls, imports, modules

# The sandbox itself, where it is mounted, and the two adapters that post to its inbox.
MAY_SAY_SANDBOX = {"app/wiring.py", "app/gateways/sms/inbox.py", "app/gateways/mail/inbox.py"}
# Where amounts of money pass. Drawings of goods are geometry.
MONEY_PATHS = ("app/goods/", "app/carts/", "app/orders/", "app/payment/", "app/gateways/payment/", "app/search/")
MONEY_FILES = {"app/shared/money.py", "app/shared/db.py", "app/shared/filters.py"}
AMOUNTS = {"price", "market_price", "cost_price"}
MAY_WRITE_AMOUNTS = {"app/goods/prices.py", "app/goods/bulk_applying.py"}
SETS_TEXTS = {"app/goods/exchange/writing.py"}  # by names that are no amounts
CLOCK = {"now", "utcnow", "today", "fromtimestamp", "utcfromtimestamp"}


def handles_money(path: str) -> bool:
    """Could an amount pass through this file?"""
    return (path.startswith(MONEY_PATHS) and "/drawing/" not in path) or path in MONEY_FILES


def floats(module: Module) -> list[str]:
    """Calls of float() in a file that handles money."""
    if not handles_money(module.path):
        return []
    return [f"{module.path}:{call.lineno} float(…)" for call in calls(module.tree, "float")]


def names_the_sandbox(module: Module) -> list[str]:
    """Lines that say `sandbox` in code (not in a sentence of a docstring or comment) where it has no place."""
    if module.path.startswith("app/sandbox/") or module.path in MAY_SAY_SANDBOX:
        return []
    said = []
    tree = module.tree
    docstrings = {id(node.body[0].value) for node in _documented(tree)}
    for node in ast.walk(tree):
        if id(node) in docstrings:
            continue
        words = [
            getattr(node, "id", ""),
            getattr(node, "attr", ""),
            getattr(node, "name", "") or "",
            getattr(node, "arg", "") or "",
            getattr(node, "module", "") or "",
        ]
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            words.append(node.value)
        if any(isinstance(word, str) and "sandbox" in word.lower() for word in words):
            said.append(f"{module.path}:{getattr(node, 'lineno', 0)}")
    return said


def _documented(tree: ast.Module) -> list[ast.Module | ast.ClassDef | ast.FunctionDef]:
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef)
    return [node for node in ast.walk(tree) if isinstance(node, kinds) and ast.get_docstring(node) is not None]


def asks_the_time(module: Module) -> list[str]:
    """Calls like datetime.now() outside the clock. The sandbox stands outside and keeps its own time."""
    if module.path == "app/shared/clock.py" or module.path.startswith("app/sandbox/"):
        return []
    return [
        f"{module.path}:{node.lineno}"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CLOCK
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in {"datetime", "date"}
    ]


def prints(module: Module) -> list[str]:
    """Calls of print()."""
    return [f"{module.path}:{call.lineno}" for call in calls(module.tree, "print") if isinstance(call.func, ast.Name)]


def reads_the_environment(module: Module) -> list[str]:
    """Imports of config or launch, and looks at os.environ."""
    found = [
        f"{module.path}: import {source}"
        for source, _ in imports(module.tree)
        if source.split(".")[0] in {"config", "launch"}
    ]
    return found + [f"{module.path}: os.environ" for _ in re.findall(r"\bos\.(?:environ|getenv)\b", module.text)]


def assigns_stock(module: Module) -> list[str]:
    """Writes of `.stock` or `.sales` outside the file that owns them."""
    if module.path == "app/goods/stock.py":
        return []
    targets = []
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Assign):
            targets += node.targets
        elif isinstance(node, ast.AugAssign | ast.AnnAssign):
            targets.append(node.target)
    return [
        f"{module.path}:{target.lineno}"
        for target in targets
        if isinstance(target, ast.Attribute) and target.attr in {"stock", "sales"}
    ]


def writes_amounts(module: Module) -> list[str]:
    """Writes of a SKU's amounts without their line in the history: goods/prices.py, and the bulk edit that asks it."""
    if not module.path.startswith("app/goods/") or module.path in MAY_WRITE_AMOUNTS:
        return []
    found = []
    for node in ast.walk(module.tree):
        targets = node.targets if isinstance(node, ast.Assign) else []
        found += [node for each in targets if isinstance(each, ast.Attribute) and each.attr in AMOUNTS]
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "values":
            found += [node for each in node.keywords if each.arg in AMOUNTS]
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "setattr":
            known = isinstance(node.args[1], ast.Constant) and node.args[1].value not in AMOUNTS
            found += [] if known or module.path in SETS_TEXTS else [node]
    return [f"{module.path}:{node.lineno}" for node in found]


CHECKS = (floats, names_the_sandbox, asks_the_time, prints, reads_the_environment, assigns_stock, writes_amounts)


def test_the_source_keeps_the_small_rules() -> None:
    assert [fault for check in CHECKS for module in modules() for fault in check(module)] == []


def test_every_small_rule_notices_its_breach() -> None:
    samples = {
        floats: "amount = float('1.10')",
        names_the_sandbox: "if current_app.config['SANDBOX_SPEED']:\n    pass",
        asks_the_time: "from datetime import datetime\nmoment = datetime.now()",
        prints: "print('here')",
        reads_the_environment: "import config",
        assigns_stock: "sku.stock -= 1",
        writes_amounts: "sku.price = price",
    }
    for check in CHECKS:
        room = "goods" if check is writes_amounts else "orders"
        assert check(Module(f"app/{room}/services.py", samples[check])), check.__name__
    assert writes_amounts(Module("app/goods/services.py", "update(SKU).values(cost_price=0)"))
    assert writes_amounts(Module("app/goods/services.py", "setattr(sku, field, value)"))


def test_a_sentence_about_the_sandbox_is_allowed() -> None:
    assert names_the_sandbox(Module("app/orders/store.py", '"""Read by the sandbox too."""\n# sandbox\n')) == []
