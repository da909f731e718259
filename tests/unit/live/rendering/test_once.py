"""What is asked once, and for how long."""

from collections.abc import Callable

import pytest
from django.template import engines

from live.rendering.once import asked_once, making_page


@pytest.fixture
def ask() -> Callable[[], int]:
    answers = iter(range(100))
    return asked_once(lambda: next(answers))


def test_elsewhere_than_on_a_page_it_is_asked_each_time(ask: Callable[[], int]) -> None:
    assert [ask(), ask()] == [0, 1]


def test_on_a_page_it_is_asked_once_and_for_each_page_anew(ask: Callable[[], int]) -> None:
    answers = []
    for _ in range(2):
        with making_page():
            answers += [ask(), ask()]
    assert answers == [0, 0, 1, 1]
    assert ask() == 2


def test_what_is_made_within_a_page_is_a_part_of_it(ask: Callable[[], int]) -> None:
    with making_page():
        answers = [ask()]
        with making_page():
            answers.append(ask())
        answers.append(ask())
    assert answers == [0, 0, 0]


def test_one_answer_is_not_that_to_another_question(ask: Callable[[], int]) -> None:
    other = asked_once(lambda: "other")
    with making_page():
        assert [ask(), other(), ask()] == [0, "other", 0]


def test_what_could_not_be_asked_is_asked_again() -> None:
    answers = iter([ZeroDivisionError, "there"])

    @asked_once
    def ask() -> str:
        answer = next(answers)
        if isinstance(answer, str):
            return answer
        raise answer

    with making_page():
        with pytest.raises(ZeroDivisionError):
            ask()
        assert ask() == "there"


def test_a_page_is_a_template_that_is_rendered(ask: Callable[[], int]) -> None:
    template = engines["django"].from_string("{{ ask }}{{ ask }}")
    assert [template.render({"ask": ask}) for _ in range(2)] == ["00", "11"]
