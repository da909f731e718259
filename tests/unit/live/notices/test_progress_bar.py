"""Progress: one notice that moves, ends in words, and can be cancelled."""

import asyncio
import io
import itertools
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from live.notices import Cancelled, everyone, progress, staff
from live.notices import progress_bar as module
from live.notices.models import Counter, Notice
from tests.waiting import until_async

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every step is written."""
    monkeypatch.setattr(module, "MIN_SECONDS_BETWEEN_WRITES", 0.0)


def state() -> tuple[str, float | None, int, str]:
    notice = Notice.objects.get()
    return notice.text, notice.fraction, notice.level, notice.cancel


def test_three_lines_around_a_loop(always: None) -> None:
    seen = [(n, *state()[:2]) for n in progress(range(4), everyone, "Importing")]
    assert seen == [
        (0, "Importing: 0 % (0 of 4)", 0.0),
        (1, "Importing: 25 % (1 of 4)", 0.25),
        (2, "Importing: 50 % (2 of 4)", 0.5),
        (3, "Importing: 75 % (3 of 4)", 0.75),
    ]
    assert state() == ("Importing: done (4)", None, 25, "")
    assert Notice.objects.get().revision == 5


def test_it_is_written_seldom_and_at_the_end() -> None:
    for _ in progress(range(2000), everyone, "Importing"):
        pass
    assert state()[0] == "Importing: done (2,000)"
    assert Notice.objects.get().revision < 50


def test_nobody_knows_how_many_there_are(always: None) -> None:
    seen = [state()[:2] for _ in progress(iter("ab"), everyone, "Importing")]
    assert seen == [("Importing: 0", -1.0), ("Importing: 1", -1.0)]
    assert state()[0] == "Importing: done (2)"


def test_told_how_many(always: None) -> None:
    assert [state()[1] for _ in progress(iter("ab"), everyone, "Importing", total=4)] == [0.0, 0.25]


def test_of_nothing() -> None:
    assert list(progress([], everyone, "Importing")) == []
    assert state()[0] == "Importing: done (0)"


def test_without_a_loop(always: None) -> None:
    with progress(None, everyone, "Importing", total=10) as bar:
        bar.step(3)
        assert state()[:2] == ("Importing: 30 % (3 of 10)", 0.3)
        bar.step(7)
        assert state()[1] == 0.999  # it has not ended
    assert state()[0] == "Importing: done (10)"


def test_what_fails_says_so_and_raises(always: None) -> None:
    with pytest.raises(ZeroDivisionError), progress(None, everyone, "Importing", total=3) as bar:
        bar.step()
        raise ZeroDivisionError
    assert state() == ("Importing failed (1 of 3)", None, 40, "")


def test_items_that_fail_say_so_and_a_loop_that_fails_has_stopped(always: None) -> None:
    """A generator is not told why its loop is left."""

    def items() -> Any:
        yield 1
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        list(progress(items(), everyone, "Reading"))
    assert Notice.objects.get().text == "Reading failed (1)"
    with pytest.raises(ZeroDivisionError):
        for _ in progress(range(3), staff, "Importing"):
            raise ZeroDivisionError
    assert Notice.objects.get(recipients="staff").text == "Importing: stopped (0 of 3)"


def test_a_loop_that_is_left_has_stopped(always: None) -> None:
    items = iter(progress(range(3), everyone, "Importing"))
    next(items), next(items)
    items.close()  # type: ignore[attr-defined]  # as break does
    assert state() == ("Importing: stopped (1 of 3)", None, 30, "")


def test_whoever_presses_the_button_ends_it(always: None) -> None:
    done: list[int] = []
    with pytest.raises(Cancelled):
        for n in progress(range(10), everyone, "Importing", cancellable=True):
            done.append(n)
            assert state()[3] == "offered"
            if n == 2:
                Notice.objects.update(cancel="asked")
    assert done == [0, 1, 2]
    assert state() == ("Importing: cancelled (3 of 10)", None, 30, "")


def test_an_update_does_not_take_back_what_was_pressed(monkeypatch: pytest.MonkeyPatch, always: None) -> None:
    with progress(None, everyone, "Importing", total=4, cancellable=True) as bar:
        bar.step()
        Notice.objects.update(cancel="asked")
        bar._write("info", "in between", 0.5)
        assert state()[3] == "asked"


def test_one_that_was_not_offered_cannot_be_cancelled(always: None) -> None:
    for _ in progress(range(3), everyone, "Importing"):
        Notice.objects.update(cancel="asked")


def test_two_runs_are_two_notices() -> None:
    for _ in range(2):
        list(progress(range(1), everyone, "Importing"))
    assert Notice.objects.count() == 2


def test_async_for(always: None) -> None:
    async def run() -> list[int]:
        return [n async for n in progress(range(3), everyone, "Importing")]

    assert asyncio.run(run()) == [0, 1, 2]
    assert state()[0] == "Importing: done (3)"


def test_async_for_that_is_cancelled(always: None) -> None:
    async def run() -> None:
        async for _ in progress(range(9), everyone, "Importing", cancellable=True):
            await Notice.objects.aupdate(cancel="asked")

    with pytest.raises(Cancelled):
        asyncio.run(run())
    assert state()[0] == "Importing: cancelled (1 of 9)"


@pytest.mark.parametrize("failing", [True, False])
def test_an_async_loop_that_is_left_has_stopped(always: None, failing: bool) -> None:
    async def leave() -> None:
        async for n in progress(itertools.count(), everyone, "Importing"):
            if n == 2 and failing:
                raise ZeroDivisionError
            if n == 2:
                break

    async def run() -> None:
        if failing:
            with pytest.raises(ZeroDivisionError):
                await leave()
        else:
            await leave()
        others = lambda: asyncio.all_tasks() - {asyncio.current_task()}  # noqa: E731
        await until_async(lambda: not others(), "the generator is closed")

    asyncio.run(run())
    assert state() == ("Importing: stopped (2)", None, 30, "")


def test_an_interrupted_one_has_stopped_and_not_failed() -> None:
    with pytest.raises(KeyboardInterrupt), progress(None, everyone, "Importing"):
        raise KeyboardInterrupt
    assert state()[0] == "Importing: stopped (0)"


def test_what_went_wrong_is_raised_where_the_end_cannot_be_written(caplog: pytest.LogCaptureFixture) -> None:
    running = progress(None, everyone, "Importing")
    with pytest.raises(IntegrityError), transaction.atomic(), running, transaction.atomic(savepoint=False):
        Counter.objects.bulk_create([Counter(name="one"), Counter(name="one")])
    assert not Notice.objects.exists()
    assert "it could not be shown how this ended: Importing" in caplog.text


def test_an_end_that_cannot_be_written_is_raised_where_nothing_else_went_wrong(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*args: Any) -> None:
        raise DatabaseError("full")

    with pytest.raises(DatabaseError, match="full"), progress(None, everyone, "Importing") as bar:
        monkeypatch.setattr(bar, "_write", refuse)


def test_more_than_were_told(always: None) -> None:
    with progress(None, everyone, "Importing", total=2) as bar:
        bar.step(3)
        assert state()[:2] == ("Importing: 100 % (3 of 2)", 0.999)


def test_a_terminal_gets_a_bar(monkeypatch: pytest.MonkeyPatch, always: None) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    screen = Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    list(progress(range(2), everyone, "Importing"))
    shown = screen.getvalue()
    assert "[" + "#" * 15 + "." * 15 + "] Importing: 50 % (1 of 2)" in shown
    assert shown.endswith("[" + "#" * 30 + "] Importing: done (2)\n")


def test_no_terminal_gets_nothing(capfd: Any) -> None:
    list(progress(range(2), everyone, "Importing"))
    assert capfd.readouterr() == ("", "")
