"""Any sequence of writes, faults and reconnects ends with every page equal to itself freshly loaded."""

import itertools
import os
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from tests.console import Console, Failed
from tests.crowd import Page
from tests.faults import faults
from tests.faults.stage import MACHINE, WEEK, Stage, Writes, a_stage, wait
from tests.servers import Site
from tests.waiting import PROMISED, until

pytestmark = pytest.mark.fault

# Of each kind of stage; HYPOTHESIS_PROFILE=many looks for more (make test-faults).
EXAMPLES = {"sqlite": 5, "workers": 3, "redis": 6, "postgres": 2}
MANY = 20 if os.environ.get("HYPOTHESIS_PROFILE") == "many" else 1
PATHS = st.sampled_from([WEEK, MACHINE, "/"])


class Installation(RuleBasedStateMachine):
    """What may happen to an installation, in any order. At the end everything can be reached again."""

    stage: Stage
    console: Console

    numbers = itertools.count(1)

    def __init__(self) -> None:
        super().__init__()
        self.writes = Writes(self.stage)
        self.stopped: list[Page] = []
        # What is away, with what brings it back.
        self.away: dict[str, Any] = {}
        # For each notice by its name on a page: the pages that were there when it was sent.
        self.notices: dict[str, list[Page]] = {}

    @property
    def server(self) -> Site:
        """One that runs, if one does."""
        return self.stage.servers[-1]

    @initialize(paths=st.lists(PATHS, min_size=2, max_size=4))
    def pages_are_open(self, paths: list[str]) -> None:
        for path in paths:
            for server, proxy in zip(self.stage.servers, self.stage.clients, strict=True):
                self.stage.crowd.open(server, path, port=proxy.port)

    # Writes

    @rule(count=st.integers(1, 10))
    def points_are_sent(self, count: int) -> None:
        for _ in range(count):
            self.writes.point(self.server, next(Writes.numbers))

    @rule()
    def a_banner_is_posted_or_says_more(self) -> None:
        self.writes.banner_text(self.server, next(Writes.numbers))

    @rule()
    def a_panel_is_edited_without_a_hint(self) -> None:
        self.writes.title(self.server, next(Writes.numbers))

    def in_the_console(self, code: str, expression: str = "None") -> Any:
        """None where the database is away."""
        try:
            return self.console.run(code, expression)
        except Failed as error:
            assert self.away, error
            return None

    @rule()
    def a_panel_is_edited(self) -> None:
        self.in_the_console(
            f"panel = Panel.objects.get(editable=True); panel.title = 'Edited {next(self.numbers)}'; panel.save()"
        )

    @rule()
    def a_panel_is_added(self) -> None:
        self.in_the_console(
            f"panel = Panel.objects.create(board=week, title='Added {next(self.numbers)}', kind='stat', position=9);"
            "PanelSeries.objects.create(panel=panel, series=Series.objects.get(identity__contains='Mon'))"
        )

    @rule()
    def a_panel_is_deleted(self) -> None:
        self.in_the_console("added = Panel.objects.filter(title__startswith='Added').first(); added and added.delete()")

    @rule()
    def a_notice_is_sent(self) -> None:
        here = list(self.stage.crowd.pages)
        name = self.in_the_console(
            f"sent = notify(everyone, 'info', 'Notice {next(self.numbers)}')",
            "sent.dom_id.removeprefix('notice-') + '.' + str(sent.revision)",
        )
        if name:
            self.notices[name] = here

    # Pages

    @precondition(lambda self: not self.away and len(self.stage.crowd.pages) < 20)
    @rule(path=PATHS)
    def a_page_is_opened(self, path: str) -> None:
        self.stage.crowd.open(self.stage.server, path, port=self.stage.clients[0].port)

    @precondition(lambda self: len(self.stage.crowd.pages) > 4)
    @rule()
    def a_page_is_closed(self) -> None:
        self.stage.crowd.leave(self.stage.crowd.pages[0])

    @precondition(lambda self: len(self.stopped) < 3)
    @rule()
    def a_page_does_not_run(self) -> None:
        page = next(page for page in self.stage.crowd.pages if page not in self.stopped)
        self.stage.crowd.stop(page)
        self.stopped.append(page)

    @precondition(lambda self: self.stopped)
    @rule()
    def it_runs_again(self) -> None:
        self.stage.crowd.go_on(self.stopped.pop())

    @rule()
    def sockets_are_cut(self) -> None:
        self.stage.crowd.cut(*self.stage.crowd.pages[::2])

    @rule(bytes=st.integers(1, 5000))
    def sockets_are_cut_inside_a_frame(self, bytes: int) -> None:
        for proxy in self.stage.clients:
            proxy.cut_after(bytes)

    # Faults

    @precondition(lambda self: not self.away)
    @rule()
    def a_server_is_killed(self) -> None:
        self.stage.server.kill()
        self.away["server"] = self.stage.server.start

    @precondition(lambda self: not self.away and self.stage.server.workers)
    @rule()
    def a_worker_is_killed(self) -> None:
        self.stage.server.kill_worker()

    @precondition(lambda self: not self.away and self.stage.server.workers)
    @rule()
    def workers_are_replaced(self) -> None:
        self.stage.server.replace_workers()

    @precondition(lambda self: not self.away and self.stage.redis)
    @rule()
    def redis_stops(self) -> None:
        faults.stop_redis(self.stage)
        self.away["redis"] = lambda: faults.start_redis(self.stage)

    @precondition(lambda self: not self.away and self.stage.redis)
    @rule()
    def redis_forgets(self) -> None:
        faults.ask_redis("FLUSHALL")(self.stage)
        faults.ask_redis("CLIENT", "KILL", "SKIPME", "yes")(self.stage)

    @precondition(lambda self: not self.away and self.stage.postgres)
    @rule(how=st.sampled_from([faults.stop_postgres, faults.kill_postgres]))
    def postgres_stops(self, how: Any) -> None:
        how(self.stage)
        self.away["postgres"] = lambda: faults.start_postgres(self.stage)

    @precondition(lambda self: not self.away and self.stage.postgres)
    @rule()
    def connections_to_the_database_are_killed(self) -> None:
        faults.end_backends(self.stage)

    @precondition(lambda self: not self.away)
    @rule()
    def the_database_is_locked(self) -> None:
        with faults.locked(self.stage):
            self.writes.some()
            wait(1)

    @precondition(lambda self: self.away)
    @rule()
    def it_comes_back(self) -> None:
        _, come_back = self.away.popitem()
        come_back()

    @rule(tenths=st.integers(1, 15))
    def time_passes(self, tenths: int) -> None:
        wait(tenths / 10)

    # The end

    def teardown(self) -> None:
        crowd = self.stage.crowd
        try:
            while self.away:
                self.it_comes_back()
            crowd.go_on(*self.stopped)
            crowd.is_true("after all of it")
            self.writes.settle()
            crowd.is_true("and after what took longer")
            until(
                lambda: not self.missing(), lambda: f"every notice on every page; missing: {self.missing()}", PROMISED
            )
            self.writes.close()
        finally:
            crowd.leave(*crowd.pages)

    def missing(self) -> list[str]:
        """Notices that a page has not had which was there when they were sent, and still is."""
        return [
            f"{name} on {page.path}, {page.state} {page.codes}"
            for name, pages in self.notices.items()
            for page in pages
            if page in self.stage.crowd.pages and not page.notices[name]
        ]


@pytest.fixture(scope="module")
def stage(request: pytest.FixtureRequest, installation: Site) -> Iterator[Stage]:
    with a_stage(request.param, installation) as stage:
        yield stage


@pytest.mark.parametrize("stage", EXAMPLES, indirect=True)
def test_whatever_happens_every_page_is_true_in_the_end(stage: Stage, request: pytest.FixtureRequest) -> None:
    console = Console(stage.server)
    request.addfinalizer(console.close)
    console.run(
        "from boards.models import *; from series.models import Series; from live.notices import *;"
        "week = Board.objects.get(slug='this-week');"
        # Many sequences in a minute are more than one person would send.
        "from live.notices import permissions; permissions.MAX_TO_EVERYONE = 10**9"
    )
    machine = type("Installed", (Installation,), {"stage": stage, "console": console})
    kind = request.node.callspec.params["stage"]
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES[kind] * MANY,
            stateful_step_count=12,
            deadline=None,
            # What failed is told as it was: a real server would take hours to find a shorter way to it.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
            print_blob=False,
        ),
    )
