"""After each fault every open page equals itself freshly loaded within 5 seconds, whatever was written meanwhile."""

import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.faults.faults import FAULTS, Fault
from tests.faults.stage import Stage, Writes, a_stage, wait
from tests.servers import Site
from tests.waiting import DEADLINE

pytestmark = pytest.mark.fault


class Opened:
    """The stage that is open, for all faults that happen on one of its kind."""

    def __init__(self, installation: Site) -> None:
        self.stack = ExitStack()
        self._installation = installation
        self._kind = ""

    def of_kind(self, kind: str) -> Stage:
        if kind != self._kind:
            self.close()
            self.stage = self.stack.enter_context(a_stage(kind, self._installation))
            self.stage.populate()
            self._kind = kind
        return self.stage

    def close(self) -> None:
        self._kind = ""
        self.stack.close()


@pytest.fixture(scope="module")
def opened(installation: Site) -> Iterator[Opened]:
    opened = Opened(installation)
    yield opened
    opened.close()


@pytest.fixture
def stage(request: pytest.FixtureRequest, fault: Fault, opened: Opened) -> Iterator[Stage]:
    """With open pages. What a failure leaves is nothing for the next test."""
    failed = request.session.testsfailed
    yield opened.of_kind(fault.stage)
    if request.session.testsfailed > failed:
        opened.close()


PARAMETERS = [
    pytest.param(
        fault,
        id=f"{fault.stage}: {fault.name}",
        marks=[*([pytest.mark.slow] if fault.slow else []), *([pytest.mark.storm] if fault.alone else [])],
    )
    for fault in FAULTS
]


@pytest.mark.parametrize("fault", PARAMETERS)
def test_every_page_is_true_within_5_seconds(stage: Stage, fault: Fault) -> None:
    writes = Writes(stage)
    writes.all()
    stage.crowd.is_true("before", DEADLINE)
    fault.does(stage)
    for _ in range(3):
        writes.some()
        wait(fault.seconds / 3)
    fault.undoes(stage)
    again = time.monotonic()
    stage.crowd.is_true(f"after {fault.name}")
    print(f"{fault.name}: true again after {time.monotonic() - again:.1f} s")
    writes.settle()
    stage.crowd.is_true(f"after {fault.name} and what was written during it")
    writes.all()
    stage.crowd.is_true("with what is written afterwards")
    writes.close()
