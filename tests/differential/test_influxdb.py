"""Line protocol, sent to InfluxDB 1.6.7 and to us: the same is accepted, and the same is stored."""

import re
import time
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

import pytest

from series.samples import as_text
from tests.differential import peers
from tests.differential.comparison import MARK, Comparison, Difference
from tests.differential.lines import Case, cases
from tests.differential.peers import Answer
from tests.servers import Site

pytestmark = pytest.mark.differential

# A time that is nearer to now than this is that of the arrival.
ARRIVAL_MICROSECONDS = 3600e6


# What docs/sending-data.md says too. Of times the microseconds are compared, and of texts what we keep of them: the
# first 200 characters, and a space for each that cannot be shown.
DIFFERENCES = [
    Difference(
        "Times are from 1970 on and at most ten minutes ahead of our clock.",
        lambda case, theirs, ours: "time must be from 1970" in ours.text or "time is in the future" in ours.text,
    ),
    Difference(
        "Unsigned integers (1u) are taken, as InfluxDB 2 takes them.",
        lambda case, theirs, ours: "invalid number" in theirs.text and re.search(r"=\d+u\b", case.body),
    ),
    Difference(
        "Lines may end with CRLF, as in InfluxDB 1.8 and 2.",
        lambda case, theirs, ours: theirs.text and re.search(r"\r(\n|\Z)", case.body),
    ),
    Difference(
        "Integers and floats are both numbers, and among these true and false are 1 and 0: no conflict of types.",
        lambda case, theirs, ours: "field type conflict" in theirs.text,
    ),
    Difference(
        "A tag or a field may be called time, which InfluxDB drops.",
        lambda case, theirs, ours: re.search(r"[ ,]time=", case.body),
    ),
    Difference(
        "The name of a field must not end with a backslash: in InfluxDB it goes on up to the next = then.",
        lambda case, theirs, ours: "invalid value" in ours.text or "invalid value" in theirs.text,
    ),
    Difference(
        "A backslash before a quote, an equals sign or a backslash stays in a name, as in InfluxDB 1.8 and 2.",
        lambda case, theirs, ours: re.search(r'\\["=]|\\\\[ ,]', case.body),
    ),
]

Series = tuple[str, tuple[tuple[str, str], ...]]
Values = dict[tuple[Series, object], float | str]


class Sent(NamedTuple):
    case: Case
    theirs: Answer
    ours: Answer


def test_takes_and_stores_what_influxdb_does(tmp_path: Path, installation: Site) -> None:
    with peers.ours(installation, tmp_path) as (site, client), peers.influxdb(tmp_path) as influxdb:
        sent = [Sent(case, _write(influxdb, case), _write(client, case)) for case in cases()]
        theirs, ours = _of_influxdb(influxdb), _of(site)
    assert sum(each.theirs.is_accepted for each in sent) > 1000
    assert sum(not each.theirs.is_accepted for each in sent) > 1000
    comparison = Comparison(DIFFERENCES)
    for case, *answers in sent:
        theirs_stored, ours_stored = theirs.get(case.mark, {}), ours.get(case.mark, {})
        if answers[0].is_accepted == answers[1].is_accepted and theirs_stored == ours_stored:
            continue
        only = {key: value for key, value in theirs_stored.items() if ours_stored.get(key) != value}
        ours_only = {key: value for key, value in ours_stored.items() if theirs_stored.get(key) != value}
        text = f"{case}\n  InfluxDB {answers[0]} {only}\n  ours     {answers[1]} {ours_only}"
        comparison.differs(comparison.reasons(case, *answers), text)
    comparison.check()


def test_a_time_is_the_same_moment_in_all_precisions(tmp_path: Path, installation: Site) -> None:
    units = {"": 1, "n": 1, "u": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9}
    with peers.ours(installation, tmp_path) as (site, client), peers.influxdb(tmp_path) as influxdb:
        for index, (precision, unit) in enumerate(units.items()):
            mark, number = f"q{index:05d}aaaa", 1_700_000_000 * 10**9 // unit
            case = Case(mark, f"{mark} x=1 {number}\n{mark},a=b x=1", precision)
            assert _write(influxdb, case).is_accepted and _write(client, case).is_accepted
        assert _of_influxdb(influxdb) == _of(site)
        assert len(_of(site)) == len(units)


def _write(client: peers.Client, case: Case) -> Answer:
    return client.ask("POST", f"/write?db=corpus&precision={case.precision}", case.body.encode())


def _of_influxdb(client: peers.Client) -> dict[str, Values]:
    """What it holds, by the mark of its case, as we name it."""
    values: dict[str, Values] = defaultdict(dict)
    for measurement, tags, field, nanoseconds, value in peers.stored(client):
        name = measurement if field == "value" else f"{measurement}.{field}"
        if mark := _mark(measurement):
            kept = as_text(value) if isinstance(value, str) else value
            values[mark][_series(name, tags), _time(nanoseconds // 1000)] = kept
    return values


def _of(site: Site) -> dict[str, Values]:
    values: dict[str, Values] = defaultdict(dict)
    for name, tags, microseconds, value in peers.points(site):
        if mark := _mark(name):
            values[mark][_series(name, tags), _time(microseconds)] = value
    return values


def _mark(name: str) -> str:
    """Of which case a name is; empty where it is of none, as those are that a first start makes."""
    mark = MARK.search(name)
    return mark[0] if mark else ""


def _series(name: str, tags: dict[str, str]) -> Series:
    return name, tuple(sorted(tags.items()))


def _time(microseconds: int) -> object:
    return "arrival" if abs(microseconds - time.time() * 1e6) < ARRIVAL_MICROSECONDS else microseconds
