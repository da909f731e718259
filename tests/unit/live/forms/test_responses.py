"""Responses to forms: of functions, to invalid ones, field by field, and what follows when one is saved."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils.safestring import mark_safe

from live import changes
from live.forms import responses
from live.forms.models import Submission
from live.notices import MAX_NOTICE_CHARACTERS
from live.notices.models import Notice
from live.notices.permissions import MAX_TO_EVERYONE
from tests.unit.live.forms import forms_site
from tests.unit.live.forms.html import EVERYWHERE, HTMX, SHOWS_NOTICES, text, widget
from tests.unit.live.screens import collect_elements, count

pytestmark = [pytest.mark.database, pytest.mark.django_db, pytest.mark.urls("tests.unit.live.forms.forms_site")]


@pytest.mark.parametrize("path", EVERYWHERE)
def test_invalid_form_is_the_page_again(client: Client, path: str) -> None:
    answer = client.post(path, {"name": ""})
    html = text(answer)
    assert answer.status_code == 422
    assert "<html" in html
    assert "autofocus" in widget(html, "name")
    assert 'aria-invalid="true"' in widget(html, "name")
    assert 'aria-describedby="id_name_error"' in widget(html, "name")
    assert "<span>This field is required.</span></p>" in html
    assert not Group.objects.exists()
    assert not Notice.objects.exists()


@pytest.mark.parametrize("path", EVERYWHERE)
def test_htmx_gets_the_invalid_form_alone(client: Client, path: str) -> None:
    answer = client.post(path, {"name": "x" * 151, "_submission": "a" * 16}, headers=HTMX)
    html = text(answer)
    assert answer.status_code == 422
    assert html.strip().startswith("<form")
    assert html.count("autofocus") == 1
    assert 'aria-invalid="true"' in widget(html, "name")
    assert f'value="{"x" * 151}"' in widget(html, "name"), "what was typed is kept"
    assert not Group.objects.exists()
    assert not Submission.objects.exists()


def test_a_function_does_the_same(client: Client) -> None:
    answer = client.post("/plain", {"name": "Operators"})
    assert answer.headers["Location"] == f"/groups/{Group.objects.get().pk}"
    assert text(client.get("/plain")).count("Operators is there") == 1
    html = text(client.post("/plain", {"name": "Others"}, headers=SHOWS_NOTICES))
    assert html.strip().startswith("<form")
    assert 'id="tests-groups-public" hx-swap-oob=true' in html
    assert "Others is there" in html


@pytest.mark.parametrize("path", [*EVERYWHERE, "/edit/{pk}"])
def test_one_field_is_checked_and_only_the_words_beside_it_are_touched(client: Client, path: str) -> None:
    group = Group.objects.create(name="there")
    Group.objects.create(name="used")
    path = path.format(pk=group.pk)
    answer = client.post(path, {"name": "used", "_validate": "name"}, headers=SHOWS_NOTICES)
    expected = (
        '<p class="error" id="id_name_error" hx-swap-oob="innerHTML" data-error-for="id_name" aria-live="polite">'
        "<span>Group with this Name already exists.</span></p>"
    )
    assert (answer.status_code, text(answer).strip()) == (200, expected)
    answer = client.post(path, {"name": "free", "_validate": "name"}, headers=SHOWS_NOTICES)
    assert text(answer).strip() == re.sub("<span>.*</span>", "<span></span>", expected)
    assert set(Group.objects.values_list("name", flat=True)) == {"there", "used"}
    assert not Notice.objects.exists()
    assert not Submission.objects.exists()


def test_other_fields_and_what_is_no_field_are_not_answered(client: Client) -> None:
    html = text(client.post("/say", {"words": "hello", "_validate": "words"}, headers=HTMX))
    assert "mood" not in html
    assert client.post("/say", {"_validate": "nothing"}, headers=HTMX).status_code == 204


def test_a_check_that_comes_after_its_form_was_saved_says_nothing(client: Client) -> None:
    form = {"name": "Operators", "_submission": "c" * 16}
    client.post("/enter", form, headers=SHOWS_NOTICES)
    answer = client.post("/enter", {**form, "_validate": "name"}, headers=SHOWS_NOTICES)
    assert (answer.status_code, text(answer)) == (204, "")


# What follows when a form is saved


def test_page_without_notices_shows_it_as_the_next_page_message(client: Client, ada: User) -> None:
    assert "beforeend" not in text(client.post("/enter", {"name": "Operators"}, headers=HTMX))
    assert text(client.get("/enter")).count("Ada entered Operators") == 1


def test_the_sender_gets_no_fragment_that_they_may_not_see(client: Client) -> None:
    html = text(client.post("/enter", {"name": "Operators"}, headers=SHOWS_NOTICES))
    assert "tests-groups-public" in html
    assert "tests-groups-all" not in html


def test_fragments_are_announced_to_all(
    client: Client, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    heard: set[str] = set()
    monkeypatch.setattr(changes, "listeners", [collect_elements(heard)])
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/enter", {"name": "Operators"})
    assert {"tests-groups-public", "tests-groups-all", "live_notices-activity", "live_notices-notices"} <= heard


def test_a_fragment_that_cannot_be_rendered_does_not_take_back_what_was_saved(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*keys: object) -> str:
        raise ZeroDivisionError

    monkeypatch.setattr(responses, "html_of", fail)
    with pytest.raises(ZeroDivisionError):
        client.post("/enter", {"name": "Operators"}, headers=SHOWS_NOTICES)
    assert Group.objects.exists()
    assert Notice.objects.exists()


def test_rate_limit_holds_back_notices_and_loses_no_form(client: Client) -> None:
    before = count("live_failures_total", where="form_notice")
    for number in range(MAX_TO_EVERYONE + 1):
        client.post("/plain", {"name": f"group {number}"}, headers=SHOWS_NOTICES)
    assert Group.objects.count() == MAX_TO_EVERYONE + 1
    assert Notice.objects.filter(recipients="everyone").count() == MAX_TO_EVERYONE
    assert count("live_failures_total", where="form_notice") == before + 1
    # Who sent it is told all the same.
    assert "one more is there" in text(client.post("/plain", {"name": "one more"}, headers=SHOWS_NOTICES))


def test_without_recipients_only_the_sender_gets_it(client: Client, ada: User) -> None:
    client.post("/say", {"words": "hello", "mood": "good"})
    assert [str(notice.recipients) for notice in Notice.objects.all()] == [f"user:{ada.pk}"], "on their other pages"
    assert text(client.get("/say")).count(">said<") == 1


@pytest.mark.parametrize("said", ["", " ", "x" * (MAX_NOTICE_CHARACTERS + 1), mark_safe("<b>bold</b>")])
def test_notice_is_text_that_fits(client: Client, monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setattr(forms_site.EnterGroup, "get_notice", lambda view: said)
    html = text(client.post("/enter", {"name": "Operators"}, headers=SHOWS_NOTICES))
    assert Group.objects.exists()
    assert [len(notice.text) for notice in Notice.objects.all()] == [min(len(said), MAX_NOTICE_CHARACTERS)] * bool(
        said.strip()
    )
    assert "<b>bold" not in html
    client.post("/enter", {"name": "Others"})
    assert "<b>bold" not in text(client.get("/enter"))
