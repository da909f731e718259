"""The registry of kinds, what each takes, and what is said of options that it does not take or that cannot be."""

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from boards import kinds
from boards.data.sources import Source
from boards.kinds import Group, Kind
from boards.models import Board, Panel
from live import charts
from series.durations import DAY
from tests.unit.boards.conftest import KINDS, sorted_out

# What describes the numbers, and so may stay when the kind changes.
OF_THE_DATA = dict(unit="ms", minimum=1.0, maximum=9.0, warn_at=5.0, bad_at=7.0, good="down", window=86400)
# A value of each other option, and the kinds that have it.
USED_BY: dict[str, tuple[Any, set[str]]] = {
    "x_axis": ("names", {"line", "area", "bar", "table"}),
    "fixed_window": (
        True,
        {"line", "area", "bar", "table", "stat", "histogram", "timeline", "sparkline", "status"},
    ),
    "mirrored": (True, {"line", "area"}),
    "stacked": (True, {"area", "bar"}),
    "horizontal": (True, {"bar"}),
    "logarithmic": (True, {"line"}),
    "minimum_range": (5.0, {"line", "area"}),
    "show_extremes": (True, {"line", "area"}),
    "bins": (12, {"histogram"}),
    "rows": (4, {"table"}),
    "history_days": (30, {"status"}),
    "states": ("0 = Down, bad", {"timeline", "status"}),
    "text": ("words", {"text"}),
}


def refusals(board: Board, **fields: Any) -> dict[str, list[str]]:
    """What a panel with these columns and options is refused for, by name."""
    if fields.get("kind") == "text":
        fields.setdefault("text", "words")
    try:
        Panel(board=board, title="Some", **sorted_out(fields)).full_clean()
    except ValidationError as refused:
        return refused.message_dict
    return {}


def test_a_kind_is_a_module_and_every_module_is_found() -> None:
    modules = {path.stem for path in Path(next(iter(kinds.__path__))).glob("*.py")} - {"__init__"}
    assert set(KINDS) == modules
    for name in modules:
        module = import_module(f"boards.kinds.{name}")
        assert type(kinds.registry[name]).__module__ == module.__name__


def test_every_kind_is_offered_once_in_its_group() -> None:
    offered = [(group, name) for group, members in Panel._meta.get_field("kind").choices for name, _label in members]
    assert [name for _group, name in offered] == KINDS
    assert list(dict.fromkeys(group for group, _name in offered)) == [
        "Trends and comparison",
        "Single value",
        "Distribution",
        "Status",
        "Tables and text",
    ]


def test_a_name_is_registered_once() -> None:
    with pytest.raises(ValueError, match="there is a kind of panel 'line' already"):

        class _Another(Kind):
            name, label, group = "line", "another", Group.TRENDS

            def chart(self, source: Source) -> charts.Chart:
                return charts.no_data()


def test_every_option_has_words_and_one_name_a_kind() -> None:
    for kind in kinds.every():
        assert len(kind.by_name) == len(kind.options)
        assert all(option.field.label for option in kind.options)
        assert all(option.clean(None) == option.default == option.clean(option.default) for option in kind.options)


@pytest.mark.django_db
class TestWhatAPanelTakes:
    @pytest.mark.parametrize("kind", KINDS)
    def test_a_panel_without_options_is_fine(self, board: Board, kind: str) -> None:
        assert refusals(board, kind=kind) == {}

    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize("option", USED_BY)
    def test_an_option_is_refused_where_it_would_silently_do_nothing(
        self, board: Board, kind: str, option: str
    ) -> None:
        value, used_by = USED_BY[option]
        found = refusals(board, kind=kind, **{option: value})
        if kind in used_by:
            assert found == {}
        else:
            assert list(found) == [f"options.{option}"]
            assert "does nothing for the kind" in found[f"options.{option}"][0]

    def test_every_option_is_in_this_test(self) -> None:
        names = {name for kind in kinds.every() for name in kind.by_name}
        assert names == set(USED_BY) | set(OF_THE_DATA)

    def test_the_sentence_names_the_option_and_the_kinds(self, board: Board) -> None:
        assert refusals(board, kind="heatmap", stacked=True) == {
            "options.stacked": ["“Stacked” does nothing for the kind “heat map”; it is for “area”, “bars”."]
        }

    @pytest.mark.parametrize("kind", KINDS)
    def test_what_describes_the_numbers_stays_when_the_kind_changes(self, board: Board, kind: str) -> None:
        assert refusals(board, kind=kind, **OF_THE_DATA) == {}

    @pytest.mark.parametrize(
        ("fields", "field", "words"),
        [
            (dict(minimum=5.0, maximum=5.0), "maximum", "The axis must end above where it begins."),
            (dict(minimum=0.0, logarithmic=True), "minimum", "A logarithmic axis cannot show zero and less"),
            (dict(maximum=-1.0, logarithmic=True), "maximum", "A logarithmic axis cannot show zero and less"),
            (dict(warn_at=9.0, bad_at=8.0), "bad_at", "Critical must not begin below the warning"),
            (dict(warn_at=8.0, bad_at=9.0, good="up"), "bad_at", "Where up is good, critical must not begin above"),
            (dict(kind="gauge", minimum=150.0), "minimum", "A gauge from 150 to 100 has no length"),
            (dict(kind="gauge", maximum=-1.0), "maximum", "A gauge from 0 to \N{MINUS SIGN}1 has no length"),
            (dict(kind="gauge", minimum=5.0, maximum=1.0), "maximum", "The axis must end above where it begins."),
            (dict(kind="gauge", minimum=1.0, unit="ratio"), "minimum", "A gauge from 1 to 1 has no length"),
            (dict(kind="text", text=" \n"), "text", "A text panel needs its text."),
            (dict(kind="text", text="x" * 20_001), "text", "at most 20000 characters"),
            (dict(kind="heatmap", window=300), "window", "It must be 24 h to 366 d."),
            (dict(kind="heatmap", window=400 * DAY), "window", "It must be 24 h to 366 d."),
            (dict(window=0), "window", "It must be 1 s to 36600 d."),
            (dict(kind="histogram", bins=1), "bins", "greater than or equal to 2"),
            (dict(kind="histogram", bins=61), "bins", "less than or equal to 60"),
            (dict(kind="status", history_days=91), "history_days", "less than or equal to 90"),
            (dict(kind="table", rows=0), "rows", "greater than or equal to 1"),
            (dict(minimum_range=0.0), "minimum_range", "greater than or equal to"),
            (
                dict(kind="status", states="0 = Up, ok\n1 = Up, green"),
                "states",
                "Line 2: the level must be ok, warn",
            ),
            (dict(x_axis="space"), "x_axis", "not one of the available choices"),
            (
                dict(stackd=True),
                "stackd",
                "There is no option “stackd”; this kind has: unit, window, fixed_window, x_axis",
            ),
            (dict(minimum="5"), "minimum", "It must be a number, not '5'."),
            (dict(minimum=True), "minimum", "It must be a number, not True."),
            (dict(minimum=float("inf")), "minimum", "Enter a number."),
            (dict(maximum=1e308), "maximum", "less than or equal to 1e+300"),
            (dict(minimum=10**400), "minimum", "That number is too large."),
            (dict(logarithmic=1), "logarithmic", "It must be true or false, not 1."),
            (dict(kind="histogram", bins=2.5), "bins", "It must be a whole number, not 2.5."),
            (dict(window="1 h"), "window", "It must be a number of seconds, not '1 h'."),
            (dict(unit=["ms"]), "unit", "It must be a text, not ['ms']."),
            (dict(kind="gauge", window="nonsense"), "window", "It must be a number of seconds, not 'nonsense'."),
        ],
    )
    def test_options_that_cannot_be_are_refused_in_words(
        self, board: Board, fields: dict[str, Any], field: str, words: str
    ) -> None:
        found = refusals(board, **fields)
        assert list(found) == [f"options.{field}"]
        assert words in found[f"options.{field}"][0]

    @pytest.mark.parametrize(
        ("fields", "field", "words"),
        [
            (dict(kind="pie"), "kind", "not a valid choice"),
            (dict(kind="text", editable=True), "editable", "has no values that viewers could set"),
            (dict(options=[1]), "options", "must be an object in JSON"),
        ],
    )
    def test_columns_that_cannot_be_are_refused_in_words(
        self, board: Board, fields: dict[str, Any], field: str, words: str
    ) -> None:
        fields = {"options": {"text": "words"} if fields.get("kind") == "text" else {}} | fields
        found = refusals(board, **fields)
        assert list(found) == [field]
        assert words in found[field][0]

    @pytest.mark.parametrize(
        "fields",
        [
            dict(minimum=0.1, logarithmic=True),
            dict(minimum=5, maximum=7),
            dict(warn_at=9.0, bad_at=8.0, good="up"),
            dict(warn_at=8.0, bad_at=8.0, good="up"),
            dict(warn_at=8.0, bad_at=9.0, good="down"),
            dict(bad_at=9.0, good="up"),
            dict(unit=None, window=None, stacked=None),
            dict(kind="gauge", minimum=-50.0),
            dict(kind="gauge", unit="ratio"),
            dict(kind="heatmap", window=DAY),
        ],
    )
    def test_options_that_go_together_are_not_refused(self, board: Board, fields: dict[str, Any]) -> None:
        assert refusals(board, **fields) == {}
