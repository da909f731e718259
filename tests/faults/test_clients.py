"""What happens to clients and to the machine: a deploy before five hundred of them, sleep, a clock that jumps."""

import json
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from tests.crowd import Crowd
from tests.faults.stage import WEEK, Stage, Writes, wait
from tests.proxy import Proxy
from tests.servers import ROOT, Site, movable_clock
from tests.waiting import DEADLINE, PROMISED, until

pytestmark = pytest.mark.fault
VIEWERS = 500


@pytest.fixture
def crowd() -> Iterator[Crowd]:
    crowd = Crowd()
    yield crowd
    crowd.close()


def send(site: Site, value: int) -> None:
    assert site.send({"series": "week", "value": value, "tags": {"day": "Mon"}}).status == 200


@pytest.mark.storm
def test_a_deploy_before_500_viewers(site: Site, crowd: Crowd) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 4 * VIEWERS)), hard))
    pages = crowd.open(site, WEEK, VIEWERS)
    send(site, 11_111)
    crowd.is_true("before", DEADLINE)
    site.process.send_signal(signal.SIGTERM)
    site.shell("from boards.models import Panel; Panel.objects.filter(editable=True).update(title='While away')")
    assert site.process.wait(60) == 0
    site.start()
    again = time.monotonic()
    crowd.is_true("after the deploy")
    print(f"true again after {time.monotonic() - again:.1f} s")
    assert all("While away" in page.html for page in pages)
    assert {page.codes[0] for page in pages} == {4000}, "each was told to come back"
    send(site, 22_222)
    crowd.is_true("afterwards")


@pytest.mark.slow
def test_a_viewer_that_is_stopped_for_a_minute(site: Site) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.crowd", str(site.port), WEEK, "3"],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdin and process.stdout
    try:
        assert process.stdout.readline() == "live\n"
        process.send_signal(signal.SIGSTOP)
        for number in range(60):
            send(site, 10_000 + number)
            wait(1)
        process.send_signal(signal.SIGCONT)

        def differences() -> list[str]:
            process.stdin.write("\n")
            process.stdin.flush()
            found: list[str] = json.loads(process.stdout.readline())
            return found

        until(lambda: not differences(), lambda: f"true again; {differences()}", PROMISED)
    finally:
        process.stdin.close()
        process.send_signal(signal.SIGCONT)
        process.wait(30)
        process.stdout.close()


# On and back, and the other way around.
@pytest.mark.parametrize("jump", ["+3700", pytest.param("-3700", marks=pytest.mark.slow)])
def test_a_clock_that_jumps(stopped_site: Site, crowd: Crowd, jump: str) -> None:
    clock = movable_clock(stopped_site)
    site = stopped_site.start()
    with Proxy(site.port) as proxy:
        stage = Stage([site], clients=[proxy], crowd=crowd)
        stage.populate()
        writes = Writes(stage)
        writes.all()
        crowd.is_true("before", DEADLINE)
        # movable_clock looks at its file once a second.
        for name, offset in (("the jump", jump), ("the way back", "+0")):
            clock.write_text(offset)
            writes.some()
            wait(2)
            crowd.is_true(f"after {name}")
            writes.all()
            crowd.is_true(f"with what is written after {name}")
        writes.close()
        crowd.leave(*crowd.pages)
