"""The parsers of line protocol and of the exposition format, on inputs that are made up from what they reach in the
code.

    python tests/fuzz/parsers.py line_protocol|exposition [option of libFuzzer ...]

Every input has an answer: lines, or the errors that are declared; in time in proportion to its length; and what was
read is read again when it is written in the same format. libFuzzer stops at the first input that breaks this, and
writes it to a file.
"""

import math
import sys
from collections.abc import Callable
from pathlib import Path

import atheris

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]

with atheris.instrument_imports(include=["series.ingest"]):
    from series.ingest import exposition, line_breaks, line_protocol  # noqa: F401


def check_line_protocol(data: bytes) -> None:
    body = data.decode("utf-8", "replace")
    count = body.count("\n") + 1
    previous = 0
    for line in line_protocol.parse(body):
        assert previous < line.number <= count, "lines come in their order"
        previous = line.number
        if isinstance(line, line_protocol.BadLine):
            assert line.column >= 1 and line.reason and str(line)
            continue
        assert line.measurement and line.fields
        assert all(isinstance(value, str) or math.isfinite(value) for value in line.fields.values())
        if is_writable(line):
            assert list(line_protocol.parse(written(line))) == [line._replace(number=1)]


def is_writable(line: line_protocol.Line) -> bool:
    """Names with a backslash or a line break are not: they would change what comes next."""
    return not any({*"\\\n"} & {*text} for text in (line.measurement, *line.tags, *line.tags.values(), *line.fields))


def written(line: line_protocol.Line) -> str:
    tags = "".join(f",{escaped(key, ', =')}={escaped(value, ', =')}" for key, value in line.tags.items())
    fields = ",".join(f"{escaped(key, ', =')}={shown(value)}" for key, value in line.fields.items())
    time = "" if line.time is None else f" {line.time}"
    return f"{escaped(line.measurement, ', ')}{tags} {fields}{time}"


def shown(value: float | str) -> str:
    return f'"{escaped(value, chr(34) + chr(92))}"' if isinstance(value, str) else repr(value)


def escaped(text: str, characters: str) -> str:
    return "".join(f"\\{character}" if character in characters else character for character in text)


def check_exposition(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    try:
        metrics = list(exposition.parse(text))
    except exposition.ExpositionError as error:
        assert str(error).startswith("text format parsing error in line ")
        return
    types = {metric.family: f"# TYPE {metric.family} {metric.type}\n" for metric in metrics}
    again = list(exposition.parse("".join([*types.values(), *map(sample, metrics)])))
    # NaN is not equal to itself.
    assert repr(again) == repr([metric._replace(has_time=False) for metric in metrics])


def sample(metric: exposition.Metric) -> str:
    labels = ",".join(f'{name}="{quoted(value)}"' for name, value in metric.labels.items())
    return f"{metric.name}{{{labels}}} {metric.value!r}\n"


def quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


CHECKS: dict[str, Callable[[bytes], None]] = {"line_protocol": check_line_protocol, "exposition": check_exposition}


def main(name: str, options: list[str]) -> None:
    atheris.Setup([sys.argv[0], *options], CHECKS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
