"""What somebody is answered whose request the server itself refuses: before Django, and so without its templates."""

from collections.abc import Iterable
from http import HTTPStatus

from live.api import Refused, to_json

Headers = list[tuple[bytes, bytes]]

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>{refresh}</head>\
<body><h1>{title}</h1><p>{message}</p></body></html>"""


def response(refused: Refused, accept: Iterable[bytes]) -> tuple[Headers, bytes]:
    """Headers and body: a page for a browser, which asks again if that may help; the API's JSON for a program."""
    headers = [(name.lower().encode(), value.encode()) for name, value in refused.headers.items()]
    if any(b"text/html" in value for value in accept):
        title = f"{refused.status} {HTTPStatus(refused.status).phrase}"
        seconds = refused.headers.get("Retry-After")
        refresh = f'<meta http-equiv="refresh" content="{seconds}">' if seconds else ""
        body = PAGE.format(title=title, refresh=refresh, message=refused.message).encode()
        content_type = b"text/html; charset=utf-8"
    else:
        body, content_type = to_json(refused).content, b"application/json"
    headers += [(b"content-type", content_type), (b"content-length", str(len(body)).encode())]
    return [*headers, (b"cache-control", b"no-store")], body
