"""New code while people look and programs send: no request fails, and every page is true within 5 seconds."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.load import Load
from tests.faults.stage import MACHINE, WEEK, Stage
from tests.proxies import Nginx
from tests.servers import Site
from tests.waiting import until

pytestmark = pytest.mark.fault


@pytest.fixture
def behind_nginx(pair: tuple[Site, Site], tmp_path: Path) -> Iterator[tuple[Site, Stage]]:
    """Two processes with an nginx in front; the address of that, and the processes."""
    first, second = pair
    with Nginx(tmp_path / "nginx", first.port, second=second.port) as nginx:
        front = Site(first.folder, port=nginx.port, token=first.token)
        yield front, Stage([first, second])


@pytest.fixture
def two_workers(stopped_site: Site) -> Stage:
    stopped_site.workers = 2
    return Stage([stopped_site.start()])


def check(front: Site, stage: Stage, steps: list[Callable[[], None]]) -> None:
    """While 50 pages are open, and more are loaded, and points are sent."""
    load = Load(front, WEEK)
    try:
        stage.crowd.open(front, WEEK, 35)
        stage.crowd.open(front, MACHINE, 15)
        load.start()
        load.goes_on()
        for step in steps:
            step()
            load.goes_on()
            stage.crowd.is_true("after a restart")
        assert front.send({"series": "week", "tags": {"day": "Mon"}, "value": 77}).status == 200
        stage.crowd.is_true("with what is sent afterwards")
        load.stop()
        values = {value for (value,) in stage.execute("SELECT value FROM series_point WHERE value > 20000")}
        assert values == set(load.acknowledged)
    finally:
        load.stop()
        stage.crowd.close()


def test_two_processes_behind_nginx_one_after_the_other(behind_nginx: tuple[Site, Stage]) -> None:
    front, stage = behind_nginx

    def restart(server: Site) -> None:
        """As `systemctl restart` does it, and then waits for /readyz."""
        assert server.stop_only() == 0
        server.start()
        until(lambda: server.http("GET", "/readyz").status == 200, "it is ready")

    check(front, stage, [lambda: restart(stage.servers[0]), lambda: restart(stage.servers[1])])


def test_two_workers_with_sighup(two_workers: Stage) -> None:
    check(two_workers.server, two_workers, [two_workers.server.replace_workers] * 2)
