"""Boards with whatever they can have, as hypothesis draws them."""

from typing import Any

from django import forms
from django.contrib.auth.models import Group, User
from hypothesis import strategies as st

from boards import kinds
from boards.models import Board, EditBy, Panel, PanelSeries, ViewBy
from boards.options import Option
from series.durations import DurationField
from series.models import Series
from series.samples import identity_of

CHARACTERS = st.characters(exclude_characters="\0", exclude_categories=["Cs"])
# What YAML 1.1 or people take for something else, too.
TRAPS = st.sampled_from(
    "no on y ~ null true 12:30 1:30 0x1F 0o17 1e3 1_000 2026-11-25 .inf = << - # : *a &a !a |\u2028 %a @ ` 'it''s' {a}"
    " [] -5 .5 \u2028 \ufeff \ud7ff \U0001f600 مرحبا".split(" ")
)
TEXT = st.one_of(st.text(CHARACTERS, min_size=1, max_size=20), TRAPS)
LONG_TEXT = st.one_of(TEXT, st.lists(TEXT, max_size=4).map("\n".join), st.lists(TEXT, max_size=4).map("\r\n".join))
NUMBERS = st.one_of(st.integers(-(10**6), 10**6).map(float), st.floats(-1e14, 1e14, allow_subnormal=False))
LABEL = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=12)
SLUG = st.from_regex(r"[a-z0-9_-]{1,20}", fullmatch=True)
QUERY = st.fixed_dictionaries(
    {"selector": st.sampled_from(["cpu{host=*}", "net.*", 'cpu{host=~"web-.*"}'])},
    optional={
        "function": st.sampled_from(["rate", "max"]),
        "combine": st.sampled_from(["sum", "mean"]),
        "by": st.lists(LABEL, min_size=1, max_size=2, unique=True),
        "factor": NUMBERS,
        "offset": NUMBERS,
        "divided_by": st.just({"selector": "http.requests", "factor": 2.5}),
    },
)
LINE = st.fixed_dictionaries(
    {
        "series": st.none() | st.tuples(LABEL, st.dictionaries(LABEL, LABEL, max_size=2)),
        "query": QUERY,
        "label": st.just("") | TEXT,
        "category": st.just("") | TEXT,
        "colour": st.integers(0, 8),
    }
)
BOARD = st.fixed_dictionaries(
    {
        "title": TEXT,
        "note": st.just("") | TEXT,
        "owner": st.sampled_from([None, "ada", "no"]),
        "view_by": st.sampled_from(ViewBy.values),
        "view_groups": st.lists(st.sampled_from(["on call", "12:30"]), unique=True),
        "edit_by": st.sampled_from(EditBy.values),
        "edit_groups": st.lists(st.sampled_from(["on call", "12:30"]), unique=True),
        "range": st.sampled_from(["", "6h", "6 h", "today", "week", "2026-11-25T03:12:00Z/2026-11-25T04:00:00Z"]),
        "time_zone": st.sampled_from(["UTC", "Europe/Berlin"]),
        "show_activity": st.booleans(),
        "embed_origins": st.sampled_from(["", "https://a.example", "https://a.example\nhttps://*.b.example:8443"]),
        "position": st.integers(0, 32_767),
        "variables": st.sampled_from([[], [{"name": "host"}], [{"name": "host", "default": "no"}, {"name": "core"}]]),
    }
)


def value_of(option: Option[Any]) -> st.SearchStrategy[Any]:
    """A value that an option may have, or may not."""
    field = option.field
    if isinstance(field, forms.BooleanField):
        return st.booleans()
    if isinstance(field, forms.ChoiceField):
        return st.sampled_from([choice for choice, _label in field.choices])
    if isinstance(field, DurationField):
        return st.one_of(st.integers(1, 10**6), st.floats(1.0, 1e6), st.just(300.0))
    if isinstance(field, forms.IntegerField):
        return st.integers(0, 90)
    if isinstance(field, forms.FloatField):
        return NUMBERS
    if option.name == "states":
        return st.just("0 = Down, bad\r\n1 = Up, ok\r\n")
    return LONG_TEXT


@st.composite
def panel(draw: Any) -> dict[str, Any]:
    """The columns of a panel that its kind takes, and its lines."""
    kind = draw(st.sampled_from(kinds.every()))
    options: dict[str, Any] = {}
    for option in kind.options:
        if draw(st.booleans()) or option.name == "text":
            options[option.name] = draw(value_of(option))
            if kind.check(options):
                del options[option.name]
    if kind.check(options):
        options = {"text": "Words"}
    return {
        "title": draw(TEXT),
        "kind": kind.name,
        "width": draw(st.integers(2, 12)),
        "height": draw(st.integers(1, 24)),
        "editable": draw(st.booleans()) and kind.has_series,
        "options": options,
        "lines": draw(st.lists(LINE, max_size=4)),
    }


PANELS = st.lists(panel(), max_size=5)


def store(address: str, columns: dict[str, Any], panels: list[dict[str, Any]]) -> Board:
    """Make a board of what was drawn."""
    people = {"owner", "view_groups", "edit_groups"}
    board = Board(slug=address, **{name: value for name, value in columns.items() if name not in people})
    if columns["owner"]:
        board.owner = User.objects.get_or_create(username=columns["owner"])[0]
    board.save()
    for name in ("view_groups", "edit_groups"):
        getattr(board, name).set(Group.objects.get_or_create(name=group)[0] for group in columns[name])
    for position, fields in enumerate(panels):
        store_panel(board, position, fields)
    return board


def store_panel(board: Board, position: int, fields: dict[str, Any]) -> None:
    """Make one of its panels, where a series is only once."""
    columns = {name: value for name, value in fields.items() if name != "lines"}
    made = Panel.objects.create(board=board, position=position, **columns)
    shown: set[int] = set()
    for drawn in fields["lines"]:
        line = dict(drawn) | {"panel": made, "position": made.lines.count()}
        del line["series"]
        if drawn["series"] is not None:
            name, tags = drawn["series"]
            (pk,) = Series.objects.make({identity_of(name, tags): (name, tags)}).values()
            if pk in shown:
                continue
            shown.add(pk)
            line |= {"series_id": pk, "query": None}
        row = PanelSeries.objects.create(**line)
        PanelSeries.objects.filter(pk=row.pk).update(colour=drawn["colour"])
