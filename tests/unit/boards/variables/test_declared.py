"""Which variables a board can declare."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from boards.models import Board, Panel, PanelSeries
from boards.variables.declared import MAX_VARIABLES, Variable, check_variables, variables_of


def test_they_are_read_in_their_order() -> None:
    stored = [{"name": "zone", "default": "eu"}, {"name": "host"}]
    check_variables(stored)
    assert variables_of(stored) == [Variable("zone", "eu"), Variable("host")]


def test_all_is_what_is_chosen_where_there_is_no_default() -> None:
    assert variables_of([{"name": "host", "default": "*"}]) == [Variable("host")]


@pytest.mark.parametrize(
    ("stored", "words"),
    [
        ({"name": "host"}, "The variables must be a list."),
        (["host"], "A variable is an object with a name"),
        ([{"name": "host", "label": "Host"}], "A variable is an object with a name"),
        ([{"default": "a"}], "A variable is an object with a name"),
        ([{"name": 5}], "“5” cannot be a variable: it is the name of a tag"),
        ([{"name": "the host"}], "“the host” cannot be a variable"),
        ([{"name": "5xx"}], "“5xx” cannot be a variable"),
        ([{"name": "h" * 61}], "cannot be a variable"),
        ([{"name": "range"}], "“range” cannot be a variable: addresses of boards have a parameter of that name."),
        ([{"name": "From"}], "“From” cannot be a variable: addresses"),
        ([{"name": "host", "default": 5}], "The default of “host” cannot be the value of a tag."),
        ([{"name": "host", "default": "a\nb"}], "The default of “host” cannot be the value of a tag."),
        ([{"name": "host"}, {"name": "host"}], "The variable “host” is there twice."),
        ([{"name": f"a{number}"} for number in range(MAX_VARIABLES + 1)], "A board has at most 8 variables."),
    ],
)
def test_what_cannot_be_declared_is_refused(stored: object, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        check_variables(stored)


@given(st.recursive(st.none() | st.text(max_size=5) | st.integers(), lambda one: st.lists(one, max_size=3)))
def test_what_a_program_has_stored_and_is_none_is_left_out(stored: object) -> None:
    assert variables_of(stored) == []
    assert variables_of([stored, {"name": "host"}, {"name": "host", "default": "twice"}]) == [Variable("host")]


@pytest.fixture
def panel(db: None) -> Panel:
    board = Board.objects.create(title="Hosts", slug="hosts", variables=[{"name": "host"}, {"name": "zone"}])
    return Panel.objects.create(board=board, title="CPU")


def test_a_panel_repeats_only_over_a_variable_of_its_board(panel: Panel) -> None:
    panel.repeat = "host"
    panel.full_clean()
    panel.repeat = "rack"
    with pytest.raises(ValidationError) as refused:
        panel.full_clean()
    assert refused.value.message_dict == {"repeat": ["There is no variable $rack here; there is $host, $zone."]}


def test_a_query_has_only_variables_of_its_board(panel: Panel) -> None:
    PanelSeries(panel=panel, query={"selector": "cpu{host=$host}"}).full_clean()
    divided = {"selector": "cpu{host=$host}", "divided_by": {"selector": "all{rack=$rack}"}}
    with pytest.raises(ValidationError) as refused:
        PanelSeries(panel=panel, query=divided).full_clean()
    assert refused.value.messages == ["There is no variable $rack here; there is $host, $zone."]
