"""When a worker that has ended is started again."""

from live.workers.restarts import MAX_EARLY_ENDS, MAX_PAUSE_SECONDS, STABLE_SECONDS, Restarts


def test_one_that_has_served_is_started_at_once_however_often() -> None:
    restarts = Restarts()
    assert [restarts.pause_after(STABLE_SECONDS) for _ in range(100)] == [0.0] * 100
    assert not restarts.is_hopeless


def test_one_that_ends_early_waits_longer_with_each_time() -> None:
    restarts = Restarts()
    pauses = [restarts.pause_after(STABLE_SECONDS - 0.1) for _ in range(20)]
    assert pauses[:4] == [0.25, 0.5, 1.0, 2.0]
    assert pauses == sorted(pauses)
    assert pauses[-1] == MAX_PAUSE_SECONDS


def test_after_some_early_ends_there_is_no_hope() -> None:
    restarts = Restarts()
    for _ in range(MAX_EARLY_ENDS - 1):
        restarts.pause_after(0.0)
    assert not restarts.is_hopeless
    restarts.pause_after(0.0)
    assert restarts.is_hopeless


def test_one_that_has_served_makes_good_what_was_before() -> None:
    restarts = Restarts()
    for _ in range(MAX_EARLY_ENDS - 1):
        restarts.pause_after(0.0)
    restarts.pause_after(STABLE_SECONDS)
    assert restarts.pause_after(0.0) == 0.25
    assert not restarts.is_hopeless
