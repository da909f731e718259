"""After each fault every open page equals itself freshly loaded within 5 seconds, whatever was written meanwhile."""

import time
from collections.abc import Iterator

import pytest

from tests.faults.faults import FAULTS, Fault
from tests.faults.stage import Stage, Writes, stages, wait
from tests.servers import Site

pytestmark = pytest.mark.fault


@pytest.fixture(scope="module")
def stage(request: pytest.FixtureRequest, installation: Site) -> Iterator[Stage]:
    """One installation of a kind with open pages, for all faults that happen to it."""
    for stage in stages(request.param, installation):
        stage.populate()
        yield stage


PARAMETERS = [
    pytest.param(
        fault.stage, fault, id=f"{fault.stage}: {fault.name}", marks=[pytest.mark.slow] if fault.is_slow else []
    )
    for fault in FAULTS
]


@pytest.mark.parametrize(("stage", "fault"), PARAMETERS, indirect=["stage"])
def test_every_page_is_true_within_5_seconds(stage: Stage, fault: Fault) -> None:
    writes = Writes(stage)
    writes.all()
    stage.crowd.is_true("before")
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
