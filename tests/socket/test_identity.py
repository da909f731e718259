"""Who a socket is, in a project that is not ours: on real servers, with users whose primary keys are UUIDs."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.pages import OpenPage
from tests.servers import Session, Site
from tests.waiting import PROMISED

SIGN_IN, FORBIDDEN = 4401, 4403
IMPORTS = "from tests.acting.models import User; from tests.acting.fragments import name;"
USERS = f"""{IMPORTS}
for username in ("ann", "bob"): User.objects.create_user(username, first_name="new", is_staff=username == "ann")
"""
Pair = tuple[Site, Site]


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Callable[[str], Pair]]:
    """Two servers of one project, whose sessions are in the engine of that name."""
    started: list[Site] = []

    def start(engine: str) -> Pair:
        site = Site(tmp_path, env={"DJANGO_SETTINGS_MODULE": "tests.acting.settings", "SESSIONS": engine})
        site.manage("migrate", "-v0")
        site.shell(USERS)
        started.extend([site.start(), site.beside().start()])
        return started[0], started[1]

    yield start
    for site in reversed(started):
        site.stop()


def log_in(site: Site, name: str) -> Session:
    session = site.browse()
    assert session.get(f"/in/{name}").status == 200
    return session


@pytest.mark.parametrize("engine", ["signed_cookies", "db"])
def test_a_log_out_ends_the_pages_of_that_browser_in_every_process(engine: str, pair: Callable[[str], Pair]) -> None:
    one, other = pair(engine)
    ann, elsewhere = log_in(one, "ann"), log_in(one, "ann")
    first = OpenPage(one, "/", ann).live()
    ann.get("/as/bob")  # the session is another cookie from now on, where it is one
    ann.get("/as/")
    pages = [first, OpenPage(other, "/", ann).live()]
    goes_on = OpenPage(other, "/", elsewhere).live()
    ann.get("/out")
    assert [page.closed(PROMISED) for page in pages] == [SIGN_IN, SIGN_IN]
    one.shell(f"{IMPORTS} User.objects.update(first_name='newer'); name.changed()")
    goes_on.shows("acting-name", "ann, newer")


@pytest.mark.parametrize("change", ["set_password('x')", "__setattr__('is_active', False)"])
def test_a_new_password_and_a_disabled_account_end_them(change: str, pair: Callable[[str], Pair]) -> None:
    one, _ = pair("signed_cookies")
    page = OpenPage(one, "/", log_in(one, "ann")).live()
    one.shell(f"{IMPORTS} user = User.objects.get(username='ann'); user.{change}; user.save()")
    assert page.closed(PROMISED) == SIGN_IN


def test_who_looks_as_somebody_else_has_their_page_and_their_notices(pair: Callable[[str], Pair]) -> None:
    one, other = pair("db")
    ann = log_in(one, "ann")
    hers = OpenPage(other, "/", log_in(one, "ann")).live()
    ann.get("/as/bob")
    page = OpenPage(other, "/", ann).live()
    page.shows("acting-name", "bob, new")
    one.shell(f"{IMPORTS} User.objects.update(first_name='newer'); name.changed()")
    page.shows("acting-name", "bob, newer")
    notify = "from live.notices import notify, user;"
    one.shell(f"{IMPORTS} {notify} notify(user(User.objects.get(username='bob')), 'info', 'For bob alone.')")
    page.until("For bob alone.")
    one.shell(f"{IMPORTS} {notify} notify(user(User.objects.get(username='ann')), 'info', 'For ann alone.')")
    hers.until("For ann alone.")
    assert not any("For bob alone." in frame for frame in hers.frames)
    assert not any("For ann alone." in frame for frame in page.frames)
    ann.get("/as/")
    assert page.closed(PROMISED) == FORBIDDEN
