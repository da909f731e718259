"""What the tests of variables share: one to set, and the sentence with which its value is refused."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

NAME = "BOARD_TEST"


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Set the variable, or with None unset it."""

    def give(value: str | None) -> None:
        if value is None:
            monkeypatch.delenv(NAME, raising=False)
        else:
            monkeypatch.setenv(NAME, value)

    return give


def refused(call: Any) -> str:
    """The one sentence with which it is refused."""
    with pytest.raises(ImproperlyConfigured) as caught:
        call()
    sentence = str(caught.value)
    assert sentence.startswith(NAME)
    assert "\n" not in sentence
    return sentence
