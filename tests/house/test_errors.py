"""The shop's codes: every error class uses one of the issue's numbers with its status, and a marked sentence."""

import ast
import importlib

from app.shared.errors import DomainError
from tests.house.reading import Module, modules

# code -> HTTP status; no other number exists
CODES = {
    "4001": 400,  # picture code
    "4002": 429,  # too often
    "4003": 400,  # missing or nothing ticked
    "4005": 400,  # wrong account or password
    "4008": 400,  # SMS code
    "4009": 400,  # agreement
    "4101": 401,  # sign in
    "4103": 403,  # no right
    "4104": 400,  # form token
    "5003": 404,  # not found
    "5006": 400,  # bad value
    "5007": 409,  # short of stock
    "5201": 409,  # terms changed
    "5202": 409,  # not possible in this state
    "5203": 503,  # busy, try again
    "5000": 500,  # our fault
}


def all_errors(base: type[DomainError] = DomainError) -> list[type[DomainError]]:
    """The base and everything below it in the application."""
    found = [base]
    for child in base.__subclasses__():
        found += all_errors(child)
    return [error for error in found if error.__module__.startswith("app.")]


def unknown_codes(errors: list[type[DomainError]]) -> list[str]:
    """Classes whose pair of code and status is not in the list."""
    return [
        f"{error.__module__}.{error.__name__}: {error.code}/{error.http_status}"
        for error in errors
        if CODES.get(error.code) != error.http_status
    ]


def unmarked(module: Module) -> list[str]:
    """`message = "…"` without marked(): nobody could translate it."""
    found = []
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Assign) or len(node.targets) != 1:
            continue
        target, value = node.targets[0], node.value
        pairs = [(target, value)]
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            pairs = list(zip(target.elts, value.elts, strict=True))
        for name, given in pairs:
            is_message = isinstance(name, ast.Name) and name.id == "message"
            if is_message and isinstance(given, ast.Constant) and isinstance(given.value, str):
                found.append(f"{module.path}:{node.lineno}")
    return found


def test_only_the_shops_codes_are_used(mall: object) -> None:
    for module in modules():
        if module.name == "errors":
            importlib.import_module(module.path.removesuffix(".py").replace("/", "."))
    errors = all_errors()
    assert len(errors) > 25
    assert unknown_codes(errors) == []
    assert {error.code for error in errors} == set(CODES)


def test_every_sentence_is_marked_for_translation() -> None:
    assert [fault for module in modules() for fault in unmarked(module)] == []


def test_errors_are_nouns_without_the_word_error() -> None:
    assert [error.__name__ for error in all_errors() if "Error" in error.__name__.replace("DomainError", "")] == []


def test_a_number_of_ones_own_is_noticed() -> None:
    class Homemade(DomainError):
        code, http_status, message = "4242", 418, "我是茶壶"

    assert len(unknown_codes([Homemade])) == 1
    source = 'class Homemade:\n    code, http_status, message = "4242", 418, "我是茶壶"\n'
    assert unmarked(Module("app/orders/errors.py", source)) == ["app/orders/errors.py:2"]


def test_errors_are_not_caught_blindly() -> None:
    """No bare `except:`; a broad one only where the house says so (follow-ups, sweeps, the sandbox's threads)."""
    bare = [
        f"{module.path}:{node.lineno}"
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ExceptHandler) and node.type is None
    ]
    assert bare == []
