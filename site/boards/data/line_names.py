"""What series of one panel are called that have no label: by what differs between them. Pure.

``http_requests_total{code=200,host=a}`` and ``http_requests_total{code=500,host=a}`` are "code=200" and "code=500";
what they share, ``http_requests_total{host=a}``, is said once, in the caption.
"""

from collections.abc import Mapping, Sequence
from itertools import takewhile

from live.charts.output.chart import Data
from series.samples import identity_of

Labels = tuple[str, Mapping[str, str]]  # a series' name and its tags


def differences(series: Sequence[Labels]) -> tuple[list[str], str]:
    """Short names for two series or more, and what they have in common; "" where that is nothing.

    The name is left out where all have the same, or else its first parts up to a dot that all have; so are tags with
    the same value.
    """
    keys = sorted({key for _name, tags in series for key in tags})
    differing = [key for key in keys if len({tags.get(key) for _name, tags in series}) > 1]
    parts = [name.split(".") for name, _tags in series]
    is_same = all(part == parts[0] for part in parts)
    columns = takewhile(lambda column: len(set(column)) == 1, zip(*[part[:-1] for part in parts], strict=False))
    shared = parts[0] if is_same else [column[0] for column in columns]
    names = []
    for (name, tags), part in zip(series, parts, strict=True):
        head = "" if is_same else ".".join(part[len(shared) :])
        tail = ", ".join(f"{key}={tags[key]}" for key in differing if key in tags)
        names.append(f"{head}{{{tail}}}" if head and tail else head or tail or name)
    common = {key: value for key, value in series[0][1].items() if key not in differing}
    if not shared:
        return names, ", ".join(f"{key}={value}" for key, value in sorted(common.items()))
    return names, identity_of(".".join(shared), common)


def in_full(data: Data, identities: Mapping[str, str]) -> Data:
    """A table in which series that stand under a short name, in its head or its first column, have their identity."""
    head = [identities.get(name, name) for name in data.head]
    rows = [
        (identities.get(row[0], row[0]) if isinstance(row[0], str) else row[0], *row[1:]) if row else row
        for row in data.rows
    ]
    return Data(head, rows, data.unit)
