"""Whatever arrives while a commit is under way shares the next one."""

import asyncio
import os
import threading
from datetime import UTC, datetime, timedelta

import pytest

from series.ingest import writer as writing
from series.ingest.writer import Waiting, Writer
from series.samples import Sample
from series.storage.write import Batch, Written
from tests.unit.live.screens import count

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
DEADLINE = 30


def sample(second: float = 0, name: str = "cpu") -> Sample:
    return Sample(name, {}, NOON + timedelta(seconds=second), 1.0)


class Commits:
    """In the place of the database: what is committed together, one after the other, each when it is let through."""

    def __init__(self) -> None:
        self.made: list[list[Batch]] = []
        self.begun, self.go_on = threading.Semaphore(0), threading.Semaphore(0)

    def __call__(self, batches: list[Batch]) -> list[Written | Exception]:
        self.made.append(batches)
        self.begun.release()
        assert self.go_on.acquire(timeout=DEADLINE), "a commit was not let through"
        bad = ValueError("bad")
        return [bad if batch.samples[0].name == "bad" else Written(len(batch.samples)) for batch in batches]


@pytest.fixture
def commits(monkeypatch: pytest.MonkeyPatch) -> Commits:
    made = Commits()
    monkeypatch.setattr(writing, "write_together", made)
    return made


async def begun(commits: Commits) -> None:
    assert await asyncio.to_thread(commits.begun.acquire, timeout=DEADLINE), "the first commit has begun"


def submit(writer: Writer, *samples: Sample) -> Waiting:
    return writer.submit(Batch(samples))


async def result_of(waiting: Waiting) -> Written:
    return await asyncio.wait_for(waiting, DEADLINE)


async def test_those_that_come_meanwhile_are_committed_together(commits: Commits) -> None:
    writer = Writer()
    first = submit(writer, sample())
    await begun(commits)
    others = [submit(writer, sample(number), sample(number, "ram")) for number in range(5)]
    bad = submit(writer, sample(name="bad"))
    gone = submit(writer, sample())
    gone.cancel()
    assert not first.done()
    commits.go_on.release(2)
    assert await result_of(first) == Written(1)
    assert [await result_of(other) for other in others] == [Written(2)] * 5
    with pytest.raises(ValueError, match="bad"):
        await result_of(bad)
    assert [len(made) for made in commits.made] == [1, 6], "and nobody waits for the one that was cancelled"


async def test_a_commit_is_bounded(commits: Commits, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "MAX_SAMPLES_AT_ONCE", 4)
    writer = Writer()
    first = submit(writer, sample())
    await begun(commits)
    others = [submit(writer, *map(sample, range(3))) for _ in range(4)]
    commits.go_on.release(3)
    for future in (first, *others):
        await result_of(future)
    assert [sum(len(batch.samples) for batch in made) for made in commits.made] == [1, 6, 6]


async def test_where_nothing_can_be_committed_all_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(batches: list[Batch]) -> list[Written | Exception]:
        raise RuntimeError("away")

    monkeypatch.setattr(writing, "write_together", fail)
    writer = Writer()
    for _ in range(2):
        with pytest.raises(RuntimeError, match="away"):
            await result_of(submit(writer, sample()))


async def test_a_connection_that_cannot_be_given_back_keeps_nobody_waiting(
    commits: Commits, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise RuntimeError("the pool is closed")

    monkeypatch.setattr(writing, "give_back", fail)
    writer = Writer()
    before = count("live_failures_total", where="series writer")
    for _ in range(2):
        commits.go_on.release()
        assert await result_of(submit(writer, sample())) == Written(1)
    assert count("live_failures_total", where="series writer") == before + 2
    assert "the pool is closed" in caplog.text


async def test_a_process_that_was_forked_has_a_thread_of_its_own(
    commits: Commits, monkeypatch: pytest.MonkeyPatch
) -> None:
    commits.go_on.release(2)
    writer = Writer()
    await result_of(submit(writer, sample()))
    pid = os.getpid()
    monkeypatch.setattr(os, "getpid", lambda: pid + 1)
    before = threading.active_count()
    await result_of(submit(writer, sample()))
    assert threading.active_count() == before + 1


async def test_a_loop_that_is_closed_keeps_no_other_from_its_answers(commits: Commits) -> None:
    writer = Writer()
    first = submit(writer, sample())
    await begun(commits)

    async def leave() -> None:
        submit(writer, sample())

    await asyncio.to_thread(asyncio.run, leave())
    other = submit(writer, sample())
    commits.go_on.release(2)
    assert [await result_of(one) for one in (first, other)] == [Written(1)] * 2
    assert [len(made) for made in commits.made] == [1, 2]
