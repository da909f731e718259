"""The server ends when it is asked to."""

from tests.servers import Site

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
