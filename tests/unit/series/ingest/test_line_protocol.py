"""InfluxDB's line protocol, read as InfluxDB reads it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from series.ingest.line_protocol import BadLine, Line, Value, parse


def one(text: str) -> Line | BadLine:
    (line,) = parse(text)
    return line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("cpu value=1", Line(1, "cpu", {}, {"value": 1.0}, None)),
        ("cpu,host=a value=1 5", Line(1, "cpu", {"host": "a"}, {"value": 1.0}, 5)),
        ("cpu,host=a,core=1 u=1.5,s=-2e3 -5", Line(1, "cpu", {"host": "a", "core": "1"}, {"u": 1.5, "s": -2000.0}, -5)),
        ("cpu a=42i,b=42u,c=.5", Line(1, "cpu", {}, {"a": 42.0, "b": 42.0, "c": 0.5}, None)),
        ("cpu d=1.,e=-.5E-1", Line(1, "cpu", {}, {"d": 1.0, "e": -0.05}, None)),
        ("cpu a=t,b=True,c=F,d=false", Line(1, "cpu", {}, {"a": 1.0, "b": 1.0, "c": 0.0, "d": 0.0}, None)),
        ("cpu a=1,a=2", Line(1, "cpu", {}, {"a": 2.0}, None)),
        ("  cpu   a=1   5  ", Line(1, "cpu", {}, {"a": 1.0}, 5)),
        ("cpu a=1\r", Line(1, "cpu", {}, {"a": 1.0}, None)),
        (r"my\ cpu\,1,ho\=st\ =a\,\ b va\ l\,ue\==1", Line(1, "my cpu,1", {"ho=st ": "a, b"}, {"va l,ue=": 1.0}, None)),
        (r'cpu a="x, y=\"z\" \\ \n"', Line(1, "cpu", {}, {"a": 'x, y="z" \\ \\n'}, None)),
        ('cpu a="",b="#",c=1 7', Line(1, "cpu", {}, {"a": "", "b": "#", "c": 1.0}, 7)),
        ('cpu a="two\nlines",b=1', Line(1, "cpu", {}, {"a": "two\nlines", "b": 1.0}, None)),
        ('cpu,host="a value=1', Line(1, "cpu", {"host": '"a'}, {"value": 1.0}, None)),
        ('cpu a="x"y,b="x""y",c="""",d="" 5', Line(1, "cpu", {}, {"a": 'x"', "b": 'x""y', "c": '""', "d": ""}, 5)),
        ("cpu \ta=1 \0 5 \t", Line(1, "cpu", {}, {"a": 1.0}, 5)),
        (f"cpu a=-{'0' * 5000}7i {'0' * 5000}5", Line(1, "cpu", {}, {"a": -7.0}, 5)),
        ("cpu a=1 -9223372036854775808", Line(1, "cpu", {}, {"a": 1.0}, -(1 << 63))),
        ("\t\0cpu a=1 5", Line(1, "cpu", {}, {"a": 1.0}, 5)),
        ("cpu\\\n2 a=1", Line(1, "cpu\\\n2", {}, {"a": 1.0}, None)),
        ('cpu "a"=1', Line(1, "cpu", {}, {'"a"': 1.0}, None)),
        ("=cpu a=1", Line(1, "=cpu", {}, {"a": 1.0}, None)),
        ("cpü,höst=ü größe=1", Line(1, "cpü", {"höst": "ü"}, {"größe": 1.0}, None)),
    ],
)  # fmt: skip
def test_reads(text: str, line: Line) -> None:
    assert one(text) == line


@pytest.mark.parametrize(
    ("text", "reason", "column"),
    [
        ("cpu", "missing fields", 4),
        ("cpu ", "missing fields", 5),
        (",a=b value=1", "missing measurement", 1),
        ("cpu, value=1", "missing tag key", 5),
        ("cpu,=b value=1", "missing tag key", 5),
        ("cpu,a value=1", "missing tag value", 6),
        ("cpu,a= value=1", "missing tag value", 7),
        ("cpu,a=b=c value=1", "invalid tag format", 8),
        ("cpu,a=1,a=2 value=1", "duplicate tags", 9),
        ("cpu,a=1", "missing fields", 8),
        ("cpu =1", "missing field key", 5),
        ("cpu a=1,=2", "missing field key", 9),
        ("cpu a=", "missing field value", 7),
        ("cpu a=,b=1", "missing field value", 7),
        ("cpu a", "invalid field format", 6),
        ("cpu a=1,b", "invalid field format", 10),
        ("cpu a=1,", "invalid field format", 9),
        ('cpu a="x', "unbalanced quotes", 7),
        ("cpu a=1x", "invalid number", 7),
        ("cpu a=1_0", "invalid number", 7),
        ("cpu a=NaN", "invalid number", 7),
        ("cpu a=-", "invalid number", 7),
        ("cpu a=1.5i", "invalid number", 7),
        ("cpu a=1e400", "invalid number", 7),
        ("cpu a=9223372036854775808i", "invalid number", 7),
        ("cpu a=-1u", "invalid number", 7),
        (f"cpu a={'9' * 5000}i", "invalid number", 7),
        ("cpu a=+1", "invalid boolean", 7),
        ("cpu a=Inf", "invalid boolean", 7),
        ("cpu a=tr", "invalid boolean", 7),
        ("cpu a=1 x", "bad timestamp", 9),
        ("cpu a=1 1.5", "bad timestamp", 9),
        ("cpu a=1 ,5", "bad timestamp", 9),
        ("cpu a=1 9223372036854775808", "time outside range", 9),
        (f"cpu a=1 -{'9' * 5000}", "time outside range", 9),
        ("cpu a\\\\=1,b=2", "invalid value", 7),
        ('cpu a="x"y"', "unbalanced quotes", 7),
        ('cpu a="x"b=1', "bad timestamp", 11),
        ("cpu " + ",".join(f"f{number}=1" for number in range(50_001)), "more than 50000 fields", 438903),
        ("cpu," + ",".join(f"t{number}=1" for number in range(50_000)) + " a=1", "max key length exceeded", 1),
        ("cpu a=1 5 6", "point is invalid", 11),
        ("  cpu a=x", "invalid boolean", 9),
        (f"{'c' * 65_536} a=1", "max key length exceeded: 65536 > 65535", 1),
    ],
)
def test_says_what_is_wrong_and_where(text: str, reason: str, column: int) -> None:
    bad = one(text)
    assert isinstance(bad, BadLine)
    assert (bad.reason.partition(":")[0], bad.column) == (reason.partition(":")[0], column)
    shown = text.lstrip() if len(text) < 2000 else f"{text[:1000]}..."
    assert str(bad) == f"unable to parse '{shown}': {bad.reason}"


@pytest.mark.parametrize(
    "text", ["", "\n\n", "  \t ", "# cpu a=1", "#cpu a=1", "#a b=1 5", "\t#a b=1", "  # x\r\n\r\n"]
)
def test_passes_over_what_is_no_line(text: str) -> None:
    assert list(parse(text)) == []


def test_counts_lines() -> None:
    found = list(parse('a v=1\n\n# no\nb v="x\ny\nz"\nbad\nc v=3\n'))
    assert [(line.number, getattr(line, "measurement", None)) for line in found] == [
        (1, "a"),
        (4, "b"),
        (7, None),
        (8, "c"),
    ]


def test_a_text_that_never_ends_takes_no_longer_than_its_length() -> None:
    """Line by line it was read again from its beginning: a body of 8 MiB took hours."""
    (line,) = parse('cpu a="' + "x\n" * 200_000)
    assert isinstance(line, BadLine) and line.reason == "unbalanced quotes"


# Any text that a sender can write: a backslash at the end of a name would escape what comes next.
NAMES = st.text(st.characters(exclude_characters='\\\n\r\t\0#"', exclude_categories=["Cs"]), min_size=1).filter(
    lambda name: name == name.strip(" ")
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"))
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


def escaped(text: str, characters: str) -> str:
    return "".join(f"\\{each}" if each in characters else each for each in text)


def written(value: Value) -> str:
    return f'"{escaped(value, chr(34) + chr(92))}"' if isinstance(value, str) else repr(value)


FIELDS = st.dictionaries(NAMES, NUMBERS | TEXTS, min_size=1, max_size=3)
TIMES = st.none() | st.integers(-(1 << 63), (1 << 63) - 1)


@given(st.lists(st.tuples(NAMES, st.dictionaries(NAMES, NAMES, max_size=3), FIELDS, TIMES), max_size=4))
def test_reads_whatever_is_written(
    lines: list[tuple[str, dict[str, str], dict[str, Value], int | None]],
) -> None:
    body = ""
    for measurement, tags, fields, time in lines:
        head = escaped(measurement, ", ") + "".join(
            f",{escaped(key, ', =')}={escaped(value, ', =')}" for key, value in tags.items()
        )
        body += head + " " + ",".join(f"{escaped(key, ', =')}={written(value)}" for key, value in fields.items())
        body += "\n" if time is None else f" {time}\n"
    assert [line[1:] for line in parse(body)] == lines


@given(st.text('cpu,= \\"\n#-+.1eitfNn\r\t\0'))
def test_has_an_answer_to_everything(body: str) -> None:
    for line in parse(body):
        assert isinstance(line, Line) or (0 < line.column <= len(line.text) + body.count(" ") + 2)
