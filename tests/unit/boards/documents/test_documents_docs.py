"""docs/boards-as-code.md names every key and every option, as they are declared; and its example is imported."""

import re
from typing import Any

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser

from boards import kinds
from boards.documents.apply import apply
from boards.documents.columns import BOARD_PARTS, LINE_PARTS, PANEL_PARTS, columns_of
from boards.documents.export import document_of
from boards.documents.yaml_text import Text
from boards.models import Board, Panel, PanelSeries
from boards.options import Option
from series.durations import DurationField, duration
from tests.servers import ROOT

DOCS = (ROOT / "docs/boards-as-code.md").read_text()
TYPES: list[tuple[type[forms.Field], str]] = [
    (forms.BooleanField, "true or false"),
    (DurationField, "a length of time"),
    (forms.FloatField, "a number"),
    (forms.IntegerField, "a whole number"),
    (forms.CharField, "a text"),
]


def values_of(option: Option[Any]) -> str:
    if isinstance(option.field, forms.ChoiceField):
        return ", ".join(f"`{value}`" for value, _label in option.field.choices if value)
    return next(words for kind, words in TYPES if isinstance(option.field, kind))


def default_of(option: Option[Any]) -> str:
    if option.default in (None, ""):
        return ""
    if isinstance(option.field, DurationField):
        return f"`{duration(option.default)}`"
    return f"`{str(option.default).lower()}`"


def options_table() -> str:
    """Each option once, with the kinds for which it does something."""
    options = {option.name: option for kind in kinds.every() for option in kind.options}
    lines = ["| option | what | values | default | kinds |", "|---|---|---|---|---|"]
    for name, option in options.items():
        of = [kind for kind in kinds.every() if name in kind.by_name]
        defaults = list(dict.fromkeys(filter(None, (default_of(kind.by_name[name]) for kind in of))))
        named = "all but text" if len(of) == len(kinds.every()) - 1 else ", ".join(kind.name for kind in of)
        lines.append(f"| `{name}` | {option.field.label} | {values_of(option)} | {', '.join(defaults)} | {named} |")
    return "\n".join(lines)


def test_every_option_is_in_the_table() -> None:
    assert options_table() in DOCS, f"the table must be:\n{options_table()}"


@pytest.mark.parametrize(("model", "parts"), [(Board, BOARD_PARTS), (Panel, PANEL_PARTS), (PanelSeries, LINE_PARTS)])
def test_every_key_is_documented(model: Any, parts: tuple[str, ...]) -> None:
    keys = {*columns_of(model), *parts}
    assert keys <= set(re.findall(r"^\| `(\w+)` \|", DOCS, re.MULTILINE))


@pytest.mark.django_db
def test_the_example_is_a_board() -> None:
    example = re.search(r"```yaml\n(version: 1\n.*?)```", DOCS, re.DOTALL)
    assert example
    read = Text(example[1])
    (applied,) = apply(read.data, AnonymousUser())
    assert not read.problems and applied.after == document_of(Board.objects.get()) == read.data
