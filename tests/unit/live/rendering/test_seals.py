"""Proof that this server has put an element on some page."""

from typing import Any

from live.rendering.seals import is_seal, seal


def test_a_seal_is_of_one_id_and_one_site(settings: Any) -> None:
    first = seal("a")
    assert len(first) == 12, "nine bytes are enough, and every element has one"
    assert seal("a") == first
    assert seal("b") != first
    settings.SECRET_KEY = "another secret, as long as it ought to be, but another one"
    assert seal("a") != first
    assert not is_seal("a", first)


def test_a_seal_outlives_the_rotation_of_its_secret(settings: Any) -> None:
    old = seal("a")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another secret, as long as it ought to be, but another one"
    assert is_seal("a", old)
    assert is_seal("a", seal("a"))
    assert not is_seal("b", old)
    assert not is_seal("a", "é")
