"""Whatever is wrong with a document is said, all at once and where it is."""

from typing import Any

import pytest

from boards.documents.check import check
from boards.documents.yaml_text import Text

pytestmark = pytest.mark.django_db

TEN_MISTAKES = """\
version: 1
boards:
  - address: web
    title: no
    range: 6 hours
    time_zone: Europe/Berlim
    show_activity: yes
    panels:
      - title: CPU
        kind: lime
        width: 13
        options: {window: 5 min, uint: B}
      - title: 12:30
        kind: stat
        heigth: 2
        options:
          unit: 5
          warn_at: high
          windw: 5 min
        lines:
          - series: cpu{host=*}
          - series: cpu
            query: cpu
          - query: {selector: "cpu{", function: rate}
  - address: web
    title: 5
    title: Web
"""


def problems(text: str) -> list[str]:
    read = Text(text)
    located = [*read.problems, *map(read.located, check(read.data))]
    return [str(one) for one in sorted(located, key=lambda one: one.mark)]


def test_a_file_with_many_mistakes_has_each_named_with_line_and_column() -> None:
    assert problems(TEN_MISTAKES) == [
        "boards[0].range: “6 hours” is not a range; one looks like 6h, 7d, today or week (line 5, column 12)",
        "boards[0].time_zone: “Europe/Berlim” is no time zone; one looks like Europe/Berlin (line 6, column 16)",
        "boards[0].show_activity: It must be true or false, not “yes” (line 7, column 20)",
        "boards[0].panels[0].kind: “lime” is not a kind; did you mean “line”? (line 10, column 15)",
        "boards[0].panels[0].width: Ensure this value is less than or equal to 12 (line 11, column 16)",
        "boards[0].panels[0].options.uint: There is no option “uint”; did you mean “unit”? (line 12, column 34)",
        "boards[0].panels[1].heigth: There is no “heigth” here; did you mean “height”? (line 15, column 9)",
        "boards[0].panels[1].options.unit: It must be a text, not 5 (line 17, column 17)",
        "boards[0].panels[1].options.warn_at: It must be a number, not 'high' (line 18, column 20)",
        "boards[0].panels[1].options.windw: There is no option “windw”; did you mean “window”? (line 19, column 11)",
        "boards[0].panels[1].lines[0].series: It must be one series. What may mean several is a query: write “query”"
        " instead (line 21, column 21)",
        "boards[0].panels[1].lines[1]: A line has either a series or a query (line 22, column 13)",
        "boards[0].panels[1].lines[2].query.selector: The name of a tag must be here. (column 5) (line 24, column 31)",
        "boards[1].address: “web” is the address of another board of this file (line 25, column 14)",
        "boards[1].title: It must be a text, not “5”. Write it in quotes (line 26, column 12)",
        "boards[1].title: “title” is here twice, first in line 26 (line 27, column 5)",
    ]


BOARD = {"version": 1, "address": "a", "title": "A"}
PANEL = {"title": "P", "kind": "line"}


def words(document: Any) -> list[str]:
    return [str(problem) for problem in check(document)]


def test_the_smallest_board_is_right() -> None:
    assert words(BOARD) == []
    assert words({"version": 1, "boards": []}) == []
    assert words(BOARD | {"note": None, "panels": None, "position": None}) == []


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (None, "A document begins with “version: 1” and says what a board is."),
        ([], "A document begins with “version: 1” and says what a board is."),
        ({"address": "a", "title": "A"}, "“version: 1” is missing."),
        (BOARD | {"version": 2}, "version: “2” is not a version; allowed: 1."),
        (BOARD | {"version": True}, "version: “True” is not a version; allowed: 1."),
        ({"version": 1, "title": "A"}, "“address” is missing."),
        (BOARD | {"title": ""}, "title: “title” is missing."),
        (BOARD | {"title": "x" * 101}, "title: Ensure this value has at most 100 characters (it has 101)."),
        (BOARD | {"title": "a\0b"}, "title: There is a character in it that no text can have."),
        (
            BOARD | {"address": "a b"},
            "address: Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.",
        ),
        (BOARD | {"show_activity": ""}, "show_activity: It must be true or false, not “”."),
        (BOARD | {"position": 1.5}, "position: It must be a whole number, not “1.5”."),
        (BOARD | {"view_by": "me"}, "view_by: “me” is not allowed; allowed: public, signed_in, groups, owner."),
        (
            BOARD | {"owner": "eve"},
            "owner: There is no user “eve” here. Make the account first, or leave out the owner.",
        ),
        (
            BOARD | {"owner": "e\0"},
            "owner: There is a character in it that no text can have.",
        ),
        (BOARD | {"owner": 5}, "owner: It must be a text, not “5”. Write it in quotes."),
        (BOARD | {"view_groups": "ops"}, "view_groups: It must be a list of names, not “ops”."),
        (BOARD | {"edit_groups": [1]}, "edit_groups[0]: It must be a text, not “1”. Write it in quotes."),
        (
            BOARD | {"edit_groups": ["ops"]},
            "edit_groups[0]: There is no group “ops” here. Make it first, or leave it out.",
        ),
        (BOARD | {"panels": {}}, "panels: It must be a list, of which each item begins with a dash, not “{}”."),
        (BOARD | {"panels": ["x"]}, "panels[0]: It must be names and values, not “x”."),
        ({"version": 1, "boards": {}}, "boards: It must be a list, of which each item begins with a dash, not “{}”."),
    ],
)
def test_what_a_board_cannot_be(document: Any, expected: str) -> None:
    assert expected in words(document)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"title": None}, "panels[0].title: “title” is missing."),
        ({"key": "a b"}, "panels[0].key: Enter a valid “slug” consisting of letters, numbers, underscores or hyphens."),
        ({"kind": "zzz"}, "panels[0].kind: “zzz” is not a kind; allowed: area, bar, "),
        ({"options": []}, "panels[0].options: It must be names and values, not “[]”."),
        ({"kind": "text", "editable": True, "options": {"text": "a"}}, "panels[0].editable: This kind has no values"),
        ({"kind": "text"}, "panels[0].options.text: A text panel needs its text."),
        ({"options": {"x_axis": "nams"}}, "panels[0].options.x_axis: “nams” is not allowed; did you mean “names”?"),
        ({"options": {"window": "soon"}}, "panels[0].options.window: “soon” is not a length of time; one looks like"),
        ({"options": {"window": "0.5 s"}}, "panels[0].options.window: It must be 1 s to 36600 d."),
        (
            {"options": {"minimum": 2, "maximum": 1}},
            "panels[0].options.maximum: The axis must end above where it begins.",
        ),
        ({"options": {"bins": 4}}, "panels[0].options.bins: “Bins” does nothing for the kind “line”; it is for "),
        ({"lines": [{}]}, "panels[0].lines[0]: A line has either a series or a query."),
        ({"lines": [{"series": 5}]}, "panels[0].lines[0].series: It must be a series such as cpu{host=web-1}."),
        ({"lines": [{"series": {"name": 5}}]}, "panels[0].lines[0].series: A name and its tags must be texts;"),
        ({"lines": [{"series": "a{b=c,b=d}"}]}, "panels[0].lines[0].series: A tag is there twice."),
        (
            {"lines": [{"series": "a"}, {"series": '"a"'}]},
            "panels[0].lines[1].series: This series is on the panel already.",
        ),
        (
            {"lines": [{"series": "a", "colour": 9}]},
            "panels[0].lines[0].colour: A colour is a number from 1 to 8, or 0",
        ),
        ({"lines": [{"query": {"selectr": "a"}}]}, "panels[0].lines[0].query.selectr: A query has no 'selectr'"),
        ({"lines": [{"query": "a{"}]}, "panels[0].lines[0].query: The name of a tag must be here."),
    ],
)
def test_what_a_panel_cannot_be(fields: dict[str, Any], expected: str) -> None:
    assert any(words.startswith(expected) for words in words(BOARD | {"panels": [PANEL | fields]})), words(
        BOARD | {"panels": [PANEL | fields]}
    )


def test_variables() -> None:
    variables = [{"name": "host"}, {"name": "a b"}, {"name": "core", "defautl": "x"}]
    lines = [{"query": "cpu{host=$host}"}, {"query": "cpu{host=$hots}"}]
    panels = [PANEL | {"repeat": "host", "lines": lines}, PANEL | {"repeat": "hots"}]
    assert words(BOARD | {"variables": variables, "panels": panels}) == [
        "variables[1]: “a b” cannot be a variable: it is the name of a tag, of letters, digits and _ . - only.",
        "variables[2]: A variable is an object with a name, and perhaps a default.",
        "panels[0].lines[1].query: There is no variable $hots here; there is $host.",
        "panels[1].repeat: There is no variable $hots here; there is $host.",
    ]
    assert words(BOARD | {"variables": [{"name": "a"}] * 2}) == ["variables: The variable “a” is there twice."]
    assert words(BOARD | {"variables": {}}) == ["variables: The variables must be a list."]


def test_what_is_nested_without_end_is_refused_before_it_is_read() -> None:
    value: Any = "x"
    for _number in range(900):
        value = [value]
    assert words(BOARD | {"note": value}) == ["There are more than 20 lists and names in each other."]


def test_two_panels_of_one_key() -> None:
    panels = [PANEL | {"key": "a"}, PANEL | {"key": "a"}]
    assert words(BOARD | {"panels": panels}) == ["panels[1].key: “a” is the key of another panel of this board."]


def test_a_list_that_is_too_long_is_refused_and_not_looked_into() -> None:
    panels: list[dict[str, Any]] = [{"title": "A"}] * 500 + [{"kind": "lime"}] * 20_000
    board = {"version": 1, "address": "web", "title": "Web"}
    assert not check(board | {"panels": panels[:500]})
    (problem,) = check(board | {"panels": panels})
    assert str(problem) == "panels[500]: There are 20500; at most 500 fit."
    lines = [{"series": f"cpu{{host={number}}}"} for number in range(501)]
    (problem,) = check(board | {"panels": [{"title": "A", "lines": lines}]})
    assert str(problem) == "panels[0].lines[500]: There are 501; at most 500 fit."


def test_of_a_great_many_mistakes_the_first_are_named() -> None:
    found = check({"version": 1, "address": "web", "title": "Web"} | {f"x{number}": 1 for number in range(50_000)})
    assert len(found) == 100
