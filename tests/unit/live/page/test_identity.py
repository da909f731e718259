"""Whose sessions these are: the same as Django says of each, in a few queries for all."""

from importlib import import_module
from typing import Any

import pytest
from django.contrib.auth import get_user
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import connection
from django.http import HttpRequest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from live.page import identity
from live.page.identity import users_of
from live.page.sessions import Claim, _in_portions

pytestmark = [pytest.mark.database, pytest.mark.django_db]
ENGINES = ("db", "cached_db", "cache", "file")


class OwnBackend(ModelBackend):
    """Finds users in a way of its own."""

    asked: list[Any] = []

    def get_user(self, user_id: Any) -> Any:
        self.asked.append(user_id)
        return super().get_user(user_id)


class AnyBackend:
    """Of another family, whose users have no password."""

    def get_user(self, user_id: Any) -> Any:
        return Stranger() if user_id == 5 else None


class Stranger:
    is_anonymous = False
    pk = 5


class OwnStore(DatabaseStore):
    """Loads in a way of its own."""

    def load(self) -> Any:
        return super().load()


SessionStore = OwnStore


def session_of(user: User | None = None, **data: Any) -> str:
    """The key of a session, in the engine that is set."""
    client = Client()
    if user is not None:
        client.force_login(user, backend=data.pop("backend", None))
    session = client.session
    session.update(data)
    session.save()
    return str(session.session_key)


def by_django(session: str | None) -> Any:
    request = HttpRequest()
    request.session = import_module(identity.settings.SESSION_ENGINE).SessionStore(session)
    return get_user(request)


def make(count: int) -> list[User]:
    return [User.objects.create(username=f"user{n}", password=f"hash {n}") for n in range(count)]


@pytest.mark.parametrize("engine", ENGINES)
def test_it_is_what_django_says_of_each(engine: str, settings: Any, tmp_path: Any) -> None:
    settings.SESSION_ENGINE, settings.SESSION_FILE_PATH = f"django.contrib.sessions.backends.{engine}", str(tmp_path)
    signed_in, disabled, changed, gone, twice = make(5)
    sessions = {name: session_of(user) for name, user in vars_of(signed_in, disabled, changed, gone, twice).items()}
    sessions |= {"twice, again": session_of(twice), "a visitor": session_of(cart=1), "ended": session_of(signed_in)}
    sessions |= {"no session": "n" * 32, "too short": "short", "no hash": session_of(signed_in, _auth_user_hash="")}
    sessions |= {"of no user": session_of(signed_in, _auth_user_id="many"), "no backend": session_of(_auth_user_id="1")}
    sessions |= {"a backend that is gone": session_of(signed_in, _auth_user_backend="gone.Backend")}
    User.objects.filter(pk=disabled.pk).update(is_active=False)
    User.objects.filter(pk=changed.pk).update(password="another")
    User.objects.filter(pk=gone.pk).delete()
    import_module(settings.SESSION_ENGINE).SessionStore(sessions["ended"]).flush()
    found = users_of([*sessions.values(), None])
    who = {name: found[session].pk for name, session in sessions.items() if not found[session].is_anonymous}
    assert who == {"signed_in": signed_in.pk, "twice": twice.pk, "twice, again": twice.pk}
    assert found[sessions["twice"]] is found[sessions["twice, again"]]
    assert found[None] == AnonymousUser() and found[None].live_session is None  # type: ignore[union-attr]
    sessions.pop("of no user")  # for that one Django raises
    assert {name: by_django(session).pk for name, session in sessions.items()} == {
        name: found[session].pk for name, session in sessions.items()
    }


def vars_of(*users: User) -> dict[str, User]:
    return dict(zip(("signed_in", "disabled", "changed", "gone", "twice"), users, strict=True))


@pytest.mark.parametrize("engine", ENGINES)
def test_a_visitor_is_known_again_by_their_session_while_it_lasts(engine: str, settings: Any, tmp_path: Any) -> None:
    settings.SESSION_ENGINE, settings.SESSION_FILE_PATH = f"django.contrib.sessions.backends.{engine}", str(tmp_path)
    visitor = session_of(cart=1)
    [user] = make(1)
    theirs, other = session_of(user), "n" * 32
    found: Any = users_of([visitor, theirs, other])
    assert [found[key].live_session for key in (visitor, theirs, other)] == [visitor, theirs, None]


def test_an_expired_session_is_nobodys() -> None:
    [user] = make(1)
    session = session_of(user)
    store = DatabaseStore(session)
    store.model.objects.update(expire_date=timezone.now())
    assert users_of([session])[session] == AnonymousUser()


@pytest.mark.parametrize("key", ["\0" * 32, "a" * 31 + " ", "a" * 129, ""])
def test_what_can_be_no_key_is_asked_of_no_database(key: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert users_of([key])[key] == AnonymousUser()
    assert len(queries) == 0


@pytest.mark.parametrize(("engine", "queries"), [("db", 2), ("cached_db", 1), ("cache", 1)])
def test_queries_do_not_grow_with_the_sessions(engine: str, queries: int, settings: Any) -> None:
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{engine}"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    sessions = [session_of(user) for user in make(50)]
    for count in (5, 50):
        with CaptureQueriesContext(connection) as asked:
            found = users_of(sessions[:count])
        assert not any(user.is_anonymous for user in found.values())
        assert len(asked) == queries


def test_a_cache_that_has_forgotten_a_session_is_no_log_out(settings: Any) -> None:
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
    [user] = make(1)
    session = session_of(user)
    DatabaseStore(session)
    import_module(settings.SESSION_ENGINE).SessionStore(session)._cache.clear()
    assert users_of([session])[session] == user


def test_more_than_a_query_takes_are_several(monkeypatch: pytest.MonkeyPatch) -> None:
    sessions = [session_of(user) for user in make(5)]
    monkeypatch.setattr(type(connection.features), "max_query_params", 3)
    assert {user.username for user in users_of(sessions).values()} == {f"user{n}" for n in range(5)}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("most", "portions"),
    [(None, ["abcde"]), (0, ["abcde"]), (1, [*"abcde"]), (2, [*"abcde"]), (3, ["ab", "cd", "e"]), (6, ["abcde"])],
)
def test_portions_leave_room_for_the_time(most: int | None, portions: list[str], monkeypatch: Any) -> None:
    monkeypatch.setattr(type(connection.features), "max_query_params", most)
    assert list(map("".join, _in_portions("edcba", "default"))) == portions  # type: ignore[arg-type]
    assert list(_in_portions([], "default")) == []


def test_what_a_session_says_counts_only_as_long_as_its_signature(settings: Any) -> None:
    """Also where a user has no password from which the secret would be missing."""
    backend = f"{__name__}.AnyBackend"
    settings.AUTHENTICATION_BACKENDS = [backend]
    session = session_of(_auth_user_id="5", _auth_user_backend=backend, _auth_user_hash="")
    assert users_of([session])[session].pk == 5
    settings.SECRET_KEY = "another" * 10
    assert users_of([session])[session] == AnonymousUser()


def test_an_engine_and_a_backend_of_a_project_are_asked_as_they_want_it(settings: Any) -> None:
    settings.SESSION_ENGINE = __name__
    own = f"{__name__}.OwnBackend"
    settings.AUTHENTICATION_BACKENDS = [own, f"{__name__}.AnyBackend"]
    one, two = make(2)
    sessions = [session_of(one, backend=own), session_of(two, backend=own)]
    strangers = [
        session_of(_auth_user_id=str(pk), _auth_user_backend=f"{__name__}.AnyBackend", _auth_user_hash="")
        for pk in (5, 6)
    ]
    OwnBackend.asked.clear()
    found = users_of([*sessions, *strangers])
    assert [found[session].pk for session in sessions] == [one.pk, two.pk]
    assert sorted(OwnBackend.asked) == [one.pk, two.pk]
    assert [found[session].pk for session in strangers] == [5, None]


def test_a_secret_that_is_no_fallback_any_more_ends_its_sessions(settings: Any) -> None:
    [user] = make(1)
    session = session_of(user)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another" * 10
    assert users_of([session])[session] == user
    settings.SECRET_KEY_FALLBACKS = []
    assert users_of([session])[session] == AnonymousUser()


def test_a_user_model_may_make_its_hash_in_its_own_way() -> None:
    class Own(User):
        class Meta:
            proxy = True
            app_label = "auth"

        def get_session_auth_hash(self) -> str:
            return "own"

    claims = [Claim(1, "any", hash) for hash in ("own", "another")]
    assert [identity._is_of(Own(), claim) for claim in claims] == [True, False]
