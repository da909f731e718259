"""The series that a selector means are those that it says, whatever the database is asked for first."""

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from series.models import Series
from series.selection import chosen
from series.selectors import parse

pytestmark = [pytest.mark.database, pytest.mark.django_db]
# What LIKE and our identities give a meaning to, and letters that differ in case only.
texts = st.text("aA%_\\{},=*\"' é", min_size=1, max_size=4)
labels = st.tuples(texts, st.dictionaries(texts, texts, max_size=2))


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


@given(st.lists(labels, max_size=6, unique_by=str), texts, st.sampled_from(["=", "!=", "=~"]), st.data())
def test_they_are_those_that_match(
    made: list[tuple[str, dict[str, str]]], text: str, operator: str, data: st.DataObject
) -> None:
    with transaction.atomic():
        for name, tags in made:
            Series.objects.get_or_create(name=name, tags=tags)
        name, tags = data.draw(st.sampled_from(made)) if made else ("a", {})
        escaped = "".join(f"\\{letter}" if letter in '\\{},="*' else letter for letter in name)
        tag, value = data.draw(st.sampled_from(sorted(tags.items()))) if tags else ("a", text)
        if operator == "=~":
            value = "".join(f"\\{letter}" if letter in "\\{}*" else letter for letter in value)
        selector = f"{escaped.strip() or 'a'}{{{quoted(tag)}{operator}{quoted(value)}}}"
        parsed = parse(selector)
        every = Series.objects.order_by("identity")
        expected = [one.pk for one in every if parsed.matches(one.name, one.tags)]
        assert [one.pk for one in chosen(selector)] == expected, selector
        transaction.set_rollback(True)
