"""Series as line protocol, out and in."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from series.ingest.line_protocol import Line, parse
from series.models import Point, Series
from series.samples import Sample, SampleError
from series.storage.write import write
from series.transfer import NoLineProtocol
from series.values import FixedState
from tests.unit.series.sending import states

NOON = datetime(2026, 1, 31, 12, 0, 0, 123456, tzinfo=UTC)


def points() -> list[tuple[str, datetime, float]]:
    """All that are stored."""
    rows = Point.objects.order_by("series__identity", "time")
    return [(point.series.identity, point.time, point.value) for point in rows.select_related("series")]


def export(*names: str) -> str:
    out = io.StringIO()
    call_command("series", "export", *names, stdout=out)
    return out.getvalue()


@pytest.mark.database
@pytest.mark.django_db
class TestCommand:
    def test_what_goes_out_comes_in_as_it_was(self, tmp_path: Path, django_assert_max_num_queries) -> None:
        write(Sample("cpu", {"host": "a b"}, NOON + timedelta(seconds=n), n / 7 - 50) for n in range(400))
        write([Sample("ram, free", {}, NOON, 1e300)])
        before, file = points(), tmp_path / "points"
        file.write_text(export(), encoding="utf-8")
        assert "cpu,host=a\\ b value=-50.0 1769860800123456000\n" in file.read_text()
        for series in Series.objects.all():
            series.delete()
        out = io.StringIO()
        with django_assert_max_num_queries(25):
            call_command("series", "import", str(file), stdout=out)
        assert out.getvalue() == "401 points are stored.\n"
        assert points() == before
        call_command("series", "import", str(file), stdout=out)
        assert points() == before, "twice is once"

    def test_integers_and_states_are_what_they_were(self, tmp_path: Path) -> None:
        values = {
            "counter": [2**53 + 1, 1.5, 1 - 2**63],
            "door": ["open", 'half "open", \\ =', "", "open"],
            "lamp": [True, False],
            "job": [FixedState(("down", "up"), 1)],
        }
        for name, some in values.items():
            write(Sample(name, {}, NOON + timedelta(seconds=n), value) for n, value in enumerate(some))
        rows = Point.objects.order_by("series__name", "time").values_list("series__name", "time", "value", "exact")
        before, texts, file = list(rows), states(), tmp_path / "points"
        assert 'door value="half \\"open\\", \\\\ =" ' in export() and "counter value=9007199254740993i " in export()
        file.write_text(export(), encoding="utf-8")
        for series in Series.objects.all():
            series.delete()
        call_command("series", "import", str(file), stdout=io.StringIO())
        assert list(rows.exclude(series__name="job")) == [row for row in before if row[0] != "job"]
        assert states() == {**texts, "job": ["up"]}

    def test_what_a_series_cannot_hold_is_named(self, tmp_path: Path) -> None:
        file = tmp_path / "points"
        file.write_text('cpu value=1 1000\ncpu value="x" 2000\n')
        with pytest.raises(CommandError, match="The series 'cpu' holds numbers; this is a text."):
            call_command("series", "import", str(file))

    def test_some_go_out_by_name(self) -> None:
        for name in ("cpu", "cpu.user", "ram"):
            write([Sample(name, {}, NOON, 1.0)])
        assert [line.split()[0] for line in export("cpu.*", "ram").splitlines()] == ["cpu.user", "ram"]
        assert [line.split()[0] for line in export("cpu*").splitlines()] == ["cpu", "cpu.user"]
        with pytest.raises(CommandError, match=r"There is no series disk\."):
            export("disk")

    def test_standard_input(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO("cpu,host=a user=1,system=2i 1769860800000000000\n"))
        call_command("series", "import", stdout=io.StringIO())
        assert [(identity, value) for identity, _time, value in points()] == [
            ("cpu.system{host=a}", 2),
            ("cpu.user{host=a}", 1),
        ]

    def test_what_cannot_be_written_is_named_and_the_others_are(self) -> None:
        for name, tags in (("#cpu", {}), ("disk", {"empty": ""}), ("ram", {})):
            write([Sample(name, tags, NOON, 1.0)])
        out = io.StringIO()
        with pytest.raises(CommandError, match=r"(?s)#cpu cannot be written .*disk\{empty=\} cannot be written"):
            call_command("series", "export", stdout=out)
        assert out.getvalue().startswith("ram value=1.0 ")

    @pytest.mark.parametrize(
        ("last", "words"),
        [
            ("cpu", "Line 5002, column 4: unable to parse 'cpu': missing fields. 5000 points before it are stored"),
            ("cpu value=1 9999999999999999999", "Line 5002"),
            ("cpu value=1e308", r"Line 5002: value must be a finite number"),
        ],
    )
    def test_a_line_that_is_none_is_named(self, tmp_path: Path, last: str, words: str) -> None:
        file = tmp_path / "points"
        file.write_text("".join(f"cpu value=1 {n}000\n" for n in range(5001)) + last)
        with pytest.raises(CommandError, match=words):
            call_command("series", "import", str(file))
        assert Point.objects.count() == 5000

    def test_a_file_that_is_not_there(self) -> None:
        with pytest.raises(CommandError, match="No such file"):
            call_command("series", "import", "/no/such/file")


@given(st.text(min_size=1, max_size=20), st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=3))
def test_a_series_is_read_as_it_was_written_or_refused(name: str, tags: dict[str, str]) -> None:
    from series.transfer import _head

    try:
        Sample(name, tags, NOON, 1.0)
        head = _head(Series(name=name, tags=tags))
    except (SampleError, NoLineProtocol):
        return
    (line,) = parse(f"{head} value=1 5\n")
    assert isinstance(line, Line) and (line.measurement, line.tags, line.time) == (name, tags, 5)
