"""Responses to forms: of functions, to forms that are not valid, and field by field."""

import re

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from live.forms.models import Submission
from live.notices.models import Notice
from tests.unit.live.forms.html import EVERYWHERE, HTMX, SHOWS_NOTICES, text, widget

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
    assert 'id="boards-boards-public" hx-swap-oob=true' in html
    assert "Others is there" in html


@pytest.mark.parametrize("path", [*EVERYWHERE, "/edit/{pk}"])
def test_one_field_is_checked_and_only_the_words_beside_it_are_touched(client: Client, path: str) -> None:
    group = Group.objects.create(name="there")
    Group.objects.create(name="taken")
    path = path.format(pk=group.pk)
    answer = client.post(path, {"name": "taken", "_validate": "name"}, headers=SHOWS_NOTICES)
    expected = (
        '<p class="error" id="id_name_error" hx-swap-oob="innerHTML" data-error-for="id_name" aria-live="polite">'
        "<span>Group with this Name already exists.</span></p>"
    )
    assert (answer.status_code, text(answer).strip()) == (200, expected)
    answer = client.post(path, {"name": "free", "_validate": "name"}, headers=SHOWS_NOTICES)
    assert text(answer).strip() == re.sub("<span>.*</span>", "<span></span>", expected)
    assert set(Group.objects.values_list("name", flat=True)) == {"there", "taken"}
    assert not Notice.objects.exists()
    assert not Submission.objects.exists()


def test_other_fields_and_what_is_no_field_are_not_answered(client: Client) -> None:
    html = text(client.post("/say", {"words": "hello", "_validate": "words"}, headers=HTMX))
    assert "mood" not in html
    assert client.post("/say", {"_validate": "nothing"}, headers=HTMX).status_code == 204


def test_a_check_that_comes_after_its_form_was_taken_says_nothing(client: Client) -> None:
    form = {"name": "Operators", "_submission": "c" * 16}
    client.post("/enter", form, headers=SHOWS_NOTICES)
    answer = client.post("/enter", {**form, "_validate": "name"}, headers=SHOWS_NOTICES)
    assert (answer.status_code, text(answer)) == (204, "")
