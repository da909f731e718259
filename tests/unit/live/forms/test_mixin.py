"""LiveFormMixin: what a form responds with, as a page and to htmx, and what it saves and sends."""

import re

import pytest
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from live.forms.models import Submission
from live.notices.models import Notice
from tests.unit.live.forms.html import HTMX, SHOWS_NOTICES, text, token, widget

pytestmark = [pytest.mark.database, pytest.mark.django_db, pytest.mark.urls("tests.unit.live.forms.forms_site")]


def test_a_form_has_labels_a_token_of_its_own_and_a_place_for_each_error(client: Client) -> None:
    one, two = (text(client.get("/say")) for _ in range(2))
    assert token(one) != token(two)
    assert '<label for="id_words">' in one
    assert '<p class="error" id="id_words_error" data-error-for="id_words" aria-live="polite"><span></span></p>' in one
    assert 'aria-describedby="id_words_helptext"' in widget(one, "words")
    assert '<fieldset id="id_mood_group">' in one
    assert 'id="id_mood_error" data-error-for="id_mood_group"' in one
    assert 'enctype="multipart/form-data"' in one
    assert "aria-invalid" not in one
    checked = re.findall(r"hx-vals='{\"_validate\": \"(\w+)\"}'", one)
    assert checked == ["words", "mood"], "a file is not sent to be looked at, and nobody leaves a hidden field"


def test_what_is_wrong_with_the_form_as_a_whole_is_said_and_gets_the_focus(client: Client) -> None:
    html = text(client.post("/say", {"words": "never", "mood": "good"}, headers=HTMX))
    assert '<p class="error" role="alert" tabindex="-1" autofocus>&lt;never&gt; say never</p>' in html
    html = text(client.post("/say", {"words": "", "mood": "good"}, headers=HTMX))
    assert 'role="alert"' not in html


def test_a_plain_form_leads_on_and_the_next_page_says_it_once(client: Client, ada: User) -> None:
    answer = client.post("/enter", {"name": "Operators"})
    group = Group.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/groups/{group.pk}")
    notice = Notice.objects.get()
    assert (str(notice.recipients), notice.text, notice.source) == ("signed_in", "Ada entered Operators", "form")
    assert (notice.by, notice.level) == (ada, 25)
    assert text(client.get("/enter")).count("Ada entered Operators") == 1
    assert "Ada entered Operators" not in text(client.get("/enter"))
    assert Notice.objects.count() == 1, "the message is not told to other pages once more"


def test_htmx_gets_a_fresh_form_the_fragments_and_the_same_notice(client: Client, ada: User) -> None:
    sent = "b" * 16
    answer = client.post("/enter", {"name": "Operators", "_submission": sent}, headers=SHOWS_NOTICES)
    html, notice = text(answer), Notice.objects.get()
    assert answer.status_code == 200
    assert html.strip().startswith("<form")
    assert "Operators" not in html.partition("</form>")[0]
    assert token(html) not in {"", sent}
    for id in ("tests-groups-public", "tests-groups-all", "live_notices-activity"):
        assert f'id="{id}" hx-swap-oob=true' in html
    assert html.count('hx-swap-oob="beforeend:#live-notices-status"') == 1
    assert f'data-notice="{notice.pk}.0"' in html
    assert "Ada entered Operators" not in text(client.get("/enter")), "the answer has said it"


def test_a_form_that_changes_something_comes_back_with_it(client: Client) -> None:
    group = Group.objects.create(name="before")
    html = text(client.post(f"/edit/{group.pk}", {"name": "after"}, headers=SHOWS_NOTICES))
    assert 'value="after"' in widget(html, "name")
    assert Notice.objects.get().text == "it is after now"
    assert client.post(f"/edit/{group.pk}", {"name": "later"}).headers["Location"] == "/edited"


# Field by field


def test_what_a_view_does_with_a_right_form_it_does_not_do_for_a_check(client: Client) -> None:
    answer = client.post("/say", {"words": "hello", "mood": "good", "_validate": "words"}, headers=HTMX)
    assert "X-Said" not in answer.headers
    assert not Group.objects.exists()
    # A check without htmx, which nobody makes, saves nothing either.
    client.post("/say", {"words": "hello", "mood": "good", "_validate": "words"})
    assert not Group.objects.exists()


# Failing


def test_a_view_that_fails_saves_nothing_and_tells_nobody(client: Client) -> None:
    form = {"words": "break", "mood": "good", "_submission": "d" * 16}
    with pytest.raises(ZeroDivisionError):
        client.post("/say", form)
    client.post("/say", {**form, "words": "teapot"})
    assert not Group.objects.exists()
    assert not Submission.objects.exists()


def test_what_a_view_adds_to_its_answer_stays(client: Client) -> None:
    form = {"words": "hello", "mood": "good", "paper": SimpleUploadedFile("a.txt", b"a")}
    answer = client.post("/say", form, headers=HTMX)
    assert (answer.status_code, answer.headers["X-Said"]) == (200, "yes")
    assert Group.objects.get().name == "hello"


def test_a_boosted_form_gets_a_page(client: Client) -> None:
    headers = {**SHOWS_NOTICES, "HX-Boosted": "true"}
    assert client.post("/enter", {"name": "Operators"}, headers=headers).status_code == 302
    assert "<html" in text(client.post("/enter", {"name": ""}, headers=headers))


def test_a_form_that_has_nothing_to_say_sends_nothing(client: Client, ada: User) -> None:
    assert client.post("/enter/silently", {"name": "Operators"}).status_code == 302
    assert Group.objects.get().name == "Operators"
    assert not Notice.objects.exists()
