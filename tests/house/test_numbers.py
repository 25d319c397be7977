"""Each defect of the original that concerns accounts has a test under its number: `test_sec_9_…`, `test_acc_4_…`."""

import ast

from tests.house.reading import ROOT

# Number of the defect, and what the original did. In the order of the list that the mall was built from.
DEFECTS = {
    "sec_1": "a pickle in the cart cookie",
    "sec_2": "a pickle in the token of a forgotten password",
    "sec_3": "a picture code over an SMS code",
    "sec_4": "negative quantities",
    "sec_5": "a back office open to the world",
    "sec_6": "other people's addresses changed by number",
    "sec_7": "an order to anybody's address",
    "sec_8": "reviews of other people's orders",
    "sec_9": "an open redirect through next",
    "sec_10": "an OAuth state that is no secret",
    "sec_11": "SMS codes guessed and used twice",
    "sec_12": "SMS bombing",
    "sec_13": "a pattern that takes seconds",
    "sec_14": "scripts in what people type",
    "sec_15": "passwords guessed without end",
    "sec_16": "secrets in git",
    "sec_17": "telling who has an account",
    "sec_18": "a readable cookie that says who it is",
    "sec_19": "signing out by GET",
    "sec_20": "a first write without a token",
    "sec_21": "passwords that may not be good ones",
    "sec_22": "the mobile number as a public name",
    "sec_23": "one secret without salts for every token",
    "sec_24": "codes in logs",
    "sec_25": "a token of staff in the browser's storage",
    "sec_26": "staff by a field in a form",
    "sec_27": "uploads taken as they come",
    "sec_28": "one answer for everybody",
    "sec_29": "letters made by gluing texts",
    "acc_1": "somebody's mobile as another's name",
    "acc_2": "patterns without an end",
    "acc_3": "a failed bind page that forgets the open id",
    "acc_4": "a taken name found out too late",
    "acc_5": "an address confirmed that nobody confirmed",
    "acc_6": "a link that writes by being read",
    "acc_7": "the username in the place of the mobile",
    "acc_8": "other devices stay after a new password",
    "acc_9": "two lives of one sign-in",
    "acc_10": "two bindings of one open id",
    "acc_11": "a wait longer than the page says",
    "adr_1": "deleted addresses count",
    "adr_2": "a deleted address stays the default",
    "adr_3": "no default, no page",
    "adr_4": "areas that do not belong together, and cities without districts",
    "adr_5": "an edit form without its areas",
    "adr_6": "a cache filled by whoever asks",
}


def names_of_tests() -> set[str]:
    """Every test function there is."""
    found = set()
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                found.add(node.name)
    return found


def without_test(numbers: set[str], names: set[str]) -> set[str]:
    """Numbers that no name begins with; the underscore after a number keeps 1 and 10 apart."""
    return {number for number in numbers if not any(name.startswith(f"test_{number}_") for name in names)}


def test_every_defect_has_a_test_of_its_name() -> None:
    assert without_test(set(DEFECTS), names_of_tests()) == set()


def test_a_missing_test_is_noticed() -> None:
    assert without_test({"sec_1", "sec_10"}, {"test_sec_10_a_state_is_random"}) == {"sec_1"}


def test_the_list_has_no_gap() -> None:
    wanted = {f"sec_{n}" for n in range(1, 30)} | {f"acc_{n}" for n in range(1, 12)} | {f"adr_{n}" for n in range(1, 7)}
    assert set(DEFECTS) == wanted
