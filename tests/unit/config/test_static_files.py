"""Static files, which are answered in front of Django."""

from pathlib import Path
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator

from config.static_files import StaticFiles

ROOT = Path(__file__).resolve().parents[3]
PATH, FILE = "/static/live/live.js", ROOT / "live/static/live/live.js"


async def django(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 299, "headers": []})
    await send({"type": "http.response.body"})


async def answer(
    path: str = PATH, method: str = "GET", scheme: str = "http", files: StaticFiles | None = None, **headers: str
) -> tuple[int, Any, bytes]:
    """Its status, headers and body; of status 299 where it is Django's."""
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": method, "path": path, "scheme": scheme, "headers": raw, "query_string": b"\xff"}
    request = ApplicationCommunicator(files or StaticFiles(django), scope)
    await request.send_input({"type": "http.request"})
    start, body = await request.receive_output(10), await request.receive_output(10)
    await request.wait(10)
    return start["status"], dict(start["headers"]), body.get("body", b"")


async def test_a_file_of_an_app_and_one_of_the_site() -> None:
    status, headers, body = await answer()
    assert (status, body) == (200, FILE.read_bytes())
    assert headers[b"content-type"].startswith(b"text/javascript")
    assert headers[b"content-length"] == str(len(body)).encode()
    assert headers[b"x-content-type-options"] == b"nosniff"
    assert headers[b"referrer-policy"] == b"same-origin"
    assert headers[b"content-security-policy"].startswith(b"default-src 'self'; ")
    assert b"strict-transport-security" not in headers
    assert (await answer("/static/boards/icon.svg"))[2] == (ROOT / "static/boards/icon.svg").read_bytes()


async def test_what_a_browser_has_is_not_sent_again() -> None:
    _, headers, _ = await answer()
    status, again, body = await answer(if_none_match=headers[b"etag"].decode())
    assert (status, body, again[b"etag"]) == (304, b"", headers[b"etag"])
    assert b"content-type" not in again


async def test_a_part_the_head_and_nothing_to_write() -> None:
    whole = FILE.read_bytes()
    status, headers, body = await answer(range="bytes=1-3")
    assert (status, headers[b"content-range"], body) == (206, f"bytes 1-3/{len(whole)}".encode(), whole[1:4])
    status, headers, body = await answer(method="HEAD")
    assert (status, headers[b"content-length"], body) == (200, str(len(whole)).encode(), b"")
    status, headers, body = await answer(method="POST")
    assert (status, headers[b"allow"], body) == (405, b"GET, HEAD", b"")


@pytest.mark.parametrize(
    "path", ["/", "/static/", "/static/none.js", "/static/live", "/static/../manage.py", "/x" + PATH]
)
async def test_everything_else_is_djangos(path: str) -> None:
    assert (await answer(path))[0] == 299


async def test_with_https_a_request_without_it_is_djangos_to_redirect(settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 60
    assert (await answer())[0] == 299
    status, headers, _ = await answer(scheme="https")
    assert (status, headers[b"strict-transport-security"]) == (200, b"max-age=60")


@pytest.mark.parametrize("has_prefix", [True, False])
async def test_below_a_prefix_that_a_proxy_keeps_or_strips(settings: Any, has_prefix: bool) -> None:
    settings.FORCE_SCRIPT_NAME, settings.STATIC_URL = "/status", "/status/static/"
    assert (await answer(f"/status{PATH}" if has_prefix else PATH))[0] == 200


async def test_a_file_that_comes_while_somebody_develops(settings: Any, tmp_path: Path) -> None:
    settings.WHITENOISE_AUTOREFRESH, settings.STATICFILES_DIRS = True, [tmp_path]
    (tmp_path / "new.css").write_text("a { }")
    assert (await answer("/static/new.css"))[2] == b"a { }"
    assert (await answer())[0] == 200
    assert (await answer("/static/none.css"))[0] == 299


async def test_files_of_another_version_that_came_under_a_running_server(settings: Any, tmp_path: Path) -> None:
    settings.STATICFILES_DIRS = [tmp_path]
    for name in ("changed.css", "gone.css"):
        (tmp_path / name).write_text("a { }")
    files = StaticFiles(django)
    (tmp_path / "changed.css").write_text("a { color: red }")
    (tmp_path / "gone.css").unlink()
    status, headers, body = await answer("/static/changed.css", files=files)
    assert (status, body, headers[b"content-length"]) == (200, b"a { color: red }", b"16")
    assert (await answer("/static/gone.css", files=files))[0] == 299
