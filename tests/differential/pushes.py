"""Pushes, right and wrong, made by a generator that begins with the same number each time."""

import base64
from typing import NamedTuple
from urllib.parse import quote

from tests.differential.comparison import Maker
from tests.differential.push_forms import ADDRESSES, BODIES, COMMENTS, LABELS, NAMES, TIMES, VALUES

SEED = 20261128
NUMBER = 700


class Step(NamedTuple):
    method: str
    address: str
    body: bytes


class Case(NamedTuple):
    """Requests, one after another, whose groups are of the same job. ``mark`` is in its name."""

    mark: str
    steps: list[Step]


def cases() -> list[Case]:
    """The same ones each time."""
    maker = _Maker(SEED)
    return [*maker.forms(), *(maker.sequence() for _ in range(NUMBER))]


class _Maker(Maker):
    def forms(self) -> list[Case]:
        """A plain push with one thing in it that may be odd."""
        bodies = [
            *(f"x {value}\n" for value in VALUES),
            *(f"{name} 1\n" for name in NAMES),
            *(f"x{labels} 1\n" for labels in LABELS),
            *(f"x 1 {time}\n" for time in TIMES),
            *(f"{comment}\nx 1\n" for comment in COMMENTS),
            *(f'# TYPE x {type_}\nx{{a="b"}} 1\n' for type_ in ("gauge", "counter", "summary", "histogram", "untyped")),
            *BODIES,
        ]
        pushes = [(mark := self.mark(), [Step("PUT", mark, body.encode())]) for body in bodies]
        pushes.append((mark := self.mark(), [Step("PUT", mark, b'x{a="\xff"} 1\n')]))
        pushes.append((mark := self.mark(), [Step("PUT", mark, b"# \xff\nx 1\n")]))
        for length in (150, 199, 200, 201, 2500):
            name = "n" * length
            long = (f"{name} 1\n", f'x{{a="{name}"}} 1\n', f'x{{{name}="a"}} 1\n')
            pushes += [(mark := self.mark(), [Step("PUT", mark, body.encode())]) for body in long]
            pushes.append((mark := self.mark(), [Step("POST", f"{mark}/a/{name}", b"x 1\n")]))
        for address in ADDRESSES:
            mark = self.mark()
            address = quote(address.replace("J", mark), safe="/%?#:;=@+!-_.")
            pushes.append((mark, [Step(method, address, b"x 1\n") for method in ("PUT", "POST", "DELETE")]))
        # Right ones only: after a job that is no base64 a Pushgateway answers nobody any more.
        for job in ("J", "J=", "J=="):
            mark = self.mark()
            name = base64.urlsafe_b64encode(mark.encode()).decode().rstrip("=")
            pushes.append((mark, [Step("PUT", f"@base64/{job.replace('J', name)}", b"x 1\n")]))
        return [Case(*push) for push in pushes]

    def sequence(self) -> Case:
        mark = self.mark()
        return Case(mark, [self.step(mark) for _ in range(self.random.randint(2, 6))])

    def step(self, mark: str) -> Step:
        address = mark + self.random.choice(
            ["", "", "/instance/a", "/instance/b", "/a/b/c/d", "/c/d/a/b", "/instance@base64/YQ"]
        )
        method = self.random.choice(["PUT", "PUT", "POST", "POST", "POST", "DELETE"])
        families = self.random.sample("uvwxyz", self.random.randint(0, 3))
        body = "".join(self.family(mark, name) for name in families)
        if self.random.random() < 0.1:
            body = self.broken(body)
        return Step(method, address, b"" if method == "DELETE" else body.encode())

    def family(self, mark: str, name: str) -> str:
        # Of one type in all groups, so most of the time with the one that this name has.
        usual = {"u": "gauge", "v": "counter", "w": "untyped", "x": "summary", "y": "histogram", "z": ""}[name]
        type_ = usual if self.random.random() < 0.85 else self.random.choice(["gauge", "counter", "untyped", ""])
        name = f"{name}_{mark}"
        number = self.random.randrange(100)
        text = self.random.choice(["", f"# HELP {name} Words.\n"]) + (f"# TYPE {name} {type_}\n" if type_ else "")
        if type_ == "summary":
            return text + f'{name}{{quantile="0.5"}} {number}\n{name}_sum {number}\n{name}_count 3\n'
        if type_ == "histogram":
            buckets = f'{name}_bucket{{le="1"}} {number}\n{name}_bucket{{le="+Inf"}} {number}\n'
            return text + buckets + f"{name}_sum {number}\n{name}_count {number}\n"
        labels = self.random.sample(["", '{l="1"}', '{l="2",k="3"}', '{instance="c"}'], self.random.randint(1, 3))
        return text + "".join(f"{name}{some} {number}\n" for some in labels)

    def broken(self, body: str) -> str:
        at = self.random.randrange(len(body) + 1)
        return body[:at] + self.random.choice([*'{}",=# \n\\-1', "", ""]) + body[at + self.random.choice([0, 1]) :]
