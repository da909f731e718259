"""One process at a time keeps the database small."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from live import process_name
from series import lease, maintenance
from series.models import Lease, Point
from series.samples import Sample
from series.storage.write import write

pytestmark = [pytest.mark.database, pytest.mark.django_db]
NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def become(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Be another process."""
    return lambda name: monkeypatch.setattr(process_name, "_name", name)


class TestLease:
    def test_is_one_process_at_a_time(self, become: Any) -> None:
        become("a")
        assert lease.take("x", NOON, MINUTE)
        assert lease.take("x", NOON + MINUTE / 2, MINUTE), "renewed"
        become("b")
        assert not lease.take("x", NOON + MINUTE, MINUTE)
        assert lease.take("y", NOON + MINUTE, MINUTE), "another one"
        assert lease.take("x", NOON + 2 * MINUTE, MINUTE), "not renewed"
        become("a")
        assert not lease.take("x", NOON + 2 * MINUTE, MINUTE)

    def test_given_back_it_is_free(self, become: Any) -> None:
        become("a")
        assert lease.take("x", NOON, MINUTE)
        become("b")
        lease.give_back("x")
        assert not lease.take("x", NOON, MINUTE), "of another process it stays"
        become("a")
        lease.give_back("x")
        become("b")
        assert lease.take("x", NOON, MINUTE)

    def test_of_a_clock_that_was_wrong_it_does_not_last_for_ever(self, become: Any) -> None:
        become("a")
        assert lease.take("x", NOON + timedelta(days=400), MINUTE)
        become("b")
        assert lease.take("x", NOON, MINUTE)


def test_the_command_deletes_what_is_old_and_says_how_much(settings: Any) -> None:
    settings.RETENTION_DAYS = [7, 90, None]
    write(Sample("cpu", {}, NOON - timedelta(days=number), 1.0) for number in range(3))
    out = StringIO()
    call_command("maintain", stdout=out)
    assert out.getvalue() == "6 rows of points and summaries were deleted.\n"
    assert not Point.objects.exists()


def test_the_command_says_where_another_process_is_at_it(become: Any) -> None:
    become("a")
    assert lease.take(maintenance.LEASE, datetime.now(UTC), MINUTE)
    become("b")
    with pytest.raises(CommandError, match="Another process"):
        call_command("maintain")
    assert Lease.objects.get().holder == "a"
