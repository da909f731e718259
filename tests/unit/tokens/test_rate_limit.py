import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokens.rate_limit import RateLimit


def test_takes_a_burst_of_twice_the_rate_and_then_the_rate() -> None:
    limit = RateLimit()
    assert [limit.take("a", per_second=2, now=10) for _ in range(5)] == [0, 0, 0, 0, 0.5]
    assert limit.take("a", per_second=2, now=10.25) == 0.25
    assert limit.take("a", per_second=2, now=10.5) == 0
    assert limit.take("a", per_second=2, now=10.5) == 0.5


def test_keys_do_not_share() -> None:
    limit = RateLimit()
    assert [limit.take(key, per_second=0.5, now=0) for key in "aabb"] == [0, 2, 0, 2]


def test_a_refused_request_costs_nothing() -> None:
    limit = RateLimit()
    limit.take("a", per_second=0.5, now=0)
    for _ in range(100):
        assert limit.take("a", per_second=0.5, now=1) == pytest.approx(1)
    assert limit.take("a", per_second=0.5, now=2) == 0


@given(st.lists(st.floats(0, 2), max_size=60), st.sampled_from([1.0, 3.0]))
def test_never_more_than_the_burst_and_the_rate_since(gaps: list[float], rate: float) -> None:
    limit, now, taken = RateLimit(), 0.0, 0
    for gap in gaps:
        now += gap
        taken += limit.take("a", per_second=rate, now=now) == 0
        assert taken <= 2 * rate + now * rate + 1e-6
