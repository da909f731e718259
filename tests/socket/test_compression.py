"""With LIVE_COMPRESSION a page gets the same, in fewer bytes."""

import json

import pytest
from websockets.sync.client import connect

from tests.pages import OpenPage
from tests.servers import Site
from tests.waiting import DEADLINE, until

WEEK = "/boards/this-week/"


@pytest.fixture
def compressing(stopped_site: Site) -> Site:
    stopped_site.env["COMPRESSION"] = "1"
    return stopped_site.start()


def test_who_offers_it_reads_what_who_does_not_reads(compressing: Site) -> None:
    plain = OpenPage(compressing, WEEK).live()
    page = OpenPage(compressing, WEEK)
    address = f"127.0.0.1:{compressing.port}"
    with connect(f"ws://{address}/live/socket", origin=f"http://{address}", compression="deflate") as socket:  # type: ignore[arg-type]
        assert socket.response is not None
        assert "permessage-deflate" in socket.response.headers["Sec-WebSocket-Extensions"]
        socket.send(page.report())
        panels: list[str] = []
        for value in (5001, 5002, 5003):
            compressing.send({"series": "week", "value": value, "tags": {"day": "Mon"}})
            text = f"{value:,}"
            plain.until(text)

            def arrived(text: str = text) -> bool:
                frame = str(socket.recv(DEADLINE))
                panels.extend([frame] if "boards-panel-" in frame else [])
                return text in frame

            until(arrived, f"{text} at the page that reads what is compressed")
        socket.send(json.dumps({"page": "not a token", "shown": ["what is long enough to be compressed " * 40]}))
        until(lambda: "live-message" in str(socket.recv(DEADLINE)), "a last frame, which is not compressed")
    assert len(panels) >= 3
