"""What docs/charts.md says is what happens: its code is run as it stands."""

import re
from datetime import UTC, datetime
from pathlib import Path

from django.template import engines

GUIDE = (Path(__file__).parents[2] / "docs" / "charts.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", GUIDE, re.M | re.S)


def test_the_python_of_the_guide_runs() -> None:
    names: dict[str, object] = {}
    for block in blocks("python"):
        exec(compile(block, "docs/charts.md", "exec"), names)
    assert str(names["picture"]).startswith("<svg")
    assert "<figure" in str(names["html"])
    assert "Time" in str(names["table"])
    assert str(names["text"]).startswith("Time,p50")


def test_the_templates_of_the_guide_render() -> None:
    setup, live = blocks("django")
    context = {"latency": {"p50": [112, 118], "p95": [301, None]}, "begin": datetime(2026, 3, 1, tzinfo=UTC)}
    page = engines["django"].from_string(setup).render(context)
    assert 'id="chart-hatch"' in page and 'class="chart chart-line"' in page and "<b>Latency</b>" in page
    from live.charts.output.figure import make

    figure = engines["django"].from_string(live).render({"chart": make("line", [1, 2], start=0, step=1)})
    assert figure.startswith('<figure class="chart chart-line">') and "chart-plot" in figure


def test_the_guide_names_every_kind() -> None:
    from live.charts import KINDS

    named = re.findall(r"^\| `(\w+)` \|", GUIDE, re.M)
    assert sorted(named) == sorted(KINDS)
