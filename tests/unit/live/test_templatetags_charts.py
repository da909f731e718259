"""The tags that draw a chart in a template of any project."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.template import Context, Engine, Template, TemplateSyntaxError, engines
from django.utils import timezone, translation

import live.charts
from live.charts import Threshold, gradients
from live.charts.output.figure import figure
from tests.unit.live.charts.markup import classes

SCRIPT = '"><script>alert(1)</script>'
TEN = datetime(2026, 11, 29, 10, tzinfo=UTC)


def show(source: str, **context: Any) -> str:
    return Template("{% load charts %}" + source).render(Context(context))


def hrefs(html: str) -> list[str]:
    return re.findall(r'<link rel="stylesheet" href="([^"]+)">', html)


def test_chart_styles_links_every_style_sheet_once_colours_first() -> None:
    files = sorted((Path(live.charts.__file__).parents[1] / "static" / "live" / "charts").glob("*.css"))
    first, *others = hrefs(show("{% chart_styles %}"))
    assert first == "/static/live/theme.css"
    assert sorted(others) == [f"/static/live/charts/{file.name}" for file in files]
    assert all(finders.find(href.removeprefix("/static/")) for href in (first, *others))


def test_chart_styles_links_the_names_of_a_manifest(settings: Any, tmp_path: Path) -> None:
    plain = hrefs(show("{% chart_styles %}"))
    storage = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": storage}}
    call_command("collectstatic", interactive=False, verbosity=0)
    hashed = hrefs(show("{% chart_styles %}"))
    assert [re.sub(r"\.[0-9a-f]{12}\.css$", ".css", href) for href in hashed] == plain
    assert not set(hashed) & set(plain)
    assert all((tmp_path / href.removeprefix("/static/")).exists() for href in hashed)


def test_variables() -> None:
    html = show(
        "{% chart kind latency start=begin step=step unit=unit title=title caption=caption thresholds=limits %}",
        kind="line",
        latency={"p50": [1, 2, 4]},
        begin=TEN,
        step=60,
        unit="ms",
        title="Latency",
        caption="last 3 min",
        limits=[Threshold(3, "warn")],
    )
    expected = figure(
        "line",
        {"p50": [1, 2, 4]},
        start=TEN,
        step=60,
        unit="ms",
        title="Latency",
        caption="last 3 min",
        thresholds=[Threshold(3, "warn")],
    )
    assert html == expected


def test_literals() -> None:
    html = show(
        '{% chart "line" series=latency start=0 step=60 unit="ms" title="Latency" '
        'minimum=0 maximum=9.5 fill=True id="a" %}',
        latency=[1, 2],
    )
    assert html == figure(
        "line", [1, 2], start=0, step=60, unit="ms", title="Latency", minimum=0, maximum=9.5, fill=True, id="a"
    )


def test_filters_and_a_variable_for_the_result() -> None:
    html = show('{% chart "line" a start=0 step=1 title=t|upper as made %}<div>{{ made }}</div>', a=[1], t="load")
    assert html == f"<div>{figure('line', [1], start=0, step=1, title='LOAD')}</div>"


def test_one_root_and_nothing_around_it() -> None:
    root = ElementTree.fromstring(show('{% chart "line" a start=0 step=1 id="it" %}', a=[1, 2]))
    assert (root.tag, root.attrib["id"]) == ("figure", "it")
    assert [e for e in root.iter() if "id" in e.attrib] == [root]


def test_what_is_given_comes_out_as_text() -> None:
    html = show(
        '{% chart "line" a categories=names title=w caption=w note=w unit=w %}',
        a={SCRIPT: [1]},
        names=[SCRIPT],
        w=SCRIPT,
    )
    assert "<script" not in html
    root = ElementTree.fromstring(html)
    assert [e.text for e in root[0]] == [SCRIPT] * 2
    assert "<script" not in show(f"{{% chart 'line' a start=0 step=1 title='{SCRIPT}' %}}", a=[1])
    with_autoescape_off = "{% autoescape off %}{% chart 'line' a start=0 step=1 title=w %}{% endautoescape %}"
    assert "<script" not in show(with_autoescape_off, a=[1], w=SCRIPT)


def test_the_language_and_the_zone_are_the_active_ones() -> None:
    source = '{% load tz i18n %}{% timezone "Europe/Berlin" %}{% language "de" %}'
    html = show(
        source + '{% chart "line" a start=at step=60 %}{% endlanguage %}{% endtimezone %}', a=[1.5, 2.5], at=TEN
    )
    assert "11:00" in html
    assert "2,5" in html
    with translation.override("de"), timezone.override(ZoneInfo("Asia/Tokyo")):
        html = show('{% chart "line" a start=at step=60 %}', a=[1.5, 2.5], at=TEN)
    assert "19:00" in html
    assert "2,5" in html
    assert "2.5" in show('{% chart "line" a start=at step=60 locale="en" %}', a=[1.5, 2.5], at=TEN)


@pytest.mark.parametrize(
    ("source", "error", "message"),
    [
        ('{% chart "pie" a %}', ValueError, "there is no chart 'pie'; there are .*line"),
        ('{% chart "line" a colour=1 %}', TypeError, "has no option 'colour'; it has .*unit"),
        ('{% chart "line" a start=0 step=1 state="late" %}', ValueError, "it can be empty, stale, error, partial"),
        ('{% chart "line" missing start=0 step=1 %}', TypeError, "series must be a mapping"),
        ('{% chart "line" %}', TypeError, "takes series= and options"),
        ('{% chart "line" a %}', ValueError, "a time axis needs start and step, or times"),
    ],
)
def test_a_mistake_is_explained(source: str, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        show(source, a=[1])


def test_a_chart_has_a_kind() -> None:
    with pytest.raises(TemplateSyntaxError, match="'chart' did not receive value"):
        show("{% chart %}")


def test_what_charts_share() -> None:
    assert show("{% chart_gradients %}") == gradients()
    assert classes(ElementTree.fromstring(show("{% chart_gradients %}")), "s1")[0].attrib["id"] == "chart-fill-1"


def test_the_tag_needs_no_request_and_no_other_tag() -> None:
    engine: Engine = engines["django"].engine  # type: ignore[attr-defined]
    source = '{% load charts %}{% chart "line" a start=0 step=1 %}'
    assert engine.from_string(source).render(Context({"a": [1]})).startswith("<figure")
