from boards.documents.positions import positions_of


def test_positions_stay_where_the_order_is_the_same() -> None:
    assert positions_of([]) == []
    assert positions_of([0.0, None, 1.0, None]) == [0.0, 0.5, 1.0, 2.0]
    assert positions_of([None, 3.0]) == [2.0, 3.0]
    assert positions_of([None, None]) == [0.0, 1.0]
    for stored in ([2.0, 0.0, 1.0], [0.0, 0.0, 0.0], [1.0, None, 1.0 + 2**-52]):
        positions = positions_of(stored)
        assert positions == sorted(set(positions)) and positions[0] == stored[0]
