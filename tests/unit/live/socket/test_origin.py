"""Whether a socket comes from a page of this site."""

from typing import Any

import pytest

from live.socket.origin import why_refused

HOST = b"board.example.com"


@pytest.fixture(autouse=True)
def hosts(settings: Any) -> None:
    settings.DEBUG = False
    settings.ALLOWED_HOSTS = ["board.example.com", ".wide.example"]
    settings.CSRF_TRUSTED_ORIGINS = ["https://trusted.example", "https://*.many.example", "http://port.example:8080"]


def refusal(origin: bytes | None, host: bytes | None = HOST) -> str | None:
    headers = [(b"Host", host), (b"Origin", origin), (b"cookie", b"a=b")]
    return why_refused((name, value) for name, value in headers if value is not None)


def asked(origin: bytes | None, host: bytes | None = HOST) -> bool:
    return refusal(origin, host) is None


@pytest.mark.parametrize(
    "origin", [b"https://board.example.com", b"http://board.example.com", b"https://BOARD.example.COM"]
)
def test_a_page_of_the_same_host_may_connect(origin: bytes) -> None:
    assert asked(origin)


def test_the_port_is_part_of_the_host() -> None:
    assert asked(b"http://board.example.com:8000", b"board.example.com:8000")
    assert not asked(b"http://board.example.com:8001", b"board.example.com:8000")
    assert not asked(b"http://board.example.com", b"board.example.com:8000")


@pytest.mark.parametrize(
    "origin",
    [
        None,
        b"",
        b"null",
        b"https://evil.example",
        b"https://board.example.com.evil.example",
        b"https://evilboard.example.com",
        b"ftp://board.example.com",
        b"file://board.example.com",
        b"https://user@board.example.com",
        b"https://[::1",
        b"https://trusted.example:99999",
        b"https://board.example.com:http",
        b"https://\xff",
    ],
)
def test_another_site_may_not(origin: bytes | None) -> None:
    assert not asked(origin)


def test_a_host_that_is_not_ours_is_refused_however_equal() -> None:
    """A name of an attacker's that resolves to our address."""
    assert not asked(b"https://evil.example", b"evil.example")
    assert asked(b"https://a.wide.example", b"a.wide.example")


def test_without_a_host_nobody_may_connect() -> None:
    assert not asked(b"https://board.example.com", None)


def test_every_host_is_still_the_same_host(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    assert asked(b"https://any.example", b"any.example")
    assert not asked(b"https://evil.example", b"any.example")
    assert not asked(None, b"any.example")


@pytest.mark.parametrize(
    ("origin", "trusted"),
    [
        (b"https://trusted.example", True),
        (b"http://trusted.example", False),
        (b"https://trusted.example:8443", False),
        (b"https://a.trusted.example", False),
        (b"https://a.many.example", True),
        (b"https://a.b.many.example", True),
        (b"https://amany.example", False),
        (b"http://port.example:8080", True),
        (b"http://port.example", False),
    ],
)
def test_an_origin_that_is_trusted_may_connect(origin: bytes, trusted: bool) -> None:
    assert asked(origin) == trusted


@pytest.mark.parametrize("host", [b"localhost:8000", b"127.0.0.1", b"[::1]:8000", b"a.localhost"])
@pytest.mark.parametrize("debug", [True, False])
def test_with_debug_this_machine_is_allowed(settings: Any, host: bytes, debug: bool) -> None:
    settings.ALLOWED_HOSTS = []
    settings.DEBUG = debug
    assert asked(b"http://" + host, host) == debug


@pytest.mark.parametrize("setting", ["SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE"])
def test_on_a_site_with_tls_only_its_pages_with_tls_may_connect(settings: Any, setting: str) -> None:
    """Somebody on the way could make a page without TLS at our own name."""
    setattr(settings, setting, True)
    assert asked(b"https://board.example.com")
    assert not asked(b"http://board.example.com")
    assert not asked(b"http://port.example:8080")


@pytest.mark.parametrize(
    ("origin", "host", "words"),
    [
        (b"https://evil.example", HOST, "add the origin to CSRF_TRUSTED_ORIGINS, which is ['https://trusted.example'"),
        (b"https://board.example.com", b"127.0.0.1:8000", "have the proxy pass the Host header on"),
        (b"https://other.example", b"other.example", "ALLOWED_HOSTS, which is ['board.example.com', '.wide.example']"),
        (b"https://[::1", HOST, "that is no origin"),
        (None, HOST, "every browser sends an Origin"),
    ],
)
def test_a_refusal_has_both_names_and_the_setting(origin: bytes | None, host: bytes, words: str) -> None:
    message = refusal(origin, host) or ""
    assert words in message
    assert f"its Origin is {(origin or b'').decode()!r} and it asked for the host {host.decode()!r}" in message


def test_a_refusal_says_that_tls_is_expected(settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert "SECURE_SSL_REDIRECT" in (refusal(b"http://board.example.com") or "")


def test_a_refusal_is_one_line_of_bounded_length() -> None:
    message = refusal(b"https://a\r\nERROR live: forged" + b"a" * 10_000) or ""
    assert "\n" not in message
    assert len(message) < 1000
