"""What follows when a form is saved: notices, messages, and fragments that are new."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils.safestring import mark_safe

from live import changes
from live.forms import sending
from live.notices.models import Notice
from live.notices.permissions import MAX_TO_EVERYONE
from live.notices.sender import MAX_NOTICE_CHARACTERS
from tests.unit.live.forms import forms_site
from tests.unit.live.forms.html import HTMX, SHOWS_NOTICES, text
from tests.unit.live.screens import collect_elements, count

pytestmark = [pytest.mark.database, pytest.mark.django_db, pytest.mark.urls("tests.unit.live.forms.forms_site")]


def test_page_without_notices_shows_it_as_the_next_page_message(client: Client, ada: User) -> None:
    assert "beforeend" not in text(client.post("/enter", {"name": "Operators"}, headers=HTMX))
    assert text(client.get("/enter")).count("Ada entered Operators") == 1


def test_the_sender_gets_no_fragment_that_they_may_not_see(client: Client) -> None:
    html = text(client.post("/enter", {"name": "Operators"}, headers=SHOWS_NOTICES))
    assert "boards-boards-public" in html
    assert "boards-boards-all" not in html


def test_fragments_are_announced_to_all(
    client: Client, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    heard: set[str] = set()
    monkeypatch.setattr(changes, "listeners", [collect_elements(heard)])
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/enter", {"name": "Operators"})
    assert {"boards-boards-public", "boards-boards-all", "live_notices-activity", "live_notices-notices"} <= heard


def test_a_fragment_that_cannot_be_rendered_does_not_take_back_what_was_saved(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*keys: object) -> str:
        raise ZeroDivisionError

    monkeypatch.setattr(sending, "html_of", fail)
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
