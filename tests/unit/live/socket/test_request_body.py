"""What waits for the application, and how much memory it takes."""

import tracemalloc

from live.socket.request_body import MAX_WAITING_BYTES, RequestBody

from twisted.internet.testing import StringTransport  # isort: skip


def test_what_comes_in_small_pieces_takes_no_more_memory_than_in_large_ones() -> None:
    body = RequestBody(StringTransport())
    tracemalloc.start()
    try:
        for number in range(MAX_WAITING_BYTES // 2):
            body.feed(number.to_bytes(2))
        size, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert size < 2 * MAX_WAITING_BYTES


def test_a_client_that_is_read_again_because_it_takes_a_response_is_held_back_again() -> None:
    transport = StringTransport()
    body = RequestBody(transport)
    body.feed(bytes(MAX_WAITING_BYTES + 1))
    assert transport.producerState == "paused"
    # Twisted does so, when all that was written has gone.
    transport.resumeProducing()
    body.feed(b"x")
    assert transport.producerState == "paused"
