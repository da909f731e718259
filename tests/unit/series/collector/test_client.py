import socket
from collections.abc import Iterator

import pytest

from series.collector.client import Client, Denied, Rejected, Unavailable
from tests.unit.series.collector.board import Board, running_board


@pytest.fixture
def board() -> Iterator[Board]:
    with running_board() as running:
        yield running


@pytest.fixture
def client(board: Board) -> Iterator[Client]:
    client = Client(board.url, "the secret")
    yield client
    client.close()


def test_posts_json_with_its_token_on_one_connection(board: Board, client: Client) -> None:
    for body in (b"[1]", b"[2]", b"[3]"):
        client.post(body)
    assert board.bodies == [b"[1]", b"[2]", b"[3]"]
    assert len(board.peers) == 1
    assert board.headers[0]["Authorization"] == "Bearer the secret"
    assert board.headers[0]["Content-Type"] == "application/json"
    assert board.headers[0]["path"] == "/api/points"


def test_a_connection_that_the_server_closed_is_opened_again_once(board: Board, client: Client) -> None:
    client.post(b"[1]")
    board.answers = [None]
    client.post(b"[2]")
    assert board.bodies == [b"[1]", b"[2]", b"[2]"]
    board.answers = [None, None]
    with pytest.raises(Unavailable):
        client.post(b"[3]")
    client.post(b"[4]")


def test_a_new_connection_without_an_answer_is_not_tried_twice(board: Board, client: Client) -> None:
    board.answers = [None]
    with pytest.raises(Unavailable):
        client.post(b"[1]")
    assert board.bodies == [b"[1]"]


@pytest.mark.parametrize(
    ("status", "raised"),
    [(401, Denied), (403, Denied), (400, Rejected), (413, Rejected), (415, Rejected), (422, Rejected)]
    + [(status, Unavailable) for status in (301, 404, 405, 429, 500, 502, 503)],
)
def test_what_the_server_answers_is_what_is_raised(
    board: Board, client: Client, status: int, raised: type[Exception]
) -> None:
    board.answers = [(status, {}, {"error": {"code": "x", "message": "Because."}})]
    with pytest.raises(raised, match=f"{status} Because."):
        client.post(b"[]")


def test_a_page_of_somebody_else_is_shown_as_it_begins(board: Board, client: Client) -> None:
    board.answers = [(502, {}, b"<html>" + b"x" * 1000)]
    with pytest.raises(Unavailable, match="502 '<html>x") as caught:
        client.post(b"[]")
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(("header", "seconds"), [("7", 7), ("Fri, 31 Jan 2026 10:00:00 GMT", 0), (None, 0)])
def test_retry_after_is_passed_on(board: Board, client: Client, header: str | None, seconds: float) -> None:
    board.answers = [(503, {"Retry-After": header} if header else {}, {})]
    with pytest.raises(Unavailable) as caught:
        client.post(b"[]")
    assert caught.value.retry_after == seconds


def test_nobody_there_is_away() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with pytest.raises(Unavailable, match="refused"):
            Client(f"http://127.0.0.1:{unused.getsockname()[1]}/api/points", "x").post(b"[]")


@pytest.mark.parametrize("url", ["127.0.0.1:8000", "ftp://host/x", "http:///api/points", "", "http://host:port/"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"must look like http://127\.0\.0\.1:8000/api/points"):
        Client(url, "x")
