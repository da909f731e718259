"""Fragments for tests: a team and its people, a parent that nests children, on Django's own tables; and a number."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group, User
from django.test import Client

from live import Fragment, fragment
from live.keys import Key

TEMPLATE = """{% load live %}
{% partialdef team %}<section class="team"><h2>{{ team.name }}</h2>
{% for pk in people %}{% live "tests.person" pk=pk %}{% endfor %}</section>{% endpartialdef %}
{% partialdef person %}<p class="person">{{ person.first_name }}</p>{% endpartialdef %}"""


@dataclass
class Crew:
    """The two fragments, and what is in the database behind them."""

    team: Fragment
    person: Fragment

    def make(self, name: str, *people: str) -> tuple[Key, list[Key]]:
        """A team with people; their keys."""
        group = Group.objects.create(name=name)
        return self.team.key(pk=group.pk), [self.hire(group.pk, each) for each in people]

    def hire(self, team: int, name: str) -> Key:
        """One more person in the team; nothing is announced."""
        user = User.objects.create(username=f"{team}-{name}", first_name=name)
        user.groups.add(team)
        return self.person.key(pk=user.pk)


def declare() -> Crew:
    @fragment("crew.html#team")
    def team(pk: int) -> dict[str, Any]:
        found = Group.objects.get(pk=pk)
        return {"team": found, "people": list(found.user_set.order_by("pk").values_list("pk", flat=True))}

    @fragment("crew.html#person")
    def person(pk: int) -> dict[str, Any]:
        return {"person": User.objects.get(pk=pk)}

    return Crew(team, person)


def pk(key: Key) -> int:
    return int(dict(key.params)["pk"])


def rename(key: Key, name: str) -> None:
    """Change what a team or a person is called; nothing is announced."""
    if key.name.endswith("team"):
        assert Group.objects.filter(pk=pk(key)).update(name=name)
    else:
        assert User.objects.filter(pk=pk(key)).update(first_name=name)


def number(templates: dict[str, str], state: dict[str, Any]) -> Fragment:
    """A fragment that shows ``state["n"]``, and fails while that is an exception."""
    templates["number.html"] = "<b>n = {{ n }}</b>"

    @fragment("number.html")
    def number() -> dict[str, Any]:
        if isinstance(state["n"], Exception):
            raise state["n"]
        return dict(state)

    return number


def sign_in(name: str = "ann") -> tuple[User, str]:
    """A user, and the key of their session."""
    user = User.objects.create_user(name, password=f"a password of {name}")
    client = Client()
    client.force_login(user)
    return user, str(client.session.session_key)
