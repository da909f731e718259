"""Which other sites may show a board."""

import pytest
from django.core.exceptions import ValidationError

from boards.display.origins import frame_ancestors, is_listed
from boards.models.boards import check_origins

LISTED = ["https://intranet.example", "https://*.agency.example", "http://127.0.0.1:8801"]


@pytest.mark.parametrize(
    "origin",
    ["https://intranet.example", "https://INTRANET.example", "https://a.b.agency.example", "http://127.0.0.1:8801"],
)
def test_listed(origin: str) -> None:
    assert is_listed(origin, LISTED)


@pytest.mark.parametrize(
    "origin",
    [
        "http://intranet.example",
        "https://intranet.example:8443",
        "https://intranet.example.evil.example",
        "https://evil-agency.example",
        "https://agency.example",
        "http://127.0.0.1:8802",
        "null",
        "://",
        "",
    ],
)
def test_not_listed(origin: str) -> None:
    assert not is_listed(origin, LISTED)


def test_a_board_that_lists_nothing_is_shown_by_our_own_pages() -> None:
    assert frame_ancestors([]) == "frame-ancestors 'self'"
    assert frame_ancestors(LISTED[:2]) == "frame-ancestors 'self' https://intranet.example https://*.agency.example"


@pytest.mark.parametrize("text", ["", "https://a.example", "https://a.example\n  http://*.b.example:8080\n"])
def test_origins_that_can_be_listed(text: str) -> None:
    check_origins(text)


@pytest.mark.parametrize(
    "origin",
    [
        "*",
        "https://*",
        "https:",
        "a.example",
        "https://a.example/",
        "https://a.example/path",
        "https://a.example;script-src",
        "https://a.example,https://b.example",
        "javascript://a.example",
        "https://a.*.example",
        "'none'",
        "https://ä.example",
    ],
)
def test_what_is_no_origin_is_refused_by_name(origin: str) -> None:
    with pytest.raises(ValidationError, match="is no origin"):
        check_origins(f"https://fine.example\n{origin}")
