"""The values that are chosen for variables, in one text."""

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from boards.ranges import View
from boards.variables.declared import Variable
from boards.variables.values import MAX_CHOSEN, chosen_values, pairs_of, text_of, values_in, with_values
from series.samples import UNPRINTABLE

VARIABLES = [Variable("host", "web-1"), Variable("zone")]
NAMES = ["host", "zone"]


@pytest.mark.parametrize(
    ("address", "text"),
    [
        ("", ""),
        ("range=6h&other=1", ""),
        ("host=web-1", "host=web-1"),
        ("zone=eu&host=b&host=a&host=b", "host=a&host=b&zone=eu"),
        ("host=&zone=eu", "zone=eu"),
        ("host=%2A", "host=%2A"),
        ("host=a%26zone%3Deu", "host=a%26zone%3Deu"),
    ],
)
def test_all_who_choose_the_same_have_the_same_text(address: str, text: str) -> None:
    assert values_in(QueryDict(address), NAMES) == text
    assert values_in(QueryDict(text), NAMES) == text


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("host=a%00", "This cannot be a value of “host”."),
        ("zone=" + "z" * 201, "This cannot be a value of “zone”."),
        ("&".join(f"host={number}" for number in range(MAX_CHOSEN + 1)), "Choose at most 20 values"),
        ("&".join(f"host={number}{'é' * 190}" for number in range(9)), "of 3000 characters together"),
    ],
)
def test_what_no_tag_can_be_is_refused(address: str, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        values_in(QueryDict(address), NAMES)


def test_what_is_not_chosen_is_the_default_and_without_one_all() -> None:
    assert chosen_values("", VARIABLES) == {"host": ("web-1",), "zone": ()}
    assert chosen_values("host=b&host=a&rack=1", VARIABLES) == {"host": ("b", "a"), "zone": ()}
    assert chosen_values("host=%2A&zone=eu", VARIABLES) == {"host": (), "zone": ("eu",)}


VALUES = st.text(min_size=1, max_size=20).filter(lambda text: not UNPRINTABLE.search(text) and text.strip())


@given(st.lists(VALUES, max_size=4), VALUES)
def test_odd_values_come_through_an_address_as_they_are(hosts: list[str], zone: str) -> None:
    text = text_of([*(("host", host) for host in hosts), ("zone", zone)])
    view = View("6h", tz="UTC", values=text)
    address = QueryDict(view.query.lstrip("?"))
    assert values_in(address, NAMES) == text
    assert (address["range"], address["tz"]) == ("6h", "UTC")
    assert set(pairs_of(with_values(text, "host", ["one"]))) == {("host", "one"), ("zone", zone)}
