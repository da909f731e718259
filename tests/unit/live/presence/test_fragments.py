"""What a page says of who is on it, and to whom it says names."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Permission, User
from django.template import engines
from django.test import RequestFactory

from live import FragmentError
from live.presence.fragments import MAX_NAMES, may_see_names, viewers
from live.presence.models import MAX_TOPIC_LENGTH, Presence, Process
from live.rendering.tree import render_tree, to_html

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def put(topic: str, *users: Any, visitors: int = 0) -> None:
    process = Process.objects.create()
    Presence.objects.create(process=process, topic=topic, users=[str(user.pk) for user in users], visitors=visitors)


def make(*names: str) -> list[User]:
    return [User.objects.create_user(name.lower(), first_name=name) for name in names]


def text(topic: str = "/a", *, names: bool = False) -> str:
    key = viewers.key(topic=topic).of(int(names))
    html = to_html(renderings[key.id], renderings) if (renderings := render_tree([key])) else ""
    return " ".join(re.sub("<[^>]+>", " ", html).split())


def test_people_in_several_processes_count_once() -> None:
    ann, bob = make("Ann", "Bob")
    put("/a", ann, bob, visitors=1)
    put("/a", ann, visitors=2)
    put("/b", ann)
    assert (text("/a"), text("/b"), text("/c")) == ("5 people here", "1 person here", "")


def test_names_are_for_those_who_may_know() -> None:
    put("/a", *make("Bob", "Ann"), visitors=1)
    assert text() == "3 people here"
    assert text(names=True) == "3 people here Ann Bob and 1 other"


def test_of_many_a_few_are_named() -> None:
    put("/a", *make(*(f"Person{number:02}" for number in range(MAX_NAMES + 2))))
    assert text(names=True).endswith(f"Person{MAX_NAMES - 1:02} and 2 others")


def test_who_has_no_name_is_called_as_they_sign_in_and_who_is_gone_is_counted() -> None:
    eve, gone = User.objects.create_user("eve"), User(pk=99_999)
    put("/a", eve, gone)
    assert text(names=True) == "2 people here eve and 1 other"


def test_who_may_know_has_the_permission() -> None:
    ann, bob = make("Ann", "Bob")
    ann.user_permissions.add(Permission.objects.get(codename="see_names"))
    root = User.objects.create_superuser("root")
    users = [ann, bob, root, AnonymousUser(), object()]
    assert [may_see_names(user) for user in users] == [1, 0, 1, 0, 0]  # type: ignore[arg-type]


def test_it_keeps_no_page_open_by_itself() -> None:
    assert viewers.is_content is False


def show(source: str, path: str = "/orders/12/") -> str:
    source = "{% load live live_presence %}" + source
    return engines["django"].from_string(source).render({}, RequestFactory().get(path))


def test_the_tag_is_about_the_page_or_about_a_topic() -> None:
    put("/orders/12/", visitors=1)
    put("orders", visitors=2)
    assert "1 person here" in show("{% live_presence %}")
    assert "1 person here" in show("{% live_presence %}", "/orders/12/?page=2")
    html = show('{% live_presence "orders" %}{% live_presence %}')
    assert "2 people here" in html and "1 person here" in html


def test_tenants_do_not_see_who_is_on_the_pages_of_another() -> None:
    def topic(tenant: str, tag: str) -> str:
        [element] = re.findall(r' id="(live_presence-viewers-\w+)"', show(tenant + tag))
        return str(element)

    none, red, blue = "", '{% live_context tenant="red" %}', '{% live_context tenant="blue" %}'
    for tag in ("{% live_presence %}", '{% live_presence "orders" %}'):
        assert topic(red, tag) == topic(red, tag)
        assert len({topic(tenant, tag) for tenant in (none, red, blue)}) == 3


def test_a_topic_may_be_long() -> None:
    path = f"/{'x' * MAX_TOPIC_LENGTH}/"
    html = show("{% live_presence %}", path)
    assert html == show("{% live_presence %}", path) != show("{% live_presence %}", f"{path}y")
    with pytest.raises(FragmentError, match="more than 200 characters"):
        render_tree([viewers.key(topic=path).of(0)])


def test_rows_say_what_they_are() -> None:
    put("/a", *make("Ann"), visitors=1)
    assert str(Presence.objects.get()) == "2 at /a"
    assert str(Process.objects.get()) == str(Process.objects.get().pk)
