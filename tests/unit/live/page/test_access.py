"""Who may see, and taking it back."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.db import OperationalError, ProgrammingError
from django.http import Http404
from django.test import Client

from live import Fragment, FragmentError, database_threads, fragment
from live.page import visibility
from live.page.access import (
    ALLOWED,
    Access,
    Question,
    answer_all,
    answer_one,
    audience_of,
    check,
    is_restricted,
    is_slow,
    may_see,
    withheld_from,
)
from live.page.identity import users_of
from live.page.page import Page, Reason
from live.page.refusal import Refusal, not_its_user, user_id
from tests.unit.live.screens import count

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def ann() -> User:
    return User.objects.create_user("ann", password="a password of ann")


@pytest.fixture
def session(client: Client, ann: User) -> str:
    """The key of Ann's session."""
    client.force_login(ann)
    return str(client.session.session_key)


@pytest.fixture
def secret_of() -> Fragment:
    """Seen by its owner."""

    @fragment("any.html")
    def secret_of(owner: int, n: int) -> dict[str, Any]:
        return {}

    @secret_of.visible_to
    def _(user: Any, **params: int) -> bool:
        return user.pk == params["owner"] and params["n"] < 10

    return secret_of


def user_of(session: str | None) -> Any:
    """Whose session it is now."""
    return users_of([session])[session]


def reason_of(user: Any, page: Page) -> Reason | None:
    """Why the user may not go on with the page."""
    refusal = not_its_user(user, page)
    return refusal.reason if refusal else None


def test_a_session_is_its_users(ann: User, session: str) -> None:
    assert user_of(session) == ann
    assert user_id(user_of(session)) == str(ann.pk)


@pytest.mark.parametrize("key", [None, "no such session", "\x00"])
def test_no_session_is_nobodys(key: str | None) -> None:
    assert user_of(key) == AnonymousUser()
    assert user_id(user_of(key)) is None


def test_may_see_names_the_first_that_is_refused(ann: User, secret_of: Fragment) -> None:
    own, tenth, others = (
        secret_of.key(owner=ann.pk, n=1),
        secret_of.key(owner=ann.pk, n=10),
        secret_of.key(owner=0, n=1),
    )
    assert may_see(ann, []) is None
    assert may_see(ann, [own]) is None
    assert may_see(ann, [own, others, tenth]) == others
    assert may_see(AnonymousUser(), [own]) == own


def test_without_a_question_everybody_may_see() -> None:
    @fragment("any.html")
    def clock() -> dict[str, Any]:
        return {}

    assert may_see(AnonymousUser(), [clock.key()]) is None


def test_behind_one_that_everybody_may_see_the_others_are_asked_about(ann: User, secret_of: Fragment) -> None:
    @fragment("any.html")
    def clock() -> dict[str, Any]:
        return {}

    others = secret_of.key(owner=0, n=1)
    assert may_see(ann, [clock.key(), others]) == others


def test_the_pages_user_goes_on(ann: User, session: str, secret_of: Fragment) -> None:
    assert check(session, Page(user=str(ann.pk)), [secret_of.key(owner=ann.pk, n=1)]) == Access()


def test_logged_out_is_told_to_sign_in(ann: User, session: str, client: Client) -> None:
    client.logout()
    assert not_its_user(user_of(session), Page(user=str(ann.pk))) == Refusal(
        Reason.SIGN_IN, "the page's user is no longer signed in"
    )


def test_without_a_cookie_is_told_to_sign_in(ann: User) -> None:
    assert not_its_user(user_of(None), Page(user=str(ann.pk))) == Refusal(
        Reason.SIGN_IN, "the page's user is no longer signed in"
    )


def test_a_disabled_account_is_told_to_sign_in(ann: User, session: str) -> None:
    User.objects.update(is_active=False)
    assert reason_of(user_of(session), Page(user=str(ann.pk))) is Reason.SIGN_IN


def test_a_deleted_account_is_told_to_sign_in(ann: User, session: str) -> None:
    page = Page(user=str(ann.pk))
    ann.delete()
    assert reason_of(user_of(session), page) is Reason.SIGN_IN


def test_another_password_ends_the_session(ann: User, session: str) -> None:
    ann.set_password("another password of ann")
    ann.save()
    assert reason_of(user_of(session), Page(user=str(ann.pk))) is Reason.SIGN_IN


def test_a_page_of_another_user_is_refused(ann: User, session: str) -> None:
    assert not_its_user(user_of(session), Page(user=str(ann.pk + 1))) == Refusal(
        Reason.FORBIDDEN,
        "the page was made for another user than its session's; if a middleware sets request.user, set LIVE_USER",
    )


def test_a_page_for_nobody_in_particular_goes_on_when_somebody_signs_in(session: str) -> None:
    assert not_its_user(user_of(session), Page(user=None)) is None
    assert not_its_user(user_of(None), Page(user=None)) is None


def test_a_lost_right_is_refused_by_name(ann: User, session: str, secret_of: Fragment) -> None:
    keys = [secret_of.key(owner=ann.pk, n=1), secret_of.key(owner=ann.pk, n=10)]
    page = Page(user=str(ann.pk))
    page.add(keys[1])
    assert check(session, page, keys).refusal == Refusal(
        Reason.FORBIDDEN, f"tests.secret_of(owner={ann.pk}, n=10) is not to be seen by ann"
    )


def test_who_is_not_signed_in_may_do_so_to_see(secret_of: Fragment) -> None:
    page = Page(user=None)
    page.add(secret_of.key(owner=1, n=1))
    refusal = check(None, page, [secret_of.key(owner=1, n=1)]).refusal
    assert refusal is not None
    assert refusal.reason is Reason.SIGN_IN
    assert "is not to be seen by AnonymousUser" in refusal.message


def test_what_may_not_be_seen_is_withheld_while_there_is_anything_else(
    ann: User, session: str, secret_of: Fragment
) -> None:
    own, root, nested = (secret_of.key(owner=owner, n=n) for owner, n in ((ann.pk, 1), (0, 1), (0, 2)))
    page = Page()
    page.add(own)
    page.add(root)
    withheld = check(session, page, [own, root, nested]).withheld
    assert withheld.keys() == {root.element, nested.element}
    assert "You have no access to this" in withheld[root.element].html
    page.required.add(own.element)
    assert check(session, page, [own, root]).refusal is None
    page.required.add(root.element)
    assert check(session, page, [own, root]).refusal == Refusal(Reason.FORBIDDEN, f"{root} is not to be seen by {ann}")


def test_a_rotated_secret_logs_nobody_out(ann: User, session: str, client: Client, settings: Any) -> None:
    """Django would give the session another key at the first look, which no socket can tell its browser."""
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another" * 10
    for _ in range(2):
        assert not_its_user(user_of(session), Page(user=str(ann.pk))) is None
    assert client.session.session_key == session


def test_only_what_is_not_for_everybody_is_restricted(secret_of: Fragment) -> None:
    @fragment("any.html")
    def clock() -> dict[str, Any]:
        return {}

    assert not is_restricted(clock.key())
    assert is_restricted(secret_of.key(owner=1, n=1))


@pytest.fixture
def unanswered() -> Any:
    """A fragment whose question raises what it is given."""

    def declare(error: Exception) -> Fragment:
        @fragment("any.html")
        def unanswered() -> dict[str, Any]:
            return {}

        @unanswered.visible_to
        def _(user: Any) -> bool:
            raise error

        return unanswered

    return declare


def test_a_question_that_raises_withholds_its_fragment_and_is_said(
    unanswered: Any, caplog: pytest.LogCaptureFixture
) -> None:
    before = count("live_failures_total", where="visible_to")
    key = unanswered(ZeroDivisionError("why")).key()
    answer = check(None, Page(), [key])
    assert answer.refusal is None and "could not be shown" in answer.withheld[key.element].html
    assert count("live_failures_total", where="visible_to") == before + 1
    assert "who may see tests.unanswered() could not be asked" in caplog.text
    caplog.clear()
    assert check(None, Page(), [key]) == answer
    assert caplog.text == "", "it is said once a minute"
    assert count("live_failures_total", where="visible_to") == before + 2
    with pytest.raises(ZeroDivisionError):
        may_see(AnonymousUser(), [key])


@pytest.mark.parametrize("error", [User.DoesNotExist(), Http404()])
def test_what_is_asked_about_and_is_not_there_is_gone(unanswered: Any, error: Exception) -> None:
    key = unanswered(error).key()
    assert withheld_from(AnonymousUser(), [key]) == {key: "gone"}
    assert may_see(AnonymousUser(), [key]) == key


def test_each_kind_of_error_is_said_once_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    errors = [BufferError("one"), EOFError("two"), EOFError("three")]

    @fragment("any.html")
    def unanswered() -> dict[str, Any]:
        return {}

    @unanswered.visible_to
    def _(user: Any) -> bool:
        raise errors.pop(0)

    for _ in range(3):
        check(None, Page(), [unanswered.key()])
    assert [record.exc_info[0] for record in caplog.records if record.exc_info] == [BufferError, EOFError]


def test_a_per_that_raises_refuses_its_own_page_and_is_said_once_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    @fragment("any.html", per=lambda user: [][0])
    def mine(audience: int) -> dict[str, Any]:
        return {}

    broken, other = Page(), Page()
    broken.add(mine.key())
    questions = [Question(None, page, ()) for page in (broken, broken, other)]
    answers = answer_all(users_of([None]), questions)
    assert [answer.refusal and answer.refusal.reason for answer in answers] == [Reason.ASK_AGAIN] * 2 + [None]
    assert [record.exc_info[0] for record in caplog.records if record.exc_info] == [IndexError]


def test_a_fragment_is_slow_if_it_was_the_last_time(monkeypatch: pytest.MonkeyPatch) -> None:
    @fragment("any.html")
    def slow() -> dict[str, Any]:
        return {}

    @fragment("any.html", per=lambda user: 1)
    def slow_per(audience: int) -> dict[str, Any]:
        return {}

    @fragment("any.html")
    def other() -> dict[str, Any]:
        return {}

    slow.visible_to(lambda user: True)
    page = Page()
    page.add(slow_per.key())
    questions = Question(None, Page(), (slow.key(),)), Question(None, page, ()), Question(None, Page(), (other.key(),))
    for seconds, expected in ((0.0, [True, True, False]), (1e9, [False] * 3), (0.0, [True, True, False])):
        monkeypatch.setattr(visibility, "SLOW_SECONDS", seconds)
        for question in questions:
            answer_one(question)
        assert [is_slow(question) for question in questions] == expected
    monkeypatch.setattr(visibility, "SLOW_SECONDS", 1e9)
    answer_one(questions[0])
    answer_one(questions[1])


def test_an_audience_that_cannot_be_one_is_said_with_its_fragment() -> None:
    @fragment("any.html", per=lambda user: 1.5)
    def unshared(audience: str) -> dict[str, Any]:
        return {}

    page = Page()
    page.add(unshared.key())
    refusal = check(None, page, []).refusal
    assert refusal is not None and "tests.unshared: the audience is 1.5" in refusal.message


def test_all_who_are_the_same_audiences_share_one_answer() -> None:
    @fragment("any.html", per=lambda user: "one")
    def shared(audience: str) -> dict[str, Any]:
        return {}

    page = Page()
    page.add(shared.key())
    first, second = answer_all(users_of([None]), [Question(None, page, ())] * 2)
    assert first is second and first.audiences == {"tests.shared": "one"}
    assert check(None, Page(), []) is ALLOWED


def test_a_user_is_asked_once_about_a_key_also_for_the_reason_of_a_refusal(ann: User, session: str) -> None:
    asked = []

    @fragment("any.html")
    def never() -> dict[str, Any]:
        return {}

    @never.visible_to
    def _(user: Any) -> bool:
        asked.append(user)
        return False

    page = Page()
    page.add(never.key())
    assert check(session, page, [never.key()]).refusal is not None
    assert asked == [ann]


def test_those_for_which_there_is_no_time_are_left_out() -> None:
    questions = [Question(None, Page(), ())] * 3
    assert answer_all(users_of([None]), questions, 0) == [Access()]


def test_a_database_that_is_away_is_nobodys_refusal(unanswered: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(database_threads._away, "other", 5.0)
    with pytest.raises(OperationalError):
        check(None, Page(), [unanswered(OperationalError()).key()])


def test_a_query_that_fails_by_itself_withholds_its_own_fragment(unanswered: Any) -> None:
    """Else nobody's log-out would be noticed any more for the error of one fragment."""
    key = unanswered(ProgrammingError("no such column")).key()
    assert withheld_from(AnonymousUser(), [key]) == {key: "failed"}


def test_a_key_is_that_of_an_audience_only_where_it_differs_per_audience(secret_of: Fragment, ann: User) -> None:
    @fragment("any.html", per=lambda user: user.username)
    def greeting(audience: str) -> dict[str, Any]:
        return {}

    @fragment("any.html", per=lambda user: 1.5)
    def broken(audience: str) -> dict[str, Any]:
        return {}

    assert audience_of(ann, secret_of.key(owner=1, n=2)) == secret_of.key(owner=1, n=2)
    assert audience_of(ann, greeting.key()).audience == "ann"
    with pytest.raises(FragmentError, match=r"tests\.broken"):
        audience_of(ann, broken.key())
