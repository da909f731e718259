"""One line a minute for each kind of event, and nothing unsaid."""

import logging
import subprocess
import sys

import pytest

from live.limited_log import LimitedLog


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def log(clock: Clock) -> LimitedLog:
    return LimitedLog(logging.getLogger("live.tests"), clock)


def test_the_first_is_logged_at_once_and_the_next_after_a_minute_with_the_count(
    log: LimitedLog, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(413):
        log.warning("no place for %s", number)
    assert caplog.messages == ["no place for 0"]
    clock.now += 59.9
    log.warning("no place for %s", 413)
    assert len(caplog.messages) == 1
    clock.now += 0.1
    log.warning("no place for %s", 414)
    assert caplog.messages[1:] == ["no place for 414 (and 413 more since the last such line)"]
    clock.now += 60
    log.warning("no place for %s", 415)
    assert caplog.messages[2:] == ["no place for 415"]


def test_kinds_do_not_hide_one_another(log: LimitedLog, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(3):
        log.warning("no place for %s", "a")
        log.warning("no time for %s", "a")
    assert caplog.messages == ["no place for a", "no time for a"]


def test_a_percent_sign_in_what_somebody_sent_is_no_format(log: LimitedLog, caplog: pytest.LogCaptureFixture) -> None:
    log.warning("no place for %s", "%s %d")
    assert caplog.messages == ["no place for %s %d"]


def test_a_project_that_configures_no_logging_sees_it_on_stderr() -> None:
    code = """
import logging, django
from django.conf import settings
settings.configure(DEBUG=False)
django.setup()
from live.limited_log import LimitedLog
LimitedLog(logging.getLogger("live.socket.consumer")).warning("no place for %s", "a")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stderr == "no place for a\n"
