"""Line protocol, right and wrong, made by a generator that begins with the same number each time."""

from typing import NamedTuple

from tests.differential.comparison import Maker

SEED = 20261127
NUMBER = 3000
SECOND = 1_700_000_000
PRECISIONS = {"": 10**9, "n": 10**9, "u": 10**6, "ms": 1000, "s": 1}

PIECES = [*"abcXYZ019_-.:/'\"#@%$!?*+;()[]{}|~^&<>`", "ü", "日本", "😀", "é", "field", "value", "host", "_time"]
ESCAPES = [r"\ ", r"\,", r"\=", "\\\\", r"\n", r"\"", r"\a", "\\"]
ODD = ["\t", "\x01", "\x7f", "\u2028", "\xa0", "\0", "=", ",", " "]
NUMBERS = [
    *(
        "0",
        "1",
        "-1",
        "1.5",
        "-0.25",
        ".5",
        "-.5",
        "5.",
        "-5.",
        "1e3",
        "1E3",
        "1e+3",
        "1e-3",
        "-1.5e-7",
        "1.e2",
        ".5e1",
    ),
    *(
        "00",
        "007",
        "-007",
        "00.5",
        "-0",
        "-0.0",
        "1e300",
        "-1e300",
        "1e-400",
        "4.9e-324",
        "0.1000000000000000055511151",
    ),
    *("123456789012345678901234567890", "9007199254740993", "3.141592653589793238462643383279", "1" * 400),
    *("1.7976931348623157e308", "1e301", "1e309", "-1e309"),
    *("0i", "1i", "-1i", "42i", "007i", "-007i", "-0i", "9007199254740992i", "9223372036854775807i"),
    *("9007199254740993i", "-9223372036854775808i", "9223372036854775808i", "-9223372036854775809i"),
    *("0" * 30 + "1i", "1" * 30 + "i", "1.0i", "1e3i", "i", "-i", "1I", "1ii", "1i2", "0u", "1u", "-1u", "u", "1.5u"),
    *("+1", "+1i", "1_000", "1,5", "0x10", "1f", "1e", "1e+", "e5", "1e1.5", "--1", "-", ".", "-.", "1..2", "1.2.3"),
    *("NaN", "nan", "Inf", "inf", "-inf", "+Inf", "Infinity", "-Infinity", "infinity", "1-", "1 ", "٣", "²", "1\t"),
]
BOOLEANS = [
    *("t", "T", "true", "True", "TRUE", "f", "F", "false", "False", "FALSE"),
    *("tRUE", "truE", "tr", "fals", "yes", "no", "TrUe", "t1", "FALSe", "null", "None"),
]
TEXTS = [
    *('""', '"x"', '"a b"', '"a,b=c"', r'"a\"b"', r'"a\\"', r'"\n"', '"ü😀"', '"two\nlines"', '"\r\n"', '"#"', '"\t"'),
    *('"', '"x', 'x"', '"x"y', '"x" y', "'x'", '"a"b"', '""""', r'"\"', r'"\\\"', "x", '"x""y"', '"é'),
]
TIMES = [
    *("0", "1", "-1", "-0", "00", "1000", "+5", "1.5", "1e9", "x", "5x", "0x5", "5i", '"5"', "5,", "5=", "1 2", "1\t"),
    *("9223372036854775806", "9223372036854775807", "9223372036854775808", "-9223372036854775806", "-", "--5", "5-"),
    *("-9223372036854775807", "-9223372036854775808", "9" * 30, "-" + "9" * 30, "٣", "5 6 7", "5#", "\\", "1_0"),
    *("0" * 40 + "5", "253402300800", "7258118400000000000", "4000000000000000000", "1" * 5000),
]


class Case(NamedTuple):
    """A body, and the precision in which its times are. ``mark`` is in the names of its measurements, and in no others;
    unless the body was broken there."""

    mark: str
    body: str
    precision: str


def cases() -> list[Case]:
    """The same ones each time."""
    maker = _Maker(SEED)
    forms = [maker.of_form(form, kind) for kind, forms in FORMS.items() for form in forms]
    return forms + [maker.case() for _ in range(NUMBER)] + maker.special()


FORMS = {"value": [*NUMBERS, *BOOLEANS, *TEXTS], "time": TIMES, "name": [*PIECES, *ESCAPES, *ODD]}


class _Maker(Maker):
    def of_form(self, form: str, kind: str) -> Case:
        """A plain line with one thing in it that may be odd."""
        mark = self.mark()
        body = {
            "value": f"{mark},host=a x={form} {SECOND}000000000",
            "time": f"{mark},host=a x=1 {form}",
            "name": f"{mark}{form}x,h{form}x=a{form}x f{form}x=1 {SECOND}000000000",
        }[kind]
        return Case(mark, body, "")

    def case(self) -> Case:
        mark, precision = self.mark(), self.random.choice([*PRECISIONS])
        is_odd = self.random.random() < 0.8
        # What is odd comes alone, so that one thing is to be explained; lines that come together are plain.
        lines = [self.line(mark, precision, is_odd) for _ in range(1 if is_odd else self.random.randint(2, 6))]
        body = self.random.choice(["\n", "\n", "\n\n"]).join(lines) + self.random.choice(["", "\n", "\n\n"])
        if is_odd and self.random.random() < 0.5:
            body = self.broken(body)
        return Case(mark, body, precision)

    def line(self, mark: str, precision: str, is_odd: bool) -> str:
        if self.random.random() < 0.05:
            return self.random.choice(["", "# comment", "  # x", " ", "\t", "#", "\r", f"#{mark} x=1", " \t#x"])
        if not is_odd:
            field, values = self.random.choice(
                [("f", ["1", "2.5", "1x"]), ("g", ["t", "F", "x"]), ("h", ["5i", "-3i"])]
            )
            value = self.random.choice(values)
            return f"{mark},host={self.random.choice('ab')} {field}={value} {self.time(precision)}"
        tags = [f",{self.name()}={self.name()}" for _ in range(self.random.choice([0, 0, 1, 1, 2, 3]))]
        head = self.around(mark) + "".join(tags)
        fields = ",".join(f"{self.name()}={self.value()}" for _ in range(self.random.choice([1, 1, 1, 2, 3])))
        space = self.random.choice([" ", " ", " ", " ", "  "])
        time = self.time(precision)
        return self.random.choice(["", "", "", "", " "]) + head + space + fields + (f"{space}{time}" if time else "")

    def around(self, mark: str) -> str:
        return mark if self.random.random() < 0.6 else self.name(0) + mark + self.name(0)

    def name(self, least: int = 1) -> str:
        length = self.random.randint(least, 3)
        if self.random.random() < 0.5:
            return "".join(self.random.choice("abcdefgh_.") for _ in range(length))
        pool = PIECES * 3 + ESCAPES + (ODD if self.random.random() < 0.1 else [])
        return "".join(self.random.choice(pool) for _ in range(length))

    def value(self) -> str:
        if self.random.random() < 0.6:
            return self.random.choice(["1", "2.5", "-3", "42i", "t", "false", '"x"', f"{self.random.random():.6g}"])
        return self.random.choice([NUMBERS, BOOLEANS, TEXTS])[self.random.randrange(20)]

    def time(self, precision: str) -> str:
        if self.random.random() < 0.2:
            return ""
        return str(SECOND * PRECISIONS[precision] + self.random.randrange(1000 * PRECISIONS[precision]))

    def broken(self, body: str) -> str:
        """With a few characters more, fewer, or others."""
        for _ in range(self.random.choice([1, 1, 2, 3])):
            at = self.random.randrange(len(body) + 1)
            new = self.random.choice([*' ,="\\#\n\r\t\0-+.', "", "", "ü", "\\\\", '""', "  ", "==", ",,"])
            body = body[:at] + new + body[at + self.random.choice([0, 1, 1, 2]) :]
        return body

    def special(self) -> list[Case]:
        """What no accident makes."""
        long = [text.replace("L", "l" * length) for length in LENGTHS for text in LONG]
        return [Case(mark := self.mark(), body.replace("M", mark), "") for body in BODIES + long]


LENGTHS = (170, 187, 188, 194, 200, 201, 1_000, 65_000, 65_500, 65_600)
LONG = ["ML x=1 1700000000000000000", "M,host=L x=1 1700000000000000000", "M L=1 1700000000000000000"]
LONG += ["M,L=a x=1 1700000000000000000", "M,a=L,b=L,c=L x=1 1700000000000000000", 'M t="L",x=1 1700000000000000000']
BODIES = [
    "",
    "\n",
    "# only\n\n",
    "M,a=1,a=2 x=1 1700000000000000000",
    "M,b=1,a=2 x=1 1700000000000000000\nM,a=2,b=1 x=2 1700000000000000000",
    "M x=1,x=2 1700000000000000000",
    "M x=1 1700000000000000000\nM x=2 1700000000000000000",
    "M x=1 1700000000000000000\nM x=2i 1700000000000000000",
    "M x=1 1700000000000000000\nM x=true 1700000000000000000",
    "M,time=a x=1 1700000000000000000",
    "M time=1 1700000000000000000",
    "M time=1,x=2 1700000000000000000",
    "M,host=a host=1 1700000000000000000",
    "M,_field=a x=1 1700000000000000000",
    "M,_measurement=a x=1 1700000000000000000",
    "M x=1 1700000000000000000\r\nM,a=b x=2 1700000000000000000\r\n",
    "M x=1 1700000000000000000\rM,a=b x=2 1700000000000000000",
    "M x=1 1700000000000000000\nbad\nM,a=b x=2 1700000000000000000",
    "M x=1 1700000000000000000\nbad\nM,a=b x=\nM,c=d x=2 1700000000000000000\n,\n",
    'M x="open\nM,a=b x=2 1700000000000000000\n',
    'M x="a\n\n# no\nb" 1700000000000000000\nM,a=b x=2 1700000000000000000\n',
    'M,a="b x=2 1700000000000000000\nM,a=c" x=2 1700000000000000000\n',
    "\ufeffM x=1 1700000000000000000",
    "M x=1 1700000000000000001\nM x=2 1700000000000000002",
    "x=1",
    "M",
    "M ",
    "M 1",
    "M, x=1",
    ",a=b x=1",
    " x=1",
    "M,a= x=1",
    "M,=a x=1",
    "M,a x=1",
    "M,a=b=c x=1",
    "M,a=b,,c=d x=1",
    "M,a=b, x=1",
    "M x=1,",
    "M ,x=1",
    "M x=1,,y=2",
    "M x=1,y",
    "M =1",
    "M x",
    "M x=",
    "M x==1",
    "M x= 1",
    "M x =1",
    "M x=1 ,y=2",
    "M\\ x=1",
    "M x\\=1",
    "M x\\\\=1 1700000000000000000",
    "M x\\\\=1,y=2 1700000000000000000",
    "M\\",
    "M,a=b\\ x=1 1700000000000000000",
    "M,a\\=b x=1 1700000000000000000",
    "M,a=\\ x=1",
    "M\tx=1 1700000000000000000",
    "M x=1\t1700000000000000000",
]
