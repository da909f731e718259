"""Pushes, sent to a Pushgateway 1.5.1 and to us: the same is accepted, and the same is stored."""

import math
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.differential import peers
from tests.differential.comparison import MARK, Comparison, Difference
from tests.differential.peers import Answer, Client
from tests.differential.pushes import Case, Step, cases
from tests.servers import Site

pytestmark = pytest.mark.differential

Series = tuple[str, tuple[tuple[str, str], ...]]
# By when it was pushed, which is not the same moment on both.
TIMES = {"push_time_seconds", "push_failure_time_seconds"}


# What docs/sending-data.md says too, and of values: NaN and infinity are taken and not stored; what a group has no more
# stays as the history of its series, so that what is compared is all that the Pushgateway has shown at any time; and
# samples of a histogram or a summary are stored as they come. The Pushgateway puts them together: it adds the last
# bucket, the sum and the count, leaves out what has no ``le`` or ``quantile``, and counts in whole numbers.
DIFFERENCES = [
    Difference(
        "The whole body is UTF-8, comments too.",
        lambda step, theirs, ours: "the body is not UTF-8" in ours.text,
    ),
    Difference(
        "A slash in the value of a label may be written %2F, too, and not only in Base64.",
        lambda step, theirs, ours: "%2F" in step.address and "odd number of components" in theirs.text,
    ),
    Difference(
        "An address with a dot for a label's value is taken, where the Pushgateway redirects to another one.",
        lambda step, theirs, ours: theirs.status == 301 and re.search(r"/\.\.?(/|$)", step.address),
    ),
    Difference(
        "An address with empty parts is refused, where the Pushgateway redirects to another one.",
        lambda step, theirs, ours: theirs.status == 301 and not ours.is_accepted,
    ),
]


def test_takes_and_stores_what_a_pushgateway_does(tmp_path: Path, installation: Site) -> None:
    comparison, statuses = Comparison(DIFFERENCES), []
    theirs: dict[str, dict[Series, float]] = defaultdict(dict)
    explained_by: dict[str, set[str]] = defaultdict(set)
    put_together: dict[str, set[str]] = defaultdict(set)
    with peers.ours(installation, tmp_path) as (site, client), peers.pushgateway(tmp_path) as pushgateway:
        for case in cases():
            for step in case.steps:
                answers = _push(pushgateway, step), _push(client, step)
                statuses.append(answers[0].status)
                theirs[case.mark].update(_shown(pushgateway))
                reasons = comparison.reasons(step, *answers)
                explained_by[case.mark] |= reasons
                for name in re.findall(rb"# TYPE (\w+) (?:histogram|summary)\n", step.body):
                    put_together[case.mark] |= {name.decode() + suffix for suffix in ("", "_bucket", "_sum", "_count")}
                is_same = answers[0].is_accepted == answers[1].is_accepted
                if not is_same or _status(answers[0]) != _status(answers[1]):
                    text = f"{step}\n  Pushgateway {answers[0]}\n  ours        {answers[1]}"
                    comparison.differs(reasons, text)
            _forget(case, pushgateway, client)
        ours = _newest(site)
    for mark in theirs.keys() | ours.keys():
        different = {name for (name, _labels), _value in theirs[mark].items() ^ ours[mark].items()}
        if not (explained_by[mark] or different <= put_together[mark]):
            comparison.differs(set(), f"{mark} {different}\n  Pushgateway {theirs[mark]}\n  ours        {ours[mark]}")
    assert min(statuses.count(200), statuses.count(400), statuses.count(202)) > 400
    comparison.check()


@pytest.mark.parametrize("path", ["/metrics/job/a", "/metrics/job/a/b/c", "/metrics/job/", "/-/healthy", "/-/ready"])
@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
def test_answers_other_methods_alike(servers: tuple[Client, Client], method: str, path: str) -> None:
    theirs, ours = (client.ask(method, path) for client in servers)
    assert _status(theirs) == _status(ours)


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory, installation: Site) -> Iterator[tuple[Client, Client]]:
    folder = tmp_path_factory.mktemp("servers")
    with peers.pushgateway(folder) as theirs, peers.ours(installation, folder) as (_site, ours):
        yield theirs, ours


def _push(client: Client, step: Step) -> Answer:
    separator = "" if step.address.startswith("@") else "/"
    return client.ask(step.method, f"/metrics/job{separator}{step.address}", step.body)


def _forget(case: Case, *clients: Client) -> None:
    """All groups of a case, so that those that come are not shown with them, and may have other types."""
    for address in {step.address for step in case.steps}:
        for client in clients:
            _push(client, Step("DELETE", address, b""))


def _status(answer: Answer) -> int:
    """Its status; whether an address that there is not is 404 or refused is no difference."""
    return 400 if answer.status == 404 else answer.status


def _shown(pushgateway: Client) -> dict[Series, float]:
    answer = pushgateway.ask("GET", "/metrics")
    assert answer.status == 200, answer
    # Without types: the parser calls a counter by another name.
    text = re.sub("^# TYPE .*\n", "", answer.text, flags=re.MULTILINE)
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return {
        _series(sample.name, sample.labels): sample.value
        for sample in samples
        if MARK.search(sample.labels.get("job", "")) and sample.name not in TIMES and math.isfinite(sample.value)
    }


def _newest(site: Site) -> dict[str, dict[Series, float]]:
    """Of each series, by the mark of its case."""
    values: dict[str, dict[Series, float]] = defaultdict(dict)
    for name, tags, _time, value in peers.points(site):
        mark = MARK.search(tags.get("job", ""))
        if mark and name not in TIMES:
            values[mark[0]][_series(name, tags)] = value
    return values


def _series(name: str, labels: dict[str, str]) -> Series:
    return name, tuple(sorted((label, value) for label, value in labels.items() if value))
