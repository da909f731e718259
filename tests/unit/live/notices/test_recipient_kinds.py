"""Audiences: how they are stored and asked, and who of those who listen hears."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Group, Permission, User
from django.core.exceptions import ValidationError
from django.db import DatabaseError

from boards import fragments
from boards.models import Board
from live.feeds import Item, Subscriber
from live.notices import everyone, group, permission, recipients, signed_in, staff, user
from live.notices.feed import notices
from live.notices.fields import validate_recipients
from live.notices.models import Dismissal
from live.notices.recipient_kinds import (
    Kind,
    Recipients,
    RecipientsError,
    choices,
    digest,
    person,
    roles,
)
from live.notices.sender import send

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kinds that a test declares are forgotten after it."""
    monkeypatch.setattr(Kind, "registry", dict(Kind.registry))


def anonymous(session: str | None = None) -> AnonymousUser:
    user = AnonymousUser()
    user.live_session = session  # type: ignore[attr-defined]
    return user


@pytest.fixture
def people() -> Iterator[dict[str, User]]:
    made = {name: User.objects.create_user(name) for name in ("ann", "bob", "cleo")}
    made["bob"].is_staff = True
    made["bob"].save()
    Group.objects.create(name="Operators").user_set.add(made["ann"])
    made["cleo"].user_permissions.add(Permission.objects.get(codename="add_board"))
    yield {name: User.objects.get(pk=user.pk) for name, user in made.items()}


def test_recipients_are_stored_as_text_and_read_back(people: dict[str, User]) -> None:
    operators = Group.objects.get()
    made = [
        everyone,
        signed_in,
        staff,
        user(people["ann"]),
        group(operators),
        group("Operators"),
    ]
    made += [
        permission("boards.add_board"),
        group(operators.pk),
        user(people["ann"].pk),
    ]
    stored = [
        "everyone",
        "signed_in",
        "staff",
        f"user:{people['ann'].pk}",
        f"group:{operators.pk}",
        f"group:{operators.pk}",
    ]
    stored += ["permission:boards.add_board", f"group:{operators.pk}", f"user:{people['ann'].pk}"]
    assert [str(each) for each in made] == stored
    assert [Recipients.from_text(each).check() for each in stored] == made


def test_what_is_none_is_said() -> None:
    with pytest.raises(RecipientsError, match="there are no recipients 'martians'; there are: board, everyone, group"):
        Recipients.from_text("martians:5").check()
    with pytest.raises(ValidationError, match="there are no recipients"):
        validate_recipients("martians")
    with pytest.raises(RecipientsError, match=r"one looks like 'app\.change_thing'"):
        permission("add_board")
    with pytest.raises(Group.DoesNotExist):
        group("Martians")


@pytest.mark.parametrize(
    ("stored", "names"),
    [
        ("everyone", {"ann", "bob", "cleo", ""}),
        ("signed_in", {"ann", "bob", "cleo"}),
        ("staff", {"bob"}),
        ("group", {"ann"}),
        ("permission:boards.add_board", {"cleo"}),
        ("user", {"ann"}),
    ],
)
def test_who_is_included_and_who_hears_are_the_same(people: dict[str, User], stored: str, names: set[str]) -> None:
    refs = {"group": f"group:{Group.objects.get().pk}", "user": f"user:{people['ann'].pk}"}
    to = Recipients.from_text(refs.get(stored, stored)).check()
    everybody: dict[str, Any] = {**people, "": anonymous()}
    assert {name for name, user in everybody.items() if to.includes(user)} == names
    listeners = {
        name: Subscriber(str(user.pk) if user.pk else None, None, frozenset()) for name, user in everybody.items()
    }
    heard = notices.recipients(item(str(to)), listeners.values())
    assert {name for name, listener in listeners.items() if listener in heard} == names


def item(stored: str, key: str = "0") -> Item:
    return Item(1, key, lambda: "", "x", Recipients.from_text(stored))


def test_a_question_that_fails_is_no_and_said(caplog: pytest.LogCaptureFixture) -> None:
    @recipients("People of a tenant")
    def tenant(user: Any, ref: str) -> bool:
        return bool(user.tenant_id == int(ref))

    assert not tenant(5).includes(anonymous())
    assert "are the recipients of tenant:5 could not be asked" in caplog.text
    caplog.clear()
    assert not Recipients("group", "x").includes(User.objects.create_user("dan"))
    assert "group:x could not be asked" in caplog.text


def test_a_database_that_fails_is_not_a_no() -> None:
    @recipients("People of a tenant")
    def tenant(user: Any, ref: str) -> bool:
        raise DatabaseError

    with pytest.raises(DatabaseError):
        tenant(5).includes(anonymous())


def test_a_user_model_may_be_without_groups_and_permissions() -> None:
    class Account:
        pk, is_authenticated, is_anonymous = 7, True, False

    account: Any = Account()
    assert roles(account) == [everyone, signed_in]
    assert not group(5).includes(account) and not permission("a.b").includes(account)


def test_an_account_that_was_disabled_hears_what_everyone_hears_and_nothing_else(people: dict[str, User]) -> None:
    User.objects.update(is_active=False)
    group = f"group:{Group.objects.get().pk}"
    listener = Subscriber(str(people["ann"].pk), None, frozenset())
    assert not notices.recipients(item(group), [listener])
    assert not notices.recipients(
        item("permission:boards.add_board"), [Subscriber(str(people["cleo"].pk), None, frozenset())]
    )


def test_a_visitor_is_known_by_their_session_and_it_is_not_stored() -> None:
    to = person(anonymous("abc"))
    assert to is not None and str(to) == f"session:{digest('abc')}" and "abc" not in str(to)
    assert to.includes(anonymous("abc")) and not to.includes(anonymous("abd")) and not to.includes(anonymous())
    hers, other = Subscriber(None, "abc", frozenset()), Subscriber(None, None, frozenset())
    assert list(notices.recipients(item(str(to)), [hers, other])) == [hers]
    assert person(anonymous()) is None


def test_a_signed_in_page_does_not_hear_what_is_for_a_visitor(people: dict[str, User]) -> None:
    to = person(anonymous("abc"))
    assert not notices.recipients(item(str(to)), [Subscriber(str(people["ann"].pk), "abc", frozenset())])


def test_the_viewers_of_a_fragment_hear_what_is_for_its_place() -> None:
    board = Board.objects.create(title="Public", slug="public", view_by="public")
    here = Subscriber(None, None, frozenset({f"boards-board-{board.pk}"}))
    there = Subscriber("7", None, frozenset({f"boards-board-{board.pk + 1}"}))
    assert list(notices.recipients(item(f"board:{board.pk}"), [here, there])) == [here]


def test_a_place_is_for_those_there_who_may_be_told(people: dict[str, User]) -> None:
    """What the function refuses on a page that is loaded it refuses on one that is open."""

    @recipients("Staff who look at a board", viewers_of=lambda ref: fragments.board.key(pk=int(ref)))
    def staff_there(user: Any, ref: str) -> bool:
        return bool(getattr(user, "is_staff", False))

    shown = frozenset({"boards-board-5"})
    bob, ann, nobody = (Subscriber(user and str(people[user].pk), None, shown) for user in ("bob", "ann", None))
    elsewhere = Subscriber(str(people["bob"].pk), None, frozenset())
    assert list(notices.recipients(item("staff_there:5"), [bob, ann, nobody, elsewhere])) == [bob]


def test_choices_may_be_numbers(people: dict[str, User]) -> None:
    @recipients("Week", choices=lambda: [(47, "the last one")])  # type: ignore[list-item, return-value]
    def week(user: Any, ref: str) -> bool:
        return True

    assert week(47).label == "Week: the last one"


def test_an_audience_of_an_app_that_is_gone_is_nobody() -> None:
    assert list(notices.recipients(item("martians:5"), [Subscriber(None, None, frozenset())])) == []


def test_who_has_put_it_away_does_not_hear_it_again(people: dict[str, User]) -> None:
    notice = send(everyone, "info", "40 %", replace="import")
    Dismissal.objects.create(person=str(person(people["ann"])), notice=notice)
    Dismissal.objects.create(person=f"session:{digest('abc')}", notice=notice)
    listeners = [Subscriber(str(people["ann"].pk), None, frozenset()), Subscriber(None, "abc", frozenset())]
    others = [Subscriber(str(people["bob"].pk), None, frozenset()), Subscriber(None, None, frozenset())]
    assert list(notices.recipients(item("everyone", str(notice.pk)), listeners + others)) == others


def test_roles_are_shared_by_those_who_have_the_same(people: dict[str, User]) -> None:
    assert roles(anonymous()) == [everyone]
    assert roles(people["cleo"]) == [everyone, signed_in]
    assert roles(people["bob"]) == [everyone, signed_in, staff]
    assert roles(people["ann"]) == [everyone, signed_in, group("Operators")]
    assert roles(people["ann"], groups=False) == [everyone, signed_in]


def test_one_of_ones_own(people: dict[str, User]) -> None:
    @recipients("People whose name begins with a letter", choices=lambda: [("a", "A"), ("b", "B")])
    def initial(user: Any, ref: str) -> bool:
        return user.is_authenticated and user.username.startswith(ref)

    to = initial("a")
    assert to == Recipients("initial", "a") and to.includes(people["ann"]) and not to.includes(people["bob"])
    assert to.label == "People whose name begins with a letter: A"
    assert (initial("b"), "People whose name begins with a letter: B") in choices()
    listeners = [Subscriber(str(people[name].pk), None, frozenset()) for name in ("ann", "bob")]
    assert list(notices.recipients(item("initial:a"), listeners)) == listeners[:1]
    with pytest.raises(RecipientsError, match="declared twice"):
        recipients("again", name="initial")(lambda user, ref: True)
    with pytest.raises(RecipientsError, match="have a colon"):
        recipients("colon", name="a:b")(lambda user, ref: True)


def test_many_listeners_are_few_questions(people: dict[str, User], django_assert_max_num_queries: Any) -> None:
    listeners = [Subscriber(str(user.pk), f"s{n}", frozenset()) for n in range(50) for user in people.values()]
    for stored in ("everyone", "signed_in", f"user:{people['ann'].pk}", f"group:{Group.objects.get().pk}", "board:5"):
        with django_assert_max_num_queries(2):
            notices.recipients(item(stored), listeners)
