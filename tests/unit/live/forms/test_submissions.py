"""A form that is sent twice is saved once."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connections
from django.test import Client
from django.utils import timezone

from live.forms import submissions
from live.forms.models import Submission
from live.notices.models import Notice
from tests.unit.live.forms.html import EVERYWHERE, HTMX, SHOWS_NOTICES, text, token

pytestmark = [pytest.mark.database, pytest.mark.urls("tests.unit.live.forms.forms_site")]


@pytest.mark.django_db
@pytest.mark.parametrize("path", EVERYWHERE)
def test_the_second_is_answered_as_the_first_and_does_nothing(client: Client, path: str) -> None:
    form = {"name": "Operators", "_submission": token(text(client.get(path)))}
    first, second = (client.post(path, form) for _ in range(2))
    assert (second.status_code, second.headers["Location"]) == (302, first.headers["Location"])
    assert Group.objects.count() == 1
    assert Notice.objects.count() == 1
    assert text(client.get(path)).count("Operators") == 1, "said once"


@pytest.mark.django_db
@pytest.mark.parametrize("path", EVERYWHERE)
def test_by_htmx_it_gets_a_fresh_form_and_no_second_notice(client: Client, path: str) -> None:
    form = {"name": "Operators", "_submission": "a" * 16}
    client.post(path, form, headers=SHOWS_NOTICES)
    answer = client.post(path, form, headers=SHOWS_NOTICES)
    html = text(answer)
    assert answer.status_code == 200
    assert html.strip().startswith("<form")
    assert "Operators" not in html
    assert token(html) != "a" * 16
    assert Notice.objects.count() == Group.objects.count() == 1


@pytest.mark.django_db
def test_a_change_twice(client: Client) -> None:
    group = Group.objects.create(name="before")
    form = {"name": "after", "_submission": "a" * 16}
    client.post(f"/edit/{group.pk}", form, headers=SHOWS_NOTICES)
    assert 'value="after"' in text(client.post(f"/edit/{group.pk}", form, headers=SHOWS_NOTICES))
    assert client.post(f"/edit/{group.pk}", form).headers["Location"] == "/edited"
    assert Notice.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("path", EVERYWHERE)
def test_who_goes_back_and_changes_the_form_sends_something_new(client: Client, path: str) -> None:
    for name in ("One", "Two", "One"):
        client.post(path, {"name": name, "_submission": "a" * 16, "csrfmiddlewaretoken": name})
    assert list(Group.objects.order_by("name").values_list("name", flat=True)) == ["One", "Two"]


@pytest.mark.django_db
def test_another_person_with_the_same_token_sends_something_new(client: Client, admin_client: Client) -> None:
    group = Group.objects.create(name="before")
    for each in (client, admin_client):  # as from a page that a cache has kept
        each.post(f"/edit/{group.pk}", {"name": "after", "_submission": "a" * 16})
    assert Notice.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("path", EVERYWHERE)
def test_a_form_that_was_rejected_can_be_sent_again(client: Client, path: str) -> None:
    group = Group.objects.create(name="Operators")
    form = {"name": "Operators", "_submission": "a" * 16}
    assert client.post(path, form).status_code == 422
    group.delete()
    assert client.post(path, form).status_code == 302
    assert Group.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("given", [{}, {"_submission": ""}, {"_submission": "%' OR 1=1"}, {"_submission": "x" * 500}])
def test_without_a_token_of_ours_each_is_saved(client: Client, given: dict[str, str]) -> None:
    group = Group.objects.create(name="before")
    for _ in range(2):
        assert client.post(f"/edit/{group.pk}", {"name": "after", **given}).status_code == 302
    assert Notice.objects.count() == 2
    assert not Submission.objects.exists()


@pytest.mark.django_db
def test_old_ones_are_forgotten_now_and_then(
    client: Client, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    def age(token: str, days: float) -> None:
        submission = Submission.objects.create(token=token)
        Submission.objects.filter(pk=submission.pk).update(at=timezone.now() - timedelta(days=days))

    monkeypatch.setattr(submissions, "_next_prune", 0.0)
    age("old", 1.1)
    age("young", 0.9)
    for name in ("One", "Two"):
        with django_capture_on_commit_callbacks(execute=True):
            client.post("/enter", {"name": name, "_submission": name * 6})
        tokens = {each.token.partition(".")[0] for each in Submission.objects.all()}
        assert "young" in tokens
        assert "old" not in tokens or name == "Two", "at once, then not for an hour"
        age("old", 1.1) if name == "One" else None
    assert "old" in tokens


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize("path", EVERYWHERE)
def test_two_at_the_same_moment(path: str, headers: dict[str, str]) -> None:
    together = threading.Barrier(4)
    answers: list[Any] = []

    def send() -> None:
        client = Client(headers=headers)
        together.wait(10)
        try:
            answers.append(client.post(path, {"name": "Operators", "_submission": "a" * 16}))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert [answer.status_code for answer in answers] == [200 if headers else 302] * 4
    assert len({answer.headers.get("Location") for answer in answers}) == 1
    assert Group.objects.count() == 1
    assert Notice.objects.count() == 1


def test_a_submission_is_called_by_its_token() -> None:
    assert str(Submission(token="abc")) == "abc"
