"""A format that comes by another way than HTTP is one file more, and nothing else knows of it."""

import contextlib
import socket
from collections.abc import Callable

from tests.servers import Site, free_port
from tests.waiting import until

SHOWN = (
    "from series.models import Latest; print(Latest.objects.filter(series__name='door').values_list('value').first())"
)


def test_a_format_over_udp(stopped_site: Site) -> None:
    port = free_port()
    stopped_site.env |= {"DJANGO_SETTINGS_MODULE": "tests.udp", "UDP_PORT": str(port)}
    site = stopped_site.start()
    log: Callable[[], str] = site.log.read_text
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.connect(("127.0.0.1", port))
        assert site.http("GET", "/").status == 200, "it listens from the first request on"

        def refused() -> bool:
            with contextlib.suppress(ConnectionRefusedError):  # before it listens
                sender.send(b"wrong door 1")
            return "token" in log()

        until(refused, "a token that there is not is refused in words")
        sender.send(f"{site.token} door 2".encode())
        until(lambda: site.shell(SHOWN).strip() == "(2.0,)", "the point is stored")
        sender.send(b"nonsense")
        until(lambda: "what listens for lines_over_udp ended" in log(), "the log says that it ended, and why")
        assert "not enough values to unpack" in log()

        def again() -> bool:
            with contextlib.suppress(ConnectionRefusedError):
                sender.send(f"{site.token} door 3".encode())
            return site.shell(SHOWN).strip() == "(3.0,)"

        until(again, "it is started again")
    site.stop()
    assert "was destroyed but it is pending" not in log()
