from live.log_limit import INTERVAL_SECONDS, LogLimit


def test_a_line_is_written_once_a_minute_and_says_how_many_were_left_out() -> None:
    now = 1000.0
    limit = LogLimit(lambda: now)
    assert [limit.next("wrong"), limit.next("wrong"), limit.next("wrong")] == ["", None, None]
    assert limit.next("other") == "", "each by itself"
    now += INTERVAL_SECONDS - 0.1
    assert limit.next("wrong") is None
    now += 0.1
    assert limit.next("wrong") == " (3 more since the last line about it)"
    now += INTERVAL_SECONDS
    assert limit.next("wrong") == ""
