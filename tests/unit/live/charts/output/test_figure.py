"""A chart in its `<figure>`: what is around it, whose words it speaks, and what is said of a mistake."""

from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from django.template.loader import get_template
from django.utils import timezone, translation
from django.utils.safestring import SafeString, mark_safe
from hypothesis import given
from hypothesis import strategies as st

from live import charts
from live.charts import Series
from live.charts.output.figure import STATES, _accepts, figure, figure_of, make
from tests.unit.live.charts.markup import classes, texts

SCRIPT = '"><script>alert(1)</script>'
TEN = datetime(2026, 11, 29, 10, tzinfo=UTC).timestamp()
TIME: dict[str, Any] = {"start": TEN, "step": 60}


def rooted(html: str) -> ElementTree.Element:
    assert isinstance(html, SafeString)
    return ElementTree.fromstring(html)


def test_one_root_with_a_caption_and_the_chart() -> None:
    root = rooted(figure("line", [1, 2, 4], **TIME, title="Latency", caption="ms", unit="ms"))
    assert (root.tag, root.attrib) == ("figure", {"class": "chart chart-line"})
    assert [e.tag for e in root] == ["figcaption", "ul", "div"]
    assert [(e.tag, e.text) for e in root[0]] == [("b", "Latency"), ("span", "ms")]
    assert classes(root, "chart-plot")[0].attrib["aria-label"].startswith("Latency, 10:00")


def test_what_is_not_given_is_not_there() -> None:
    html = figure("line", [1, 2], **TIME)
    root = rooted(html)
    assert "chart-note" not in html
    assert [e.tag for e in root[0]] == ["b"]
    assert "id" not in root.attrib


def test_the_first_argument_may_be_named() -> None:
    assert figure("line", series={"a": [1, 2]}, **TIME) == figure("line", {"a": [1, 2]}, **TIME)


def test_the_only_id_is_the_one_given() -> None:
    root = rooted(figure("line", [1, 2], **TIME, id="load"))
    assert root.attrib["id"] == "load"
    assert [e for e in root.iter() if "id" in e.attrib] == [root]
    assert rooted(figure("line", [1, 2], **TIME, id=SCRIPT)).attrib["id"] == SCRIPT


@pytest.mark.parametrize("state", STATES[1:])
def test_a_state_is_a_class_and_a_note_is_its_words(state: str) -> None:
    root = rooted(figure("line", [1, 2], **TIME, state=state, note="no data for 14 min"))
    assert root.attrib["class"] == f"chart chart-line chart-{state}"
    assert texts(root, "chart-note") == ["no data for 14 min"]
    assert [e.tag for e in root][:2] == ["figcaption", "p"]


@pytest.mark.parametrize("words", [SCRIPT, mark_safe(SCRIPT), "<b>&amp;</b>", "\u202eزمن", "x" * 300])
def test_every_word_comes_out_as_text(words: str) -> None:
    around: dict[str, Any] = {"title": words, "caption": words, "note": words, "unit": words, "id": words}
    for html in (
        figure("line", [Series(words, [1, 2]), Series("b", [3])], **TIME, **around),
        figure("line", {words: [1, 2]}, categories=[words, words], show_extremes=True, **around),
        figure("line", {words: [1] * 20}, categories=[words] * 20, **around),
    ):
        root = rooted(html)
        assert not list(root.iter("script"))
        assert "<script" not in html
        assert [e.text for e in root[0]] == [str(words)] * 2
        assert texts(root, "chart-note") == [str(words)]
        assert str(words) in texts(root, "s1")[0]
        assert [e for e in root.iter() if "id" in e.attrib] == [root]


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])), st.text(max_size=9))
def test_any_words_are_well_formed(words: str, unit: str) -> None:
    root = rooted(figure("line", {words: [1]}, **TIME, title=words, caption=words, note=words, unit=unit, locale="en"))
    assert root[0][0].text == (words or None)


def test_an_unknown_kind_names_those_there_are() -> None:
    with pytest.raises(ValueError, match=r"there is no chart 'pie'; there are .*\bline\b") as caught:
        figure("pie", [1])
    assert str(caught.value).partition("there are ")[2] == ", ".join(sorted(charts.KINDS))


def test_an_unknown_option_names_those_there_are() -> None:
    with pytest.raises(TypeError, match=r"a chart 'line' has no option 'colour'; it has .*\bminimum\b.*\bunit\b"):
        figure("line", [1], **TIME, colour="red")


def test_an_unknown_state_names_those_there_are() -> None:
    with pytest.raises(ValueError, match="a chart is never 'late'; it can be empty, stale, error, partial"):
        figure("line", [1], **TIME, state="late")


@pytest.mark.parametrize("values", [(), ([1], [2])])
def test_a_chart_takes_its_values_and_options(values: tuple[Any, ...]) -> None:
    with pytest.raises(TypeError, match="a chart 'line' takes series= and options"):
        figure("line", *values, **TIME)


def test_the_values_are_given_once() -> None:
    with pytest.raises(TypeError, match="a chart 'line' has no option 'series'"):
        figure("line", [1], series=[1], **TIME)


def test_what_a_kind_says_of_its_options_is_passed_on() -> None:
    with pytest.raises(ValueError, match="a time axis needs start and step, or times"):
        figure("line", [1])


def test_numbers_are_written_for_the_active_language() -> None:
    values = {"a": [1.5, 1234.5]}
    with translation.override("de"):
        assert "1,5" in figure("line", values, **TIME)
        assert "1.5" in figure("line", values, **TIME, locale="en")
    with translation.override("en"):
        assert "1.5" in figure("line", values, **TIME)
    with translation.override("pt-br"):
        assert "1,5" in figure("line", values, **TIME)
    with translation.override(None, deactivate=True):
        figure("line", values, **TIME)
    with translation.override("en"):
        translation.deactivate_all()
        assert "1.5" in figure("line", values, **TIME)


def test_times_are_in_the_active_zone() -> None:
    with timezone.override(ZoneInfo("Europe/Berlin")):
        assert "11:00" in figure("line", [1, 2], **TIME)
        assert 'data-zone="CET"' in figure("line", [1, 2], **TIME)
        assert "10:00" in figure("line", [1, 2], **TIME, zone=UTC)
    with timezone.override(ZoneInfo("Asia/Tokyo")):
        assert "19:00" in figure("line", [1, 2], **TIME)


@pytest.mark.parametrize("kind", sorted(charts.KINDS))
def test_every_kind_is_known_by_its_options(kind: str) -> None:
    first, options = _accepts(kind)
    assert first not in options
    with pytest.raises(TypeError, match=f"a chart '{kind}' takes {first}= and options"):
        make(kind)
    with pytest.raises(TypeError, match=f"a chart '{kind}' has no option 'nothing_like_it'"):
        make(kind, [1], nothing_like_it=1)


def test_make_is_the_chart_alone() -> None:
    made = make("line", [1, 2], **TIME, title="Load")
    assert made.kind == "line"
    assert made.text_alternative.startswith("Load")
    assert figure_of(made, title="Load") == figure("line", [1, 2], **TIME, title="Load")


def test_a_figure_around_no_data() -> None:
    html = figure_of(charts.no_data("Nothing yet", command=SCRIPT, kind="line"), title="a", state="empty")
    root = rooted(html)
    assert root.attrib["class"] == "chart chart-line chart-empty"
    assert texts(root, "chart-empty")[-1] == "Nothing yet" + SCRIPT


def test_a_frame_without_the_chart_is_refused(settings: Any) -> None:
    loaders = [("django.template.loaders.locmem.Loader", {"live/figure.html": "<figure>{{ title }}</figure>"})]
    backend = "django.template.backends.django.DjangoTemplates"
    settings.TEMPLATES = [{"BACKEND": backend, "OPTIONS": {"loaders": loaders}}]
    with pytest.raises(ValueError, match="does not show"):
        figure_of(charts.no_data("Nothing"), title="a title that no other test has")


def test_the_frame_is_a_template_of_its_own() -> None:
    assert get_template("live/figure.html").render({"chart": "x", "title": SCRIPT}).count("<script") == 0
