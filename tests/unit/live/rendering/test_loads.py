"""What many are rendered from is read once."""

from collections.abc import Collection, Mapping
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ObjectDoesNotExist
from django.db import OperationalError
from django.utils import translation

from live import FragmentError, fragment, html_of
from live.rendering.loads import Loads
from live.rendering.render import render, render_or_failure
from live.rendering.tree import render_tree
from tests.unit.live.crew import pk
from tests.unit.live.loaded import Rows

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def rows(templates: dict[str, str]) -> Rows:
    return Rows(templates)


def test_those_that_are_rendered_together_are_read_together(rows: Rows, django_assert_num_queries: Any) -> None:
    keys = rows.make(*(f"person {n}" for n in range(100)))
    with django_assert_num_queries(1):
        html = html_of(*keys)
    assert html.count("<p ") == 100 and ">person 99<" in html
    assert rows.loads == [[pk(key) for key in keys]]


def test_what_a_fragment_nests_is_read_together(rows: Rows, django_assert_num_queries: Any) -> None:
    keys = rows.make("Ann", "Bob", "Cid")
    with django_assert_num_queries(2):
        renderings = render_tree([rows.rows.key()])
    assert list(renderings)[1:] == [key.id for key in keys]
    assert rows.loads == [[pk(key) for key in keys]]


def test_alone_it_is_read_with_one(rows: Rows) -> None:
    [ann] = rows.make("Ann")
    assert ">Ann<" in render(ann).html
    assert rows.loads == [[pk(ann)]]


def test_the_same_in_two_elements_and_for_two_audiences_is_read_once(templates: dict[str, str], rows: Rows) -> None:
    templates["for.html"] = "<p>{{ person.first_name }} for {{ audience }}</p>"
    [ann] = rows.make("Ann")
    read = rows.row.load_many
    assert read is not None

    @fragment("for.html", per=str, load_many=read)
    def person(audience: str, person: User, pk: int) -> dict[str, Any]:
        return {"audience": audience, "person": person}

    keys = [person.key(pk=pk(ann), audience=audience) for audience in ("x", "y")]
    html = html_of(*keys, ann, ann.named_at("footer"))
    assert "Ann for x" in html and "Ann for y" in html
    assert rows.loads == [[pk(ann)], [pk(ann)]], "each fragment by itself"


def test_of_several_parameters_a_load_is_given_named_tuples(templates: dict[str, str]) -> None:
    templates["sum.html"] = "<p>{{ sum }}</p>"
    asked: list[Any] = []

    def load(keys: Collection[Any]) -> Mapping[Any, int]:
        asked.extend(keys)
        return {key: key.a + key.b for key in keys}

    @fragment("sum.html", load_many=load)
    def added(sum: int, a: int, b: int = 2) -> dict[str, Any]:
        return {"sum": sum}

    html = html_of(added.key(a=1), added.key(a=1, b=3).named_at("x"))
    assert ">3<" in html and ">4<" in html
    assert asked == [(1, 2), (1, 3)]


def test_each_language_is_read_in_that_language(rows: Rows, templates: dict[str, str]) -> None:
    templates["word.html"] = "<p>{{ word }}</p>"

    def load(keys: Collection[int]) -> Mapping[int, str | None]:
        return dict.fromkeys(keys, translation.get_language())

    @fragment("word.html", load_many=load)
    def word(word: str, n: int) -> dict[str, Any]:
        return {"word": word}

    with translation.override("de"):
        assert ">de<" in html_of(word.key(n=1))
    assert ">en<" in html_of(word.key(n=1))


def test_what_is_not_loaded_is_gone(rows: Rows) -> None:
    [ann] = rows.make("Ann")
    gone = rows.row.key(pk=0)
    with pytest.raises(ObjectDoesNotExist, match=r"tests\.row: load_many gave nothing for 0"):
        render(gone)
    loads = Loads()
    loads.expect([ann, gone])
    assert "no longer here" in render_or_failure(gone, loads=loads).html
    assert ">Ann<" in render_or_failure(ann, loads=loads).html
    assert len(rows.loads) == 2, "the second time it was one load"


def test_a_load_that_fails_is_that_of_all_and_tried_once(rows: Rows, caplog: pytest.LogCaptureFixture) -> None:
    keys = rows.make("Ann", "Bob")
    last = render(keys[0])
    rows.loads.clear()
    rows.failure = ValueError("why")
    loads = Loads()
    loads.expect(keys)
    assert render_or_failure(keys[0], last, loads).out_of_date.startswith("Out of date: ")
    assert render_or_failure(keys[1], None, loads).failed
    assert len(rows.loads) == 1
    assert "ValueError: why" in caplog.text
    with pytest.raises(ValueError, match="why"):
        html_of(*keys)


def test_a_load_that_loses_its_connection_is_tried_again_once_for_all(rows: Rows, settings: Any) -> None:
    keys = rows.make("Ann", "Bob", "Cid")
    rows.failure = OperationalError("the connection is closed")
    loads = Loads()
    loads.expect(keys)
    assert all(render_or_failure(key, loads=loads).failed for key in keys)
    assert len(rows.loads) == 1, "in a transaction it is lost with its connection"


def test_a_row_that_fails_is_alone(rows: Rows) -> None:
    keys = rows.make("Ann", "bad", "Cid")
    loads = Loads()
    loads.expect(keys)
    assert [render_or_failure(key, loads=loads).failed for key in keys] == [False, True, False]


@pytest.mark.parametrize(
    ("answer", "words"),
    [([1], "load_many of tests.it must return a mapping, not list"), (None, "must return a mapping, not NoneType")],
)
def test_what_is_no_mapping_is_an_error(templates: dict[str, str], answer: Any, words: str) -> None:
    templates["it.html"] = "<p></p>"

    @fragment("it.html", load_many=lambda keys: answer)
    def it(loaded: Any, pk: int) -> dict[str, Any]:
        return {}

    with pytest.raises(FragmentError, match=words):
        render(it.key(pk=1))


def test_a_load_that_says_that_something_is_missing_does_not_say_that_all_are_gone(rows: Rows) -> None:
    [ann] = rows.make("Ann")
    rows.failure = User.DoesNotExist("a team")
    with pytest.raises(FragmentError, match=r"load_many of tests\.row raised DoesNotExist\('a team'\); what is gone"):
        render(ann)


def test_seconds_are_those_of_reading(rows: Rows) -> None:
    [ann] = rows.make("Ann")
    loads = Loads()
    assert loads.seconds == 0
    render(ann, loads)
    assert loads.seconds > 0
    assert loads.of(rows.rows.key()) == (), "what has no load_many reads for itself"


def test_a_function_that_takes_no_loaded_is_an_error_where_it_is_declared() -> None:
    with pytest.raises(FragmentError, match=r"tests\.it gets loaded first: def it\(loaded, \.\.\.\)"):

        @fragment("it.html", load_many=lambda keys: {})
        def it() -> dict[str, Any]:
            return {}
