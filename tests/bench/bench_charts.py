"""What charts cost: processor time of a render, bytes, and the next frame, beside pygal and matplotlib.

    python tests/bench/bench_charts.py      ends with 1 if the bytes of a row are more than the prototype's

- *CPU* is the thread's own time for a render, warm, the median of several hundred (of the others: of a few dozen),
  with the garbage collector as it is. No frame is drawn twice: a window slides, a day's orders grow. So a cache helps
  as much as on a board, where most of a frame was in the one before: most columns of a tooltip and six of seven days
  come from it. "7 categories, all others" is the same with seven new numbers each time.
- *Bytes* are medians of 40 frames: as they are, by gzip (6), and as the *next frame* through one deflate stream with
  its context, as a socket with permessage-deflate sends it. Data come from a seed: bytes are the same in each run with
  the same zlib.
- *pygal* and *matplotlib* draw the same values, in the same run, between our rounds; both without a tooltip. *A loop*
  is a Django template that loops over the 300 points of 3 lines.
- Absolute times are the machine's. The prototype's were measured where pygal took 20 ms for the 300 points of 3
  lines, in a version and with settings that are not known: by that ratio CPU is judged, in words only. Bytes are judged
  as they are.
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import manage  # noqa: E402, F401  puts site/ on the path

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django  # noqa: E402

django.setup()

from django.template import Context, Engine  # noqa: E402

from tests.bench.charts import data, rivals, table  # noqa: E402
from tests.bench.charts.measure import Clock, Way, size  # noqa: E402
from tests.bench.charts.rows import Row, rows  # noqa: E402

ROUNDS = 5
FRAMES = 40  # that bytes are taken of
# Frames of the others: in each round, before it, and for their bytes.
THEIRS, THEIR_WARM, THEIR_FRAMES = 4, 1, 4
LOOPS = 10
OTHERS = {"pygal": rivals.PYGAL, "matplotlib": rivals.MATPLOTLIB}

# The obvious way: positions computed beforehand, one turn of the loop a point.
LOOP = Engine().from_string(
    "{% for line in lines %}<polyline class='s{{ forloop.counter }}' points='"
    "{% for x, y in line %}{{ x }},{{ y|floatformat:2 }} {% endfor %}'/>{% endfor %}"
)


def loop() -> Way:
    """Return the template loop, over the same data."""
    return Way(
        lambda at: [list(enumerate(values)) for values in data.windows(data.LATENCY, at).values()],
        lambda given: LOOP.render(Context({"lines": given})),
    )


def first(index: int) -> int:
    """Return the first frame of a row: so far from those of others that no two have a frame in common."""
    return index * data.ROW


def fault(row: Row, at: int) -> str:
    """Return why a row cannot be drawn, "" if it can."""
    try:
        row.way.render(row.way.given(at))
    except Exception as error:  # whatever it is, the other rows are still worth measuring
        return f"{type(error).__name__}: {error}"
    return ""


def judge(found: list[table.Found], speeds: dict[str, float]) -> int:
    """Print how fast this machine is and what misses; return the exit status. `speeds` is what each took, in µs."""
    relative = {name: took / (table.THERE[name] * 1000) for name, took in speeds.items()}
    print()
    for name, took in speeds.items():
        there = table.THERE[name]
        print(
            f"300 points x 3 by {name}: {took / 1000:.1f} ms here, {there:g} ms where the prototype was measured: "
            f"{relative[name]:.2f} of its time"
        )
    print()
    for which in ("prototype", "goal"):
        late = table.slow(found, which, relative["pygal"])
        print(f"CPU, by pygal's {relative['pygal']:.2f}, over the {which}: {', '.join(late) or 'no row'}.")
    above, beyond = table.misses(found, "prototype"), table.misses(found, "goal")
    print(
        f"Bytes over the prototype: {', '.join(above) or 'no row'}; over the goal: {', '.join(beyond) or 'no row'}. "
        f"{'That fails.' if above else 'That passes.'}"
    )
    return 1 if above else 0


def main() -> int:
    """Measure and print; return the exit status."""
    every = rows()
    faults = [fault(row, first(index) + data.ROW - 2 * data.POINTS) for index, row in enumerate(every)]
    sizes = [None if faults[i] else size(row.way, first(i), FRAMES) for i, row in enumerate(every)]
    ours = {i: Clock(row.way, first(i) + FRAMES) for i, row in enumerate(every) if not faults[i]}
    asked: dict[tuple[str, str], Way] = {}
    for index in ours:
        row = every[index]
        for name, draws in OTHERS.items():
            if row.rival in draws:
                asked.setdefault((name, row.rival), Way(row.way.given, draws[row.rival]))
    theirs = {key: Clock(way, first(len(every))) for key, way in asked.items()}
    turns = Clock(loop(), first(len(every)))
    for _ in range(ROUNDS):
        for index, clock in ours.items():
            clock.run(every[index].frames)
        for clock in theirs.values():
            clock.run(THEIRS, THEIR_WARM)
        turns.run(LOOPS, THEIR_WARM)

    taken = {key: clock.cost().median for key, clock in theirs.items()}
    weighed = {key: size(way, first(len(every)), THEIR_FRAMES) for key, way in asked.items()}
    found = [
        table.Found(
            row,
            ours[i].cost() if i in ours else None,
            sizes[i],
            {name: (taken[key], weighed[key].raw) for name in OTHERS if (key := (name, row.rival)) in taken},
            faults[i],
        )
        for i, row in enumerate(every)
    ]
    looped = turns.cost().median
    print("\n".join(table.lines(found, looped)))
    print()
    for index, row in enumerate(every):
        if row.asked and index in ours:
            columns = [str(row.way.render(row.way.given(first(index) + at))).count("<td") for at in range(FRAMES)]
            print(f"Of {row.asked} tooltip columns asked for there are {min(columns)} to {max(columns)}.")
    for (name, rival), each in weighed.items():
        print(
            f"{name}, {rival}: {taken[name, rival] / 1000:.1f} ms, {each.raw:,} B, gzip {each.gzip:,}, "
            f"next frame {each.following:,}"
        )
    print(f"a template loop over 300 points x 3: {looped / 1000:.1f} ms")
    return judge(found, {name: taken[name, "line"] for name in OTHERS})


if __name__ == "__main__":
    sys.exit(main())
