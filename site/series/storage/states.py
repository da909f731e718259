"""What series hold, numbers or states, and which code the text of a state has, in one transaction.

What the first point of a series is decides. A text for a series of numbers is refused, and a number for one of texts:
nobody could say what a chart of both shows. True and false, and other fixed states, have numbers and texts, and are
taken as what the series holds.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from series.models import Series
from series.samples import Sample
from series.storage.query import newest_of
from series.storage.statements import fetch, wanted
from series.tables import StateText
from series.values import MAX_TEXTS, OTHER_CODE, FixedState, Number, Value, ValueType, as_fixed, exact

# Of a value that a series cannot hold: the identity of the series, and the value with its type (1 is equal to true).
Key = tuple[str, type, Value]
NUMBERS: set[type] = {float, int}


class Conflict(NamedTuple):
    """A series cannot hold this sample, which is the one at ``index``: ``held`` is what it holds, and ``sent`` what
    this is. ``texts``: the states of a fixed set."""

    index: int  # type: ignore[assignment]  # in the place of a tuple's method
    identity: str
    sent: ValueType
    held: ValueType
    texts: Collection[str] = ()

    def __str__(self) -> str:
        holds = f"{', '.join(self.texts)} (0 to {len(self.texts) - 1})" if self.texts else HELD[self.held]
        return f"The series {self.identity!r} holds {holds}; this is {SENT[self.sent]}."


class TypeConflict(Exception):
    """Series cannot hold some of the values of a batch: the first sample that has one, by the value."""

    def __init__(self, conflicts: Mapping[Key, Conflict]) -> None:
        super().__init__(str(next(iter(conflicts.values()))))
        self.conflicts = conflicts


HELD = {ValueType.NUMBER: "numbers", ValueType.TEXT: "texts"}
SENT = {ValueType.NUMBER: "a number", ValueType.TEXT: "a text", ValueType.FIXED: "a state"}


def key_of(sample: Sample) -> Key:
    """What decides whether a series can hold it."""
    return sample.identity, type(sample.value), sample.value


class States:
    """The states of series.

    ``types``: of the ``ids`` those that hold states, and what; all the others hold numbers.
    """

    def __init__(self, ids: Mapping[str, int], types: Mapping[str, str]) -> None:
        self._ids = dict(ids)
        self._types = {identity: ValueType(value_type) for identity, value_type in types.items()}
        self._codes: dict[str, dict[str, int]] = {identity: {} for identity in types}
        # Of batches before, in this transaction, which are written.
        self._written: list[Sequence[Sample]] = []
        self._new: list[tuple[str, int, str]] = []
        self._others: dict[int, tuple[int, str]] = {}
        identities = {ids[identity]: identity for identity in types}
        for pk, code, text in _texts(identities):
            if code != OTHER_CODE:
                self._codes[identities[pk]][text] = code

    def check(self, samples: Sequence[Sample]) -> dict[str, FixedState | None]:
        """Of the series that there are not yet, those that will hold states: of which set, None for texts. Raises
        ``TypeConflict``."""
        first: dict[str, FixedState | None] = {}
        of_states = {sample.identity for sample in samples if type(sample.value) not in NUMBERS}
        if not self._types and not of_states:
            return first
        known = self._ids.keys() - self._without_points(of_states & self._ids.keys() - self._types.keys())
        numbers: set[str] = set()
        conflicts: dict[Key, Conflict] = {}
        for index, sample in enumerate(samples):
            identity, fixed = sample.identity, as_fixed(sample.value)
            sent = ValueType.FIXED if fixed else ValueType.TEXT if isinstance(sample.value, str) else ValueType.NUMBER
            held = self._types.get(identity, ValueType.NUMBER)
            texts = tuple(self._codes[identity]) if held is ValueType.FIXED else ()
            if identity in first:
                before = first[identity]
                held, texts = (ValueType.FIXED, before.texts) if before else (ValueType.TEXT, ())
            elif identity not in known and identity not in numbers:
                held = sent
                if sent is ValueType.NUMBER:
                    numbers.add(identity)
                else:
                    first[identity] = fixed
                    continue
            if not _is_held(sample.value, fixed, held, texts):
                conflicts.setdefault(key_of(sample), Conflict(index, identity, sent, held, texts))
        if conflicts:
            raise TypeConflict(conflicts)
        return first

    def _without_points(self, identities: Collection[str]) -> set[str]:
        """Those that were made before they had a point, as for a panel, and have none yet."""
        if not identities:
            return set()
        pks = newest_of([self._ids[identity] for identity in identities])
        here = {sample.identity for samples in self._written for sample in samples}
        return {identity for identity in identities if self._ids[identity] not in pks and identity not in here}

    def add(self, samples: Sequence[Sample], made: Mapping[str, int], first: Mapping[str, FixedState | None]) -> None:
        """These samples, which have been checked, are written, and these series have been made; ``first`` as ``check``
        says."""
        self._written.append(samples)
        self._ids.update(made)
        for identity, fixed in first.items():
            value_type = self._types[identity] = ValueType.FIXED if fixed else ValueType.TEXT
            if identity not in made:
                Series.objects.filter(pk=self._ids[identity]).update(value_type=value_type)
            codes = self._codes[identity] = {}
            for text in fixed.texts if fixed else ():
                self._add(identity, codes, text)

    def number(self, series: int, sample: Sample, time: int) -> Number:
        """What is stored of a sample that has been checked, at a time of a series."""
        value, codes = sample.value, self._codes.get(sample.identity)
        fixed = as_fixed(value)
        if codes is None and fixed:
            return float(fixed.code)
        text = fixed.text if fixed else value
        if not isinstance(text, str):
            return exact(text) if isinstance(text, int) else float(text)  # type: ignore[arg-type]
        assert codes is not None
        if text in codes:
            return float(codes[text])
        if len(codes) < MAX_TEXTS:
            return float(self._add(sample.identity, codes, text))
        self._others[series] = max(self._others.get(series, (time, text)), (time, text))
        return float(OTHER_CODE)

    def save(self, newest: Mapping[int, int]) -> None:
        """Store the texts that are new. ``newest``: the newest time of each series, with what is written now."""
        if not (self._new or self._others):
            return  # as with nearly each commit: Django has a good deal to do before it finds that there is nothing
        StateText.objects.bulk_create(
            StateText(series_id=self._ids[identity], code=code, text=text) for identity, code, text in self._new
        )
        others = [
            StateText(series_id=pk, code=OTHER_CODE, text=text)
            for pk, (time, text) in self._others.items()
            if time >= newest[pk]
        ]
        StateText.objects.bulk_create(
            others, update_conflicts=True, unique_fields=["series", "code"], update_fields=["text"]
        )

    def _add(self, identity: str, codes: dict[str, int], text: str) -> int:
        code = codes[text] = len(codes)
        self._new.append((identity, code, text))
        return code


def _is_held(value: Value, fixed: FixedState | None, held: ValueType, texts: Collection[str]) -> bool:
    """Whether a series can hold a value."""
    if held is ValueType.NUMBER:
        return not isinstance(value, str)
    if fixed is not None or isinstance(value, str):
        return held is ValueType.TEXT or (fixed.text if fixed else value) in texts
    return held is ValueType.FIXED and value in range(len(texts))


def texts_of(series_ids: Collection[int]) -> dict[int, dict[float, str]]:
    """The texts of those of these series that hold states, by their codes."""
    result: dict[int, dict[float, str]] = {}
    for pk, code, text in _texts(series_ids):
        result.setdefault(pk, {})[code] = text
    return result


def _texts(series_ids: Collection[int]) -> list[tuple[int, int, str]]:
    """Series, codes and texts, in order."""
    if not series_ids:
        return []
    source, parameters = wanted(["series"], ([pk] for pk in series_ids))
    rows = fetch(
        f'SELECT it.series_id, it.code, it.text FROM {source} CROSS JOIN "{StateText._meta.db_table}" AS it'
        " WHERE it.series_id = wanted.series ORDER BY it.series_id, it.code",
        parameters,
    )
    return [(pk, code, text) for pk, code, text in rows]
