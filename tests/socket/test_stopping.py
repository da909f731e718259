"""The server ends when it is asked to."""

import pytest

from tests.servers import Site

pytestmark = pytest.mark.serve
# In one turn of its loop, as when a thousand pages leave at once: more calls from threads than its pipe takes.
BUSY = """
import os, signal, threading
from live.socket.server import LiveServer, twisted_loop

def wake():
    for _ in range(10_000):
        twisted_loop.call_soon_threadsafe(lambda: None)
    os.kill(os.getpid(), signal.SIGTERM)

def started():
    thread = threading.Thread(target=wake)
    thread.start()
    thread.join()

LiveServer(None, ["tcp:port=0:interface=127.0.0.1"]).run_until_terminated(started)
print("it has ended")
"""


def test_a_busy_one_hears_that_it_is_to_stop(installation: Site) -> None:
    assert "it has ended" in installation.shell(BUSY)


# It has a request that never ends, for which it waits ``LONGEST`` seconds, and is told to stop ``SIGNALS`` times.
HELD_UP = """
import asyncio, http.client, logging, os, signal, sys, threading
import live.socket.server as module

logging.basicConfig(stream=sys.stdout, force=True)
module.LAST_REQUESTS_SECONDS = LONGEST

async def application(scope, receive, send):
    for _ in range(SIGNALS):
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.sleep(0.2)
    await asyncio.sleep(3600)

def ask():
    port = server._ports[0].getHost().port
    try:
        http.client.HTTPConnection("127.0.0.1", port).request("GET", "/")
    except OSError:
        pass

server = module.LiveServer(application, ["tcp:port=0:interface=127.0.0.1"])
server.run_until_terminated(lambda: threading.Thread(target=ask).start())
print("it has ended")
"""


def test_one_that_is_held_up_by_a_request_ends_without_it(installation: Site) -> None:
    said = installation.shell(HELD_UP.replace("SIGNALS", "1").replace("LONGEST", "0.1"))
    assert "the server could not stop in order, and stops now" in said
    assert "it has ended" in said


def test_told_a_second_time_it_waits_for_nothing(installation: Site) -> None:
    said = installation.shell(HELD_UP.replace("SIGNALS", "2").replace("LONGEST", "3600"))
    assert "open pages are told to come back" in said
    assert "it has ended" in said


# A client keeps its connection, and sends again on it when the server is about to end.
KEPT = """
import asyncio, http.client, os, signal, threading
import live.socket.server as module

module.LAST_ARRIVALS_SECONDS = module.LAST_REQUESTS_SECONDS = 60
waits = threading.Semaphore(0)

class Server(module.LiveServer):
    def _is_answering(self, *, awaits):
        waits.release()
        return super()._is_answering(awaits=awaits)

async def application(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})

def ask():
    try:
        connection = http.client.HTTPConnection("127.0.0.1", server._ports[0].getHost().port, timeout=30)
        for number in (1, 2):
            connection.request("GET", "/")
            response = connection.getresponse()
            response.read()
            print(number, response.status, response.headers["Connection"])
            if number == 1:
                os.kill(os.getpid(), signal.SIGTERM)
                assert waits.acquire(timeout=30) and waits.acquire(timeout=30), "it looks once more, and has not ended"
    except Exception as error:
        print(repr(error))

server = Server(application, ["tcp:port=0:interface=127.0.0.1"])
server.run_until_terminated(lambda: threading.Thread(target=ask).start())
"""


def test_who_keeps_a_connection_is_told_with_an_answer_that_it_was_the_last(installation: Site) -> None:
    assert installation.shell(KEPT).splitlines()[-2:] == ["1 200 None", "2 200 close"]
