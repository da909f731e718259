"""Fixtures for pytest, found by themselves where ``live`` is installed. For projects that use pytest-django."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from typing import TYPE_CHECKING, Any

import pytest

# It is imported before Django is set up, and where there is no Django project at all.
if TYPE_CHECKING:
    from live.testing import Captured, OpenPage


@pytest.fixture
def live_capture() -> "Callable[[], AbstractContextManager[Captured]]":
    """``live.testing.capture``: ``with live_capture() as live: ...``."""
    from live.testing import capture

    return capture


@pytest.fixture
def live_page(client: Any) -> "Iterator[Callable[..., OpenPage]]":
    """``live.testing.watch`` with the test's client, until the test ends: ``page = live_page("/orders/")``."""
    from live.testing import watch

    with ExitStack() as stack:
        yield lambda path, **options: stack.enter_context(watch(client, path, **options))
