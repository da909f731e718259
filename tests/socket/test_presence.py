"""Who is on a page: across servers, and within 5 s of a tab that is closed or a server that is killed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pages import OpenPage
from tests.postgres import Postgres
from tests.servers import Redis, Session, Site
from tests.waiting import PROMISED, until

IMPORTS = "from tests.acting.models import User; from django.contrib.auth.models import Permission;"
USERS = f"""{IMPORTS}
for name in ("ann", "bob", "eve"): User.objects.create_user(name, first_name=name.title())
User.objects.get(username="ann").user_permissions.add(Permission.objects.get(codename="see_names"))
"""
ID = "live_presence-viewers-_2f_"
Pair = tuple[Site, Site]


@pytest.fixture(params=["SQLite", "PostgreSQL", "Redis"])
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Pair]:
    """Two servers of one project, by all ways in which they may hear of each other."""
    env = {"DJANGO_SETTINGS_MODULE": "tests.acting.settings"}
    postgresql = Postgres().create().start() if request.param == "PostgreSQL" else None
    if postgresql is not None:
        env["DATABASE_URL"] = postgresql.url
    if request.param == "Redis":
        redis: Redis = request.getfixturevalue("redis")
        env["REDIS_URL"] = redis.url
    one = Site(tmp_path, env=env)
    one.manage("migrate", "-v0")
    one.shell(USERS)
    other = one.beside()
    yield one.start(), other.start()
    other.stop()
    one.stop()
    if postgresql is not None:
        postgresql.remove()


def log_in(site: Site, name: str) -> Session:
    session = site.browse()
    assert session.get(f"/in/{name}").status == 200
    return session


def shows(page: OpenPage, *texts: str, without: str = "") -> None:
    """The page comes to say so of who is there, as fast as it is promised."""

    def there() -> bool:
        html = page.fragments[ID]
        return all(text in html for text in texts) and not (without and without in html)

    page.wait(there, f"{texts} and not {without!r}, and not {page.fragments[ID]}", PROMISED)


def test_who_opens_and_closes_a_page_is_seen_on_the_others(pair: Pair) -> None:
    one, other = pair
    ann = OpenPage(one, "/", log_in(one, "ann")).live()
    shows(ann, "1 person here", "<bdi>Ann</bdi>")
    bob = OpenPage(other, "/", log_in(other, "bob")).live()
    shows(bob, "2 people here", without="bdi")
    shows(ann, "2 people here", "<bdi>Ann</bdi>", "<bdi>Bob</bdi>")
    # A second tab is no second person.
    again = OpenPage(one, "/", log_in(one, "bob")).live()
    eve = OpenPage(other, "/", log_in(other, "eve")).live()
    shows(again, "3 people here")
    shows(ann, "3 people here", "<bdi>Eve</bdi>")
    eve.close()
    bob.close()
    shows(ann, "2 people here", "<bdi>Bob</bdi>", without="Eve")
    again.close()
    shows(ann, "1 person here", without="Bob")


def test_who_was_on_a_server_that_is_killed_is_not_there_any_more(pair: Pair) -> None:
    one, other = pair
    ann = OpenPage(one, "/", log_in(one, "ann")).live()
    OpenPage(other, "/", log_in(other, "bob")).live()
    shows(ann, "2 people here")
    other.kill()
    shows(ann, "1 person here", without="Bob")


def test_nobody_is_left_when_the_last_page_is_closed(pair: Pair) -> None:
    one, other = pair
    ann = OpenPage(one, "/", log_in(one, "ann")).live()
    shows(ann, "1 person here")
    ann.close()
    until(lambda: "here" not in OpenPage(other, "/", log_in(other, "bob")).fragments[ID], "nobody", PROMISED)
