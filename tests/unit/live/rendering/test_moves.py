"""The least that leads from one order of a list to another."""

from collections.abc import Sequence
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from live.keys import ElementId
from live.rendering.moves import Difference, Run, difference, longest_increasing

orders = st.lists(st.integers(0, 30).map(lambda number: ElementId(f"row-{number}")), unique=True)
short_orders = st.permutations(range(7)).flatmap(lambda all: st.integers(0, 7).map(lambda size: all[:size]))


def ids(text: str) -> list[ElementId]:
    return [ElementId(letter) for letter in text]


def apply(order: Sequence[ElementId], steps: Difference) -> list[ElementId]:
    """What a browser does with it."""
    result = [item for item in order if item not in steps.gone]
    for run in steps.runs:
        result = [item for item in result if item not in run.items]
        start = 0 if run.after is None else result.index(run.after) + 1
        result[start:start] = run.items
    return result


@given(orders, orders)
def test_it_leads_from_the_old_order_to_the_new_one(old: list[ElementId], new: list[ElementId]) -> None:
    steps = difference(old, new)
    assert apply(old, steps) == new
    assert set(steps.gone) == set(old) - set(new)
    assert {item for run in steps.runs for item in run.items} == steps.moved | (set(new) - set(old))
    assert steps.moved <= set(old) & set(new)


@given(short_orders, short_orders)
def test_nothing_moves_that_need_not(old: list[int], new: list[int]) -> None:
    common = [old.index(item) for item in new if item in old]
    longest = max(
        size
        for size in range(len(common) + 1)
        if any(list(chosen) == sorted(chosen) for chosen in combinations(common, size))
    )
    names = [ElementId(str(item)) for item in old], [ElementId(str(item)) for item in new]
    assert len(difference(*names).moved) == len(common) - longest


@given(st.lists(st.integers(), unique=True))
def test_the_longest_increasing_subsequence_increases(numbers: list[int]) -> None:
    indexes = longest_increasing(numbers)
    chosen = [numbers[index] for index in indexes]
    assert indexes == sorted(set(indexes))
    assert chosen == sorted(chosen)


def test_what_one_item_costs() -> None:
    assert difference(ids("abcd"), ids("abcd")) == Difference((), frozenset(), ())
    assert difference(ids("abcd"), ids("abXcd")) == Difference(
        (), frozenset(), (Run(ElementId("b"), (ElementId("X"),)),)
    )
    assert difference(ids("abcd"), ids("acd")) == Difference((ElementId("b"),), frozenset(), ())
    moved = Difference((), frozenset({ElementId("d")}), (Run(None, (ElementId("d"),)),))
    assert difference(ids("abcd"), ids("dabc")) == moved


def test_all_that_stand_side_by_side_are_one_run() -> None:
    assert difference(ids("ab"), ids("XYabZ")).runs == (
        Run(None, tuple(ids("XY"))),
        Run(ElementId("b"), tuple(ids("Z"))),
    )


def test_long_lists_are_compared_at_once() -> None:
    old = [ElementId(f"row-{number}") for number in range(5000)]
    assert len(difference(old, old[::-1]).moved) == 4999
    assert len(difference(old, [*old[4000:], *old[:4000]]).moved) == 1000
