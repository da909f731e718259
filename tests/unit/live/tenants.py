"""A project that has a database for each tenant: whoever asks without a tenant gets an error."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import Any

from live.keys import PageContext

ROUTER = "tests.unit.live.tenants.Tenants"
# Of which tenant the database is.
tenant: ContextVar[str] = ContextVar("tenant")


class Tenants:
    """A router, which remembers what was asked of whose database."""

    asked: list[tuple[str, str]] = []

    def db_for_read(self, model: Any, **hints: Any) -> None:
        self.asked.append((tenant.get(), model.__name__))

    db_for_write = db_for_read


@contextmanager
def in_tenant(context: PageContext) -> Iterator[None]:
    """For ``around_pages``."""
    token = tenant.set(str(context["tenant"]))
    try:
        yield
    finally:
        tenant.reset(token)


def page_of(name: str) -> PageContext:
    """The context of pages of a tenant."""
    return PageContext("en", "UTC", (("tenant", name),))


def while_there(tenants: set[str]) -> Callable[[PageContext], AbstractContextManager[None]]:
    """For ``around_pages``: an error for a tenant that is none of these, or not any more."""

    @contextmanager
    def in_one_of_them(context: PageContext) -> Iterator[None]:
        if context["tenant"] not in tenants:
            raise LookupError("there is no such tenant")
        yield

    return in_one_of_them
