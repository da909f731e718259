"""Where a panel goes, as a number between two others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boards.editing.positions import FIRST, even, is_even, position_after

ORDER = [(7, 0.0), (8, 1.0), (9, 2.0)]


def moved(order: list[tuple[int, float]], pk: int, after: int) -> list[int]:
    """The keys in the order in which they are then."""
    positions = dict(order) | {pk: position_after(order, pk, after)}
    return sorted(positions, key=lambda key: positions[key])


@pytest.mark.parametrize(
    ("pk", "after", "expected"),
    [
        (9, FIRST, [9, 7, 8]),
        (9, 7, [7, 9, 8]),
        (7, 8, [8, 7, 9]),
        (7, 9, [8, 9, 7]),
        (8, 7, [7, 8, 9]),
        (5, 9, [7, 8, 9, 5]),
        (5, 7, [7, 5, 8, 9]),
    ],
)
def test_a_panel_goes_behind_another_one(pk: int, after: int, expected: list[int]) -> None:
    assert moved(ORDER, pk, after) == expected


def test_a_panel_that_is_there_already_stays_as_it_is() -> None:
    assert position_after([(7, 0.0), (8, 0.25), (9, 2.0)], 8, 7) == 0.25
    assert position_after([(7, 4.0)], 7, FIRST) == 4.0


def test_an_empty_board_has_a_first_position() -> None:
    assert position_after([], 5, FIRST) == 0.0


@pytest.mark.parametrize("after", [4711, 8])
def test_behind_what_is_not_there_nothing_goes(after: int) -> None:
    with pytest.raises(ValueError):
        position_after(ORDER, 8, after)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=8))
def test_without_room_the_order_is_made_even_and_stays(positions: list[float]) -> None:
    order = [(pk, position) for pk, position in enumerate(sorted(positions), 1)]
    spread = even(order)
    assert is_even(list(spread.items()))
    assert list(spread) == [pk for pk, _position in order]


@given(st.data())
def test_many_moves_are_as_if_made_in_a_list(data: st.DataObject) -> None:
    order = [(pk, float(pk)) for pk in range(1, 6)]
    keys = [pk for pk, _position in order]
    for _move in range(data.draw(st.integers(0, 30))):
        pk = data.draw(st.sampled_from(keys))
        after = data.draw(st.sampled_from([FIRST, *(key for key in keys if key != pk)]))
        if not is_even(order):
            order = list(even(order).items())
        order = sorted((dict(order) | {pk: position_after(order, pk, after)}).items(), key=lambda row: row[1])
        keys.remove(pk)
        keys.insert(keys.index(after) + 1 if after else 0, pk)
        assert [key for key, _position in order] == keys
