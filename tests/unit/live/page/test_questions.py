"""What a project's functions are asked with."""

from typing import Any

from live.keys import PageContext
from live.page.questions import ask, ask_many, takes_context

ARABIC = PageContext("ar", "UTC")


def with_context(user: Any, pks: Any = None, *, context: Any = None) -> Any:
    return context


def test_who_has_a_parameter_for_it_gets_the_page_s_context() -> None:
    assert ask(with_context, None, ARABIC) == ask_many(with_context, None, ARABIC, []) == ARABIC


def test_of_a_builtin_nobody_knows_what_it_takes() -> None:
    assert not takes_context(dict) and ask(bool, 1, ARABIC) is True
