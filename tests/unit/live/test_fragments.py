"""Declaring, finding and naming fragments."""

import functools
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.template.loader import render_to_string
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from live import ANY, Fragment, FragmentError, fragment
from live.keys import Key, RenderingId
from live.page.page import Page
from live.page.token import sign, verify

values = st.integers() | st.text() | st.uuids() | st.dates() | st.booleans()
ID = UUID("0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b")


def declare(function: Callable[..., Any]) -> Fragment:
    return fragment("any.html")(function)


def panel(pk: int, kind: str) -> dict[str, Any]:
    """A panel."""
    return {"pk": pk, "kind": kind}


def anything(value):  # type: ignore[no-untyped-def]
    return {"value": value}


def test_a_fragment_is_named_after_its_app_and_function() -> None:
    from boards.fragments import board

    assert board.name == "boards.board"
    assert Fragment.named("boards.board") is board


def test_outside_of_an_app_the_first_package_is_the_label() -> None:
    declared = declare(panel)
    assert declared.name == "tests.panel"
    assert declared.__doc__ == "A panel."
    assert declared.template == "any.html"


def test_an_unknown_name_says_which_there_are() -> None:
    declare(panel)
    with pytest.raises(FragmentError, match=r"no fragment is called 'tests.pannel'; declared are: .*tests\.panel"):
        Fragment.named("tests.pannel")


def test_without_any_fragment_an_unknown_name_says_so() -> None:
    Fragment.registry.clear()
    with pytest.raises(FragmentError, match="declared are: none"):
        Fragment.named("tests.panel")


@pytest.mark.parametrize("seconds", [-1.0, 3.1, float("nan")])
def test_an_interval_is_one_after_which_pages_are_still_right_in_time(seconds: float) -> None:
    with pytest.raises(FragmentError, match=r"interval_seconds must be 0 to 3"):
        fragment("any.html", interval_seconds=seconds)(panel)


def test_a_name_is_declared_once() -> None:
    declare(panel)
    with pytest.raises(FragmentError, match=r"tests\.panel is declared twice"):
        declare(panel)


@pytest.mark.parametrize("decorate", [fragment, lambda function: fragment(None)(function)])
def test_a_fragment_without_a_template_is_an_error_where_it_is_declared(decorate: Any) -> None:
    """``@fragment`` without parentheses took the function for the template, and the name for whatever it was."""
    with pytest.raises(FragmentError, match=r'needs a template: @fragment\("app/file\.html#partial"\)'):
        decorate(panel)
    assert "tests.panel" not in Fragment.registry


def starred(*pks: int) -> dict[str, Any]:
    return {}


def doubly_starred(**pks: int) -> dict[str, Any]:
    return {}


def positional(pk: int, /) -> dict[str, Any]:
    return {}


@pytest.mark.parametrize("function", [starred, doubly_starred, positional])
def test_parameters_need_names(function: Callable[..., Any]) -> None:
    with pytest.raises(FragmentError, match="parameters need names"):
        declare(function)
    assert f"tests.{function.__name__}" not in Fragment.registry


def test_no_parameter_is_called_as_the_one_who_is_asked_about() -> None:
    """``visible_to`` is asked as ``question(user, **parameters)``."""

    def card(user: int) -> dict[str, Any]:
        return {}

    with pytest.raises(FragmentError, match=r"tests\.card: a parameter cannot be called user"):
        declare(card)
    assert "tests.card" not in Fragment.registry


def test_no_parameter_is_a_request() -> None:
    def card(request: int) -> dict[str, Any]:
        return {}

    with pytest.raises(FragmentError, match=r"tests\.card: there is no request, for it is rendered whenever"):
        declare(card)
    assert "tests.card" not in Fragment.registry


def test_a_name_that_is_empty_was_no_text() -> None:
    with pytest.raises(FragmentError, match="in a template its name is in quotes"):
        Fragment.named("")


def test_a_key_says_what_it_is() -> None:
    key = declare(panel).key(kind="line", pk=12)
    assert key == Key("tests.panel", (("pk", 12), ("kind", "line")), "tests-panel-12-line")
    assert str(key) == "tests.panel(pk=12, kind='line')"


@pytest.mark.parametrize("params", [{}, {"pk": 1}, {"pk": 1, "kind": "a", "more": 2}, {"pk": 1, "sort": "a"}])
def test_parameters_are_those_that_are_declared(params: dict[str, Any]) -> None:
    with pytest.raises(FragmentError, match=r"tests\.panel takes \(pk, kind\), not"):
        declare(panel).key(**params)


def test_an_id_has_no_empty_or_doubled_part() -> None:
    declared = declare(anything)
    assert declared.key(value=-5).element == "tests-anything-_5"
    assert declared.key(value="a-b").element == "tests-anything-a_2d_b"


def test_an_int_may_come_as_a_string_and_a_str_as_a_number() -> None:
    assert declare(panel).key(pk="12", kind=3).params == (("pk", 12), ("kind", "3"))


@pytest.mark.parametrize("pk", ["twelve", "", None, 1.5, True, [1], "1" * 5000])
def test_what_is_no_int_is_refused(pk: Any) -> None:
    with pytest.raises(FragmentError, match=r"tests\.panel: pk is .*; it must be int"):
        declare(panel).key(pk=pk, kind="a")


@pytest.mark.parametrize("kind", [None, 1.5, False, b"a", ("a",)])
def test_what_is_no_str_is_refused(kind: Any) -> None:
    with pytest.raises(FragmentError, match="kind is .*; it must be str"):
        declare(panel).key(pk=1, kind=kind)


def test_a_parameter_without_an_annotation_stays_what_it_is() -> None:
    declared = declare(anything)
    assert declared.key(value="12").params == (("value", "12"),)
    assert declared.key(value=12).params == (("value", 12),)
    with pytest.raises(FragmentError, match="it must be int, str, bool, UUID or date"):
        declared.key(value=None)


def dated(id: UUID, day: date, is_open: bool) -> dict[str, Any]:
    return {"id": id, "day": day, "is_open": is_open}


def test_keys_take_an_uuid_a_date_and_a_bool() -> None:
    declared = declare(dated)
    key = declared.key(id=ID, day=date(987, 1, 2), is_open=False)
    assert key.element == "tests-dated-_uuid0190a1b2c3d47e5f8a9b0c1d2e3f4a5b-_on09870102-_false"
    assert declared.key(id=f"{{{str(ID).upper()}}}", day="0987-01-02", is_open="False") == key, "one spelling of each"
    assert declared.context(key) == {"id": ID, "day": date(987, 1, 2), "is_open": False}


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": 5},
        {"id": "5"},
        {"id": True},
        {"day": datetime(2026, 1, 2)},
        {"day": "2026-01-02T03:04"},
        {"day": "today"},
        {"is_open": 1},
        {"is_open": ""},
        {"is_open": "yes"},
        {"is_open": None},
    ],
)
def test_what_is_no_uuid_date_or_bool_is_refused(wrong: dict[str, Any]) -> None:
    (name,) = wrong
    with pytest.raises(FragmentError, match=rf"tests\.dated: {name} is .*; it must be (UUID|date|bool)$"):
        declare(dated).key(**{"id": uuid4(), "day": date(2026, 1, 2), "is_open": True} | wrong)


@pytest.mark.parametrize("value", [ID, date(2026, 1, 2), True])
@pytest.mark.parametrize("function", [panel, anything])
def test_an_int_or_a_str_is_no_other_type_and_what_has_no_annotation_stays_what_it_is(
    value: Any, function: Callable[..., Any]
) -> None:
    declared = declare(function)
    if function is anything:
        assert declared.key(value=value).params == (("value", value),)
        return
    for wrong in ({"pk": value, "kind": "a"}, {"pk": 1, "kind": value}):
        with pytest.raises(FragmentError, match="it must be"):
            declared.key(**wrong)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=values)
def test_a_key_comes_back_from_a_page_as_it_was(value: Any) -> None:
    Fragment.registry.clear()

    def pair(first, second=0):  # type: ignore[no-untyped-def]
        return {}

    key = declare(pair).key(first=value, second=value)
    page = Page()
    page.add(key)
    (back,) = verify(sign(page)).roots.values()
    assert back == key
    assert [type(each) for _, each in back.params] == [type(value)] * 2


def test_annotations_may_be_postponed() -> None:
    @functools.wraps(anything)
    def postponed(value):  # type: ignore[no-untyped-def]
        return {}

    del postponed.__wrapped__  # type: ignore[attr-defined]
    postponed.__annotations__ = {"value": "int"}
    assert declare(postponed).key(value="12").params == (("value", 12),)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(one=st.tuples(values, values), other=st.tuples(values, values))
def test_different_parameters_give_different_ids(one: tuple[Any, Any], other: tuple[Any, Any]) -> None:
    Fragment.registry.clear()

    def pair(first, second):  # type: ignore[no-untyped-def]
        return {}

    declared = declare(pair)
    ids = [declared.key(first=first, second=second).id for first, second in (one, other)]
    same = [(type(value), value) for value in one] == [(type(value), value) for value in other]
    assert (ids[0] == ids[1]) == same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (12, "12"),
        (-5, "-5"),
        (-5, "_5"),
        ("a-b", "a_2d_b"),
        ("", "_"),
        ("a b", "a_20_b"),
        ("1a", "_31_a"),
        ("é", "_e9_"),
    ],
)
def test_values_that_look_alike_have_different_ids(one: Any, other: Any) -> None:
    declared = declare(anything)
    assert declared.key(value=one).id != declared.key(value=other).id


@given(value=values)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_id_needs_no_escaping_anywhere(value: Any) -> None:
    Fragment.registry.clear()
    id = declare(anything).key(value=value).element
    assert id.isascii()
    assert id.replace("-", "").replace("_", "").isalnum()


def test_the_context_is_what_the_function_returns_for_the_parameters() -> None:
    declared = declare(panel)
    assert declared.context(declared.key(pk=1, kind="a")) == {"pk": 1, "kind": "a"}


def test_a_context_that_is_no_dict_is_refused() -> None:
    def panels() -> Any:
        return [1]

    declared = declare(panels)
    with pytest.raises(FragmentError, match=r"tests\.panels\(\) must return a dict for its template, not list"):
        declared.context(declared.key())


def test_visible_to_keeps_the_question_and_returns_it() -> None:
    declared = declare(panel)
    assert declared.may_see is None

    def question(user: Any, pk: int, kind: str) -> bool:
        return False

    assert declared.visible_to(question) is question
    assert declared.may_see is question


async def asked_later(user: Any, **params: Any) -> bool:
    return False


PANEL = "is called as function(user, pk, kind), and is"
WRONG_QUESTIONS: list[tuple[Any, str]] = [
    (lambda user: True, f"{PANEL} (user): got an unexpected keyword argument 'pk'"),
    (lambda user, pk: True, f"{PANEL} (user, pk): got an unexpected keyword argument 'kind'"),
    (lambda user, pk, kind, more: True, f"{PANEL} (user, pk, kind, more): missing a required argument: 'more'"),
    (lambda *, user, pk, kind: True, f"{PANEL} (*, user, pk, kind): "),
    (asked_later, "must be a plain function, not an async one"),
    ("shop.view_order", "must be a function, not 'shop.view_order'"),
]


@pytest.mark.parametrize(("question", "why"), WRONG_QUESTIONS)
def test_a_question_that_could_not_be_asked_is_an_error_where_it_is_declared(question: Any, why: str) -> None:
    """It failed where somebody looked; what is async permitted everything, as a coroutine is true."""
    declared = declare(panel)
    with pytest.raises(FragmentError, match=re.escape(f"tests.panel: visible_to {why}")):
        declared.visible_to(question)
    assert declared.may_see is None


def test_a_question_about_many_takes_them_as_one() -> None:
    declared = declare(panel)
    with pytest.raises(FragmentError, match=r"visible_to_many is called as function\(user, keys\), and is \(user\)"):
        declared.visible_to_many(lambda user: [])  # type: ignore[misc, arg-type]
    assert declared.may_see_many is None


@pytest.mark.parametrize(
    "question",
    [
        lambda someone, pk, kind, context: True,
        lambda user, **params: True,
        lambda *args, **params: True,
        lambda user, kind="", pk=0: True,
        functools.partial(lambda more, user, pk, kind: True, 1),
    ],
)
def test_a_question_may_have_what_it_likes_if_it_can_be_asked(question: Any) -> None:
    assert declare(panel).visible_to(question) is question


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"per": lambda: 1}, "per is called as function(user), and is ()"),
        ({"load_many": lambda: {}}, "load_many is called as function(keys), and is ()"),
        ({"depends_on": ("auth.User", lambda: {})}, "the function of depends_on is called as function(row), and is ()"),
    ],
)
def test_so_are_the_other_functions_that_are_called_later(options: Any, why: str) -> None:
    def some(audience: int, pk: int) -> dict[str, Any]:
        return {}

    with pytest.raises(FragmentError, match=re.escape(f"tests.some: {why}")):
        fragment("any.html", **options)(some)
    assert "tests.some" not in Fragment.registry


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"load_many": lambda keys, context: {}}, "load_many is called as function(keys), and is (keys, context): "),
        (
            {"depends_on": ("auth.User", lambda row, context: {})},
            "the function of depends_on is called as function(row), and is (row, context): ",
        ),
    ],
)
def test_who_asks_without_a_context_gives_none(options: Any, why: str) -> None:
    def some(loaded: Any, pk: int) -> dict[str, Any]:
        return {}

    with pytest.raises(FragmentError, match=re.escape(f"tests.some: {why}missing a required argument: 'context'")):
        fragment("any.html", **options)(some)


def test_whoever_is_asked_about_a_user_may_take_the_context_of_the_page() -> None:
    declared = fragment("any.html", per=lambda user, context: 1)(lambda audience: {})
    declared.visible_to_many(lambda user, keys, context: [])


def test_of_a_builtin_nobody_knows_what_it_takes() -> None:
    assert fragment("any.html", per=type)(lambda audience: {}).per is type


def test_a_fragment_is_not_called_like_the_function_below_its_decorator() -> None:
    declared: Any = declare(panel)
    with pytest.raises(FragmentError) as raised:
        declared(12, kind="a")
    assert str(raised.value) == (
        "tests.panel is a fragment, and not called by itself: panel.key(12, kind='a') names it,"
        " panel.changed(12, kind='a') announces it, and live.html_of(panel.key(12, kind='a')) is its HTML"
    )


def test_a_fragment_is_no_function_either_where_one_is_needed(templates: dict[str, str]) -> None:
    declared: Any = declare(panel)
    with pytest.raises(FragmentError, match=r"per must be a function, not <Fragment tests\.panel>"):
        fragment("any.html", per=declared)(lambda audience: {})
    templates["it.html"] = "{{ it.name }}"
    assert render_to_string("it.html", {"it": declared}) == "tests.panel"


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_changed_announces_the_id(announced: list[frozenset[RenderingId]]) -> None:
    declared = declare(panel)
    declared.changed(pk=1, kind="a")
    assert announced == [frozenset({declared.key(pk=1, kind="a").id})]
    with pytest.raises(FragmentError):
        declared.changed(pk=1)


class TestOptions:
    """Parameters that have a default."""

    @pytest.fixture
    def declared(self) -> Fragment:
        def chart(pk: int, range: str = "", rows: int = 5) -> dict[str, Any]:
            return {"range": range, "rows": rows}

        return declare(chart)

    def test_say_how_an_element_looks_and_not_which_it_is(self, declared: Fragment) -> None:
        usual, day = declared.key(pk=1), declared.key(pk=1, range="24h")
        assert usual.element == day.element == "tests-chart-1"
        assert usual.id != day.id and usual != day
        assert declared.key(pk=1, range="", rows="5") == usual
        assert declared.context(day) == {"range": "24h", "rows": 5}
        assert str(day) == "tests.chart(pk=1, range='24h', rows=5)"

    def test_differ_by_their_type_too(self) -> None:
        def optional(value=0):  # type: ignore[no-untyped-def]
            return {}

        declared = declare(optional)
        ids = {declared.key(value=value).id for value in (0, False, "0", "False", 1, True)}
        assert len(ids) == 6, "True is 1 to Python"

    @pytest.mark.parametrize("default", [None, 1.5, ()])
    def test_have_a_default_that_can_be_a_parameter(self, default: Any) -> None:
        def listed(q: str = default) -> dict[str, Any]:
            return {}

        with pytest.raises(FragmentError, match=r"tests\.listed: q is .*; it must be str"):
            declare(listed)
        assert "tests.listed" not in Fragment.registry

    def test_may_be_left_out_and_others_may_not(self, declared: Fragment) -> None:
        for wrong in ({"range": "1h"}, {"pk": 1, "window": "1h"}):
            with pytest.raises(FragmentError, match=r"takes \(pk, range, rows\)"):
                declared.key(**wrong)

    @pytest.mark.database
    @pytest.mark.django_db(transaction=True)
    def test_a_change_is_about_all_of_them_unless_it_says_which(
        self, declared: Fragment, announced: list[frozenset[RenderingId]]
    ) -> None:
        declared.changed(pk=1)
        declared.changed(pk=1, range="24h")
        (everything,), (one,) = announced
        keys = [declared.key(pk=1), declared.key(pk=1, range="24h")]
        assert [everything.includes(key.id) for key in keys] == [True, True]
        assert [one.includes(key.id) for key in keys] == [False, True]


class TestPositions:
    """What types allow works: a function that takes a parameter by position does so as a key, too."""

    def test_parameters_may_be_given_by_position(self) -> None:
        declared = declare(panel)
        assert declared.key(12, "line") == declared.key(12, kind="line") == declared.key(pk=12, kind="line")
        assert declared.changed_id(12, "line") == declared.changed_id(pk=12, kind="line")

    @pytest.mark.parametrize(("args", "params"), [((1, "a", 2), {}), ((1,), {"pk": 1}), ((1,), {}), ((1,), {"id": 1})])
    def test_none_is_given_twice_and_none_is_missing(self, args: tuple[Any, ...], params: dict[str, Any]) -> None:
        with pytest.raises(FragmentError, match=r"tests\.panel takes \(pk, kind\), not"):
            declare(panel).key(*args, **params)


class TestAny:
    """A parameter of a change that may have whichever value."""

    def test_is_about_all_elements_or_all_of_an_option(self) -> None:
        def cell(row: int, column: str, mode: str = "", unit: str = "s") -> dict[str, Any]:
            return {}

        declared = declare(cell)
        assert declared.changed_id(row=1, column=ANY) == RenderingId("tests-cell-1-*")
        assert declared.changed_id(ANY, ANY, mode=ANY) == RenderingId("tests-cell-*-*", None, ("*", "s"))
        included = [
            declared.changed_id(row=ANY, column="a", mode=ANY, unit="h").includes(declared.key(**params).id)
            for params in ({"unit": "h"}, {"unit": "h", "mode": "x"}, {}, {"unit": "h", "column": "b"})
            for params in ({"row": 5, "column": "a"} | params,)
        ]
        assert included == [True, True, False, False]

    def test_names_no_key(self) -> None:
        declared = declare(panel)
        with pytest.raises(FragmentError, match=r"tests\.panel: pk is live\.ANY; it must be int"):
            declared.key(pk=ANY, kind="a")
        with pytest.raises(FragmentError, match=r"tests\.panel takes \(pk, kind\)"):
            declared.changed(pk=ANY)
