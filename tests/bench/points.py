"""What a benchmark asks of a server over HTTP: the page, and to take a point."""

import json
import re
from http.client import HTTPConnection

HOST, PATH = "127.0.0.1", "/boards/this-week/"


def load(port: int) -> bytes:
    """The HTML of the page."""
    connection = HTTPConnection(HOST, port, timeout=30)
    connection.request("GET", PATH)
    html = connection.getresponse().read()
    connection.close()
    return html


def report_of(html: bytes) -> str:
    """What its script says after connecting: the page's token, and the versions and seals of what it shows."""
    token = re.search(rb'name="page" value="([^"]+)"', html)
    shown = re.findall(rb'<[a-z]+ id="([^"]+)"[^>]* data-version="([^"]+)" data-seal="([^"]+)"', html)
    if token is None or not shown:
        raise RuntimeError(f"{PATH} is no live page: {html[:500]!r}")
    return json.dumps({"page": token[1].decode(), "shown": [b" ".join(words).decode() for words in shown]})


def post(port: int, token: str, value: int) -> None:
    """Another value for one category of its chart."""
    connection = HTTPConnection(HOST, port, timeout=30)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    body = json.dumps([{"series": "week", "tags": {"day": "Mon"}, "value": value}])
    connection.request("POST", "/api/points", body, headers)
    status = connection.getresponse().status
    connection.close()
    if status != 200:
        raise RuntimeError(f"POST /api/points was answered with {status}")
