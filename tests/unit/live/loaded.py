"""Fragments for tests that are read together: the people of Django's own table, with what they were asked for."""

from collections.abc import Collection, Mapping
from typing import Any

from django.contrib.auth.models import User

from live import Fragment, fragment
from live.keys import Key

TEMPLATE = """{% load live %}
{% partialdef row %}<p class="row">{{ person.first_name }}</p>{% endpartialdef %}
{% partialdef rows %}<div>{% for pk in pks %}{% live "tests.row" pk=pk %}{% endfor %}</div>{% endpartialdef %}"""


class Rows:
    """The fragments ``tests.row`` and ``tests.rows``, which nests them, and what was loaded, in order."""

    def __init__(self, templates: dict[str, str]) -> None:
        templates["rows.html"] = TEMPLATE
        self.loads: list[list[int]] = []
        self.failure: Exception | None = None

        def load(pks: Collection[int]) -> Mapping[int, User]:
            self.loads.append(list(pks))
            if self.failure is not None:
                raise self.failure
            return User.objects.in_bulk(list(pks))

        @fragment("rows.html#row", load_many=load)
        def row(person: User, pk: int) -> dict[str, Any]:
            if person.first_name == "bad":
                raise ValueError("a bad row")
            return {"person": person}

        @fragment("rows.html#rows")
        def rows() -> dict[str, Any]:
            return {"pks": list(User.objects.order_by("pk").values_list("pk", flat=True))}

        self.row: Fragment = row
        self.rows: Fragment = rows

    def make(self, *names: str) -> list[Key]:
        """So many people; their keys."""
        before = User.objects.count()
        people = [User.objects.create(username=f"{before + n}", first_name=name) for n, name in enumerate(names)]
        return [self.row.key(pk=person.pk) for person in people]
