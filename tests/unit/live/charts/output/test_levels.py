"""How bad a value is."""

from math import nan

import pytest

from live.charts import Threshold
from live.charts.output.levels import Band, bands, draw_badge, level_of

SCRIPT = '"><script>alert(1)</script>'
CPU = (Threshold(60, "warn"), Threshold(85, "bad"))


@pytest.mark.parametrize("level", ["ok", "warn", "bad", "off"])
def test_icons_of_a_picture_differ(level):
    class Recorder:
        shapes = ()

        def __getattr__(self, name):
            return lambda *args, **options: setattr(self, "shapes", (*self.shapes, (name, *args)))

    canvas = Recorder()
    draw_badge(canvas, 0, 0, level, "word", 100)
    outlines = {"ok": "circle", "warn": "M8 1.5l7 12.5H1z", "bad": "M5 1h6l4 4v6l-4 4H5l-4-4V5z"}
    assert outlines.get(level, "circle") in canvas.shapes[0]
    assert ("M5 8h6" in [shape[1] for shape in canvas.shapes]) == (level == "off")


def test_the_worst_of_all_thresholds_counts():
    both = [Threshold(10, "bad", above=False), Threshold(20, "warn", above=False), *reversed(CPU)]
    assert [level_of(v, both) for v in (5, 10, 20, 21, 59, 60, 99)] == "bad bad warn ok ok warn bad".split()
    assert bands(tuple(both), 0, 100) == [
        Band("bad", 0, 10),
        Band("warn", 10, 20),
        Band("ok", 20, 60),
        Band("warn", 60, 85),
        Band("bad", 85, 100),
    ]
    # A milder limit beyond a worse one changes nothing, one outside of the ends is not seen.
    assert bands((Threshold(50, "bad"), Threshold(70, "warn")), 0, 100) == [Band("ok", 0, 50), Band("bad", 50, 100)]
    assert bands((Threshold(200, "bad"),), 0, 100) == [Band("ok", 0, 100)]
    assert bands((Threshold(-5, "bad"),), 0, 100) == [Band("bad", 0, 100)]
    # One at no place is none; a level that there is not is the worst.
    assert level_of(5, [Threshold(nan, "bad")]) == ""
    assert bands((Threshold(nan, "bad"),), 0, 100) == []
    assert level_of(5, [Threshold(1, SCRIPT)]) == "bad"
