"""What kinds look like in a form: each has a thumbnail of its own, and few options at first sight."""

import re

import pytest

from boards import kinds
from boards.kinds import Kind
from tests.unit.boards.conftest import KINDS


def test_each_kind_has_a_thumbnail_of_its_own() -> None:
    symbols = [kind.symbol for kind in kinds.every()]
    assert len(set(symbols)) == len(symbols) and Kind.symbol not in symbols
    for symbol in symbols:
        assert re.fullmatch(r"[MLHVACZmlhvacz0-9. -]+", symbol), "a path, without anything that ends an attribute"


@pytest.mark.parametrize("name", KINDS)
def test_few_options_are_common_and_what_they_suggest_is_valid(name: str) -> None:
    options = kinds.registry[name].options
    common = [option.name for option in options if option.is_common]
    assert 1 <= len(common) <= 5, common
    for option in options:
        assert [option.clean(value) for value in option.suggestions] == list(option.suggestions)
