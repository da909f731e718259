"""What a page says of itself."""

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from live.page.page import Page, Reason
from live.page.report import (
    MAX_ENTRIES,
    MAX_MORE,
    MAX_REPORT_LENGTH,
    BadReport,
    Report,
    UnknownSeal,
    read_report,
    reason_of,
)
from live.page.token import BadPage, OutdatedPage, sign
from live.rendering.seals import seal

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(["page", "shown"]), inner),
    max_leaves=12,
)


def entry(id: str, version: str, given: str | None = None) -> str:
    return f"{id} {version} {seal(id) if given is None else given}"


def report(**content: Any) -> str:
    return json.dumps(content)


def test_a_report_is_the_token_and_the_versions() -> None:
    text = report(page="token", shown=[entry("a-1", "v"), entry("b-2", "w!")], HEADERS={"HX-Request": "true"})
    assert read_report(text) == Report("token", {"a-1": "v", "b-2": "w!"})


def test_a_single_fragment_comes_without_a_list() -> None:
    assert read_report(report(page="token", shown=entry("a-1", "v"))) == Report("token", {"a-1": "v"})


def test_what_is_far_from_the_window_is_of_what_is_shown() -> None:
    text = report(page="token", shown=[entry("a", "v"), entry("b", "w")], far=["b", "c"])
    assert read_report(text) == Report("token", {"a": "v", "b": "w"}, frozenset(["b"]))


@pytest.mark.parametrize("far", [5, None, [["a"]], [{}], True])
def test_what_is_far_is_a_list_of_ids(far: Any) -> None:
    with pytest.raises(BadReport, match="cannot be read"):
        read_report(report(page="token", shown=[entry("a", "v")], far=far))


def test_what_came_to_the_page_later_has_entries() -> None:
    assert read_report(report(page="token", more=["a", "b"])).more == ("a", "b")
    assert len(read_report(report(page="token", more=["a"] * MAX_MORE)).more) == MAX_MORE


@pytest.mark.parametrize("more", [["a"] * (MAX_MORE + 1), [1], [["a"]], 7, None])
def test_entries_are_so_many_and_texts(more: Any) -> None:
    with pytest.raises(BadReport):
        read_report(report(page="token", more=more))


def test_a_page_may_show_nothing() -> None:
    assert read_report(report(page="token")) == Report("token", {})
    assert read_report(report(page="token", shown=[])) == Report("token", {})


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "{",
        "[]",
        "1",
        "null",
        '"page"',
        "{}",
        report(shown=[]),
        report(page="token", shown=None),
        report(page="token", shown=1),
        report(page="token", shown=[1]),
        report(page="token", shown=""),
        report(page="token", shown=["a"]),
        report(page="token", shown=["a b"]),
        report(page="token", shown=["a b c d"]),
        report(page="token", shown=[["a", "b", "c"]]),
        report(page="token", shown=["\ud800 v s"]),
        "[" * 100_000,
        '{"page": ' + "1" * 5000 + "}",
    ],
)
def test_what_no_page_says_cannot_be_read(text: str | None) -> None:
    with pytest.raises(BadReport, match="the page's report cannot be read"):
        read_report(text)


@pytest.mark.parametrize("token", [None, 1, ["a"], {}, True])
def test_a_token_is_text(token: Any) -> None:
    with pytest.raises(BadReport, match="the page's report has no token"):
        read_report(report(page=token))


@pytest.mark.parametrize("given", ["", "forged", seal("b"), seal("a")[:-1], seal("a") + "="])
def test_a_page_asks_only_for_what_it_was_given(given: str) -> None:
    with pytest.raises(UnknownSeal, match="the page asks for 'a', which it was not given") as caught:
        read_report(report(page="token", shown=[entry("b", "v"), entry("a", "v", given)]))
    assert caught.value.token == "token"


def test_a_report_has_so_many_characters_and_no_more() -> None:
    text = report(page="token")
    assert read_report(text + " " * (MAX_REPORT_LENGTH - len(text))) == Report("token", {})
    with pytest.raises(BadReport, match="more than 1048576 characters"):
        read_report(text + " " * (MAX_REPORT_LENGTH - len(text) + 1))


def test_a_report_has_so_many_fragments_and_no_more() -> None:
    assert read_report(report(page="token", shown=[entry("a", "v")] * MAX_ENTRIES)) == Report("token", {"a": "v"})
    with pytest.raises(BadReport, match="more than 10000 fragments"):
        read_report(report(page="token", shown=[entry("a", "v")] * (MAX_ENTRIES + 1)))


@given(text=st.text() | anything.map(lambda value: json.dumps(value)))
@example(text='{"page": NaN, "shown": Infinity}')
@example(text='{"page": "a", "shown": {"a b c": 1}}')
def test_arbitrary_text_is_read_or_a_bad_report(text: str) -> None:
    try:
        token, shown, far = read_report(text)
    except BadReport as error:
        assert str(error)
    else:
        assert isinstance(token, str)
        assert all(isinstance(part, str) for pair in shown.items() for part in pair)
        assert far <= shown.keys()


@given(shown=st.dictionaries(st.text("abc-_123", min_size=1), st.text("abcAB_-=!", min_size=1)))
def test_every_page_of_ours_can_be_read(shown: dict[str, str]) -> None:
    text = report(page="token", shown=[entry(id, version) for id, version in shown.items()])
    assert read_report(text) == Report("token", shown)


def test_why_a_page_is_not_kept_up_to_date() -> None:
    ours = sign(Page())
    assert reason_of(UnknownSeal("a stranger's", ours)) is Reason.FORBIDDEN
    assert reason_of(UnknownSeal("a key that is used no more", "a token of then")) is Reason.GONE
    assert reason_of(BadReport("no JSON")) is Reason.BAD_REPORT
    assert reason_of(BadPage("not signed")) is Reason.GONE
    assert reason_of(OutdatedPage("another version")) is Reason.GONE
