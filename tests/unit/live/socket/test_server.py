"""Daphne as live pages need it, as far as it goes without a socket."""

import asyncio
from typing import Any

import pytest
from django.core.management import CommandError

from live.management.commands.serve import port_number


@pytest.mark.parametrize(("text", "port"), [("1", 1), ("8000", 8000), ("65535", 65535)])
def test_a_port_is_a_number(text: str, port: int) -> None:
    assert port_number(text) == port


@pytest.mark.parametrize("text", ["", "0", "65536", "-1", "80.5", "http", " 80", "0x50", "1e3", "³"])
def test_what_is_no_port_is_one_sentence(text: str) -> None:
    with pytest.raises(CommandError) as caught:
        port_number(text)
    assert str(caught.value) == f"PORT is {text!r}; it must be a number from 1 to 65535."


def test_this_process_has_the_asyncio_reactor() -> None:
    """Daphne's server installs it, whatever of Twisted is imported later."""
    from twisted.internet.asyncioreactor import AsyncioSelectorReactor

    from live.socket.server import reactor

    shown: Any = reactor
    assert isinstance(shown, AsyncioSelectorReactor)
    assert isinstance(shown._asyncioEventloop, asyncio.AbstractEventLoop)
