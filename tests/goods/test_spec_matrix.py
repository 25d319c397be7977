"""Where each option leads, on plain values."""

from app.goods.spec_matrix import Sibling, SpecOf, spec_matrix

COLOUR, MEMORY = 1, 2
BLACK, WHITE, RED, SMALL, LARGE = 11, 12, 13, 21, 22
SPECS = [
    SpecOf(COLOUR, "颜色", [(BLACK, "黑"), (WHITE, "白"), (RED, "红")]),
    SpecOf(MEMORY, "内存", [(SMALL, "小"), (LARGE, "大")]),
]


def sibling(sku_id: int, colour: int | None, memory: int | None, in_stock: bool = True) -> Sibling:
    pairs = ((COLOUR, colour), (MEMORY, memory))
    return Sibling(sku_id, in_stock, {spec: option for spec, option in pairs if option is not None})


def leads(siblings: list[Sibling], current: Sibling) -> list[list[int | None]]:
    return [[option.sku_id for option in spec.options] for spec in spec_matrix(SPECS, siblings, current)]


def test_full_grid_leads_to_the_sku_that_differs_in_that_option_alone() -> None:
    grid = [
        sibling(1, BLACK, SMALL),
        sibling(2, BLACK, LARGE),
        sibling(3, WHITE, SMALL),
        sibling(4, WHITE, LARGE),
        sibling(5, RED, SMALL),
        sibling(6, RED, LARGE),
    ]

    assert leads(grid, grid[3]) == [[2, 4, 6], [3, 4]]


def test_option_sold_only_in_other_combinations_leads_to_the_nearest() -> None:
    sold = [sibling(1, BLACK, SMALL), sibling(2, WHITE, LARGE)]

    assert leads(sold, sold[0]) == [[1, 2, None], [1, 2]]


def test_exact_match_wins_even_out_of_stock_and_stock_breaks_a_tie() -> None:
    here = sibling(1, BLACK, SMALL)
    exact = sibling(5, WHITE, SMALL, in_stock=False)
    sold = [here, sibling(2, WHITE, LARGE), exact, sibling(3, RED, LARGE, in_stock=False), sibling(4, RED, LARGE)]

    matrix = spec_matrix(SPECS, sold, here)

    assert [(option.sku_id, option.in_stock) for option in matrix[0].options] == [(1, True), (5, False), (4, True)]
    assert [option.current for option in matrix[0].options] == [True, False, False]


def test_missing_specs_are_borne() -> None:
    bare = sibling(1, None, None)
    half = sibling(2, BLACK, None)
    full = sibling(3, BLACK, LARGE)

    assert leads([bare, half, full], bare) == [[2, None, None], [None, 3]]
    assert leads([bare, half, full], half) == [[2, None, None], [None, 3]]
    assert spec_matrix([], [bare], bare) == []
