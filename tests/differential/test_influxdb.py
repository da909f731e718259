"""Line protocol, sent to InfluxDB 1.6.7 and to us: the same is accepted, and the same is stored."""

import re
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from series.samples import as_text
from tests.differential import peers
from tests.differential.lines import Case, cases
from tests.differential.peers import Answer
from tests.servers import Site

pytestmark = pytest.mark.differential

MARK = re.compile(r"q\d{5}[0-9a-f]{4}")
# A time that is nearer to now than this is that of the arrival.
ARRIVAL_MICROSECONDS = 3600e6


class Difference(NamedTuple):
    """Why a case may be taken differently, and whether it is one of those: from the body, their answer and ours."""

    reason: str
    applies: Callable[[str, str, str], object]


# What docs/sending-data.md says too. Of times the microseconds are compared, and of texts what we keep of them: the
# first 200 characters, and a space for each that cannot be shown.
DIFFERENCES = [
    Difference(
        "Names and tags have no control characters and no line breaks, which nothing could show.",
        lambda body, theirs, ours: "must not contain control characters" in ours,
    ),
    Difference(
        "Names and tags have at most 200 characters, and 2,000 bytes together.",
        lambda body, theirs, ours: re.search("must be [01] to 200 characters long|most 2000 bytes long", ours),
    ),
    Difference(
        "Values are up to 1e300 (of sums there would be no more than infinity).",
        lambda body, theirs, ours: "value must be a finite number" in ours,
    ),
    Difference(
        "Times are from 1970 on and at most ten minutes ahead of our clock.",
        lambda body, theirs, ours: "time must be from 1970" in ours or "time is in the future" in ours,
    ),
    Difference(
        "Unsigned integers (1u) are taken, as InfluxDB 2 takes them.",
        lambda body, theirs, ours: "invalid number" in theirs and re.search(r"=\d+u\b", body),
    ),
    Difference(
        "Lines may end with CRLF, as in InfluxDB 1.8 and 2.",
        lambda body, theirs, ours: theirs and re.search(r"\r(\n|\Z)", body),
    ),
    Difference(
        "Integers and floats are both numbers, and among these true and false are 1 and 0: no conflict of types.",
        lambda body, theirs, ours: "field type conflict" in theirs,
    ),
    Difference(
        "A tag or a field may be called time, which InfluxDB drops.",
        lambda body, theirs, ours: re.search(r"[ ,]time=", body),
    ),
    Difference(
        "The name of a field must not end with a backslash: in InfluxDB it goes on up to the next = then.",
        lambda body, theirs, ours: "invalid value" in ours or "invalid value" in theirs,
    ),
    Difference(
        "A backslash before a quote, an equals sign or a backslash stays in a name, as in InfluxDB 1.8 and 2.",
        lambda body, theirs, ours: re.search(r'\\["=]|\\\\[ ,]', body),
    ),
]

Series = tuple[str, tuple[tuple[str, str], ...]]
Values = dict[tuple[Series, object], float | str]


class Sent(NamedTuple):
    case: Case
    theirs: Answer
    ours: Answer


def test_takes_and_stores_what_influxdb_does(tmp_path: Path, installation: Site) -> None:
    folders = [tmp_path / name for name in ("ours", "theirs")]
    for folder in folders:
        folder.mkdir()
    with peers.ours(installation, folders[0]) as (site, client), peers.influxdb(folders[1]) as influxdb:
        sent = [Sent(case, _write(influxdb, case), _write(client, case)) for case in cases()]
        theirs, ours = _of_influxdb(influxdb), _of(site)
    assert sum(each.theirs.is_accepted for each in sent) > 1000
    assert sum(not each.theirs.is_accepted for each in sent) > 1000
    unexplained, shown = [], set()
    for case, their_answer, our_answer in sent:
        theirs_stored, ours_stored = theirs.get(case.mark, {}), ours.get(case.mark, {})
        if their_answer.is_accepted == our_answer.is_accepted and theirs_stored == ours_stored:
            continue
        body = case.body, their_answer.text, our_answer.text
        reasons = {difference.reason for difference in DIFFERENCES if difference.applies(*body)}
        shown |= reasons
        if not reasons:
            only = {key: value for key, value in theirs_stored.items() if ours_stored.get(key) != value}
            ours_only = {key: value for key, value in ours_stored.items() if theirs_stored.get(key) != value}
            unexplained.append(f"{case}\n  InfluxDB {their_answer} {only}\n  ours     {our_answer} {ours_only}")
    assert not unexplained, f"{len(unexplained)} of {len(sent)}:\n" + "\n".join(unexplained[:20])
    assert {difference.reason for difference in DIFFERENCES} == shown, "each difference is shown by the corpus"


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
