"""Forms that tell everybody: what a form answers, as a page, to htmx and field by field."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils.safestring import mark_safe

from live import changes
from live.apps import add_template_partials
from live.notices import telling
from live.notices.models import Notice, Submission
from live.notices.rules import MOST
from live.notices.sending import LONGEST
from tests.unit.live.screens import count
from tests.unit.notices import forms_site

pytestmark = [pytest.mark.database, pytest.mark.django_db, pytest.mark.urls("tests.unit.notices.forms_site")]
HTMX, TAKES = {"HX-Request": "true"}, {"HX-Request": "true", "Live-Notices": "1"}
EVERYWHERE = ["/enter", "/plain"]


@pytest.fixture(autouse=True)
def template(settings: Any) -> None:
    engine = settings.TEMPLATES[0]
    loaders = [
        ("django.template.loaders.locmem.Loader", {"crew.html": forms_site.PAGE}),
        "django.template.loaders.filesystem.Loader",
        "django.template.loaders.app_directories.Loader",
    ]
    settings.TEMPLATES = [{**engine, "APP_DIRS": False, "OPTIONS": {**engine["OPTIONS"], "loaders": loaders}}]
    add_template_partials()


@pytest.fixture
def ada(client: Client) -> User:
    user = User.objects.create_user("Ada", password="x")
    client.force_login(user)
    return user


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


def token(html: str) -> str:
    return re.search(r'name="_submission" value="([^"]+)"', html)[1]  # type: ignore[index]


def widget(html: str, name: str) -> str:
    return re.search(rf'<input[^>]* name="{name}"[^>]*>', html)[0]  # type: ignore[index]


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


@pytest.mark.parametrize("path", EVERYWHERE)
def test_a_form_that_is_refused_is_the_page_again(client: Client, path: str) -> None:
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
def test_htmx_gets_the_refused_form_alone(client: Client, path: str) -> None:
    answer = client.post(path, {"name": "x" * 151, "_submission": "a" * 16}, headers=HTMX)
    html = text(answer)
    assert answer.status_code == 422
    assert html.strip().startswith("<form")
    assert html.count("autofocus") == 1
    assert 'aria-invalid="true"' in widget(html, "name")
    assert f'value="{"x" * 151}"' in widget(html, "name"), "what was typed is kept"
    assert not Group.objects.exists()
    assert not Submission.objects.exists()


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
    assert (notice.audience, notice.text, notice.source) == ("signed_in", "Ada entered Operators", "form")
    assert (notice.by, notice.level) == (ada, 25)
    assert text(client.get("/enter")).count("Ada entered Operators") == 1
    assert "Ada entered Operators" not in text(client.get("/enter"))
    assert Notice.objects.count() == 1, "the message is not told to other pages once more"


def test_htmx_gets_a_fresh_form_the_fragments_and_the_same_notice(client: Client, ada: User) -> None:
    sent = "b" * 16
    answer = client.post("/enter", {"name": "Operators", "_submission": sent}, headers=TAKES)
    html, notice = text(answer), Notice.objects.get()
    assert answer.status_code == 200
    assert html.strip().startswith("<form")
    assert "Operators" not in html.partition("</form>")[0]
    assert token(html) not in {"", sent}
    for id in ("boards-boards-public", "boards-boards-all", "live_notices-activity"):
        assert f'id="{id}" hx-swap-oob=true' in html
    assert html.count('hx-swap-oob="beforeend:#live-notices-status"') == 1
    assert f'data-notice="{notice.pk}.0"' in html
    assert "Ada entered Operators" not in text(client.get("/enter")), "the answer has said it"


def test_a_page_that_cannot_take_notices_is_told_by_the_next(client: Client, ada: User) -> None:
    assert "beforeend" not in text(client.post("/enter", {"name": "Operators"}, headers=HTMX))
    assert text(client.get("/enter")).count("Ada entered Operators") == 1


def test_the_sender_gets_no_fragment_that_they_may_not_see(client: Client) -> None:
    html = text(client.post("/enter", {"name": "Operators"}, headers=TAKES))
    assert "boards-boards-public" in html
    assert "boards-boards-all" not in html


def test_fragments_are_announced_to_all(
    client: Client, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    heard: set[str] = set()
    monkeypatch.setattr(changes, "listeners", [heard.update])
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/enter", {"name": "Operators"})
    assert {"boards-boards-public", "boards-boards-all", "live_notices-activity", "live_notices-notices"} <= heard


def test_a_form_that_changes_something_comes_back_with_it(client: Client) -> None:
    group = Group.objects.create(name="before")
    html = text(client.post(f"/edit/{group.pk}", {"name": "after"}, headers=TAKES))
    assert 'value="after"' in widget(html, "name")
    assert Notice.objects.get().text == "it is after now"
    assert client.post(f"/edit/{group.pk}", {"name": "later"}).headers["Location"] == "/edited"


def test_a_function_does_the_same(client: Client) -> None:
    answer = client.post("/plain", {"name": "Operators"})
    assert answer.headers["Location"] == f"/groups/{Group.objects.get().pk}"
    assert text(client.get("/plain")).count("Operators is there") == 1
    html = text(client.post("/plain", {"name": "Others"}, headers=TAKES))
    assert html.strip().startswith("<form")
    assert 'id="boards-boards-public" hx-swap-oob=true' in html
    assert "Others is there" in html


# Field by field


@pytest.mark.parametrize("path", [*EVERYWHERE, "/edit/{pk}"])
def test_one_field_is_checked_and_only_the_words_beside_it_are_touched(client: Client, path: str) -> None:
    group = Group.objects.create(name="there")
    Group.objects.create(name="taken")
    path = path.format(pk=group.pk)
    answer = client.post(path, {"name": "taken", "_validate": "name"}, headers=TAKES)
    expected = (
        '<p class="error" id="id_name_error" hx-swap-oob="innerHTML" data-error-for="id_name" aria-live="polite">'
        "<span>Group with this Name already exists.</span></p>"
    )
    assert (answer.status_code, text(answer).strip()) == (200, expected)
    answer = client.post(path, {"name": "free", "_validate": "name"}, headers=TAKES)
    assert text(answer).strip() == re.sub("<span>.*</span>", "<span></span>", expected)
    assert set(Group.objects.values_list("name", flat=True)) == {"there", "taken"}
    assert not Notice.objects.exists()
    assert not Submission.objects.exists()


def test_what_a_view_does_with_a_right_form_it_does_not_do_for_a_check(client: Client) -> None:
    answer = client.post("/say", {"words": "hello", "mood": "good", "_validate": "words"}, headers=HTMX)
    assert "X-Said" not in answer.headers
    assert not Group.objects.exists()
    # A check without htmx, which nobody makes, saves nothing either.
    client.post("/say", {"words": "hello", "mood": "good", "_validate": "words"})
    assert not Group.objects.exists()


def test_other_fields_and_what_is_no_field_are_not_answered(client: Client) -> None:
    html = text(client.post("/say", {"words": "hello", "_validate": "words"}, headers=HTMX))
    assert "mood" not in html
    assert client.post("/say", {"_validate": "nothing"}, headers=HTMX).status_code == 204


def test_a_check_that_comes_after_its_form_was_taken_says_nothing(client: Client) -> None:
    form = {"name": "Operators", "_submission": "c" * 16}
    client.post("/enter", form, headers=TAKES)
    answer = client.post("/enter", {**form, "_validate": "name"}, headers=TAKES)
    assert (answer.status_code, text(answer)) == (204, "")


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


def test_a_fragment_that_cannot_be_rendered_does_not_take_back_what_was_saved(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*keys: object) -> str:
        raise ZeroDivisionError

    monkeypatch.setattr(telling, "html_of", fail)
    with pytest.raises(ZeroDivisionError):
        client.post("/enter", {"name": "Operators"}, headers=TAKES)
    assert Group.objects.exists()
    assert Notice.objects.exists()


def test_everyone_is_not_told_without_end_and_no_form_is_lost(client: Client) -> None:
    before = count("live_failures_total", where="form_notice")
    for number in range(MOST + 1):
        client.post("/plain", {"name": f"group {number}"}, headers=TAKES)
    assert Group.objects.count() == MOST + 1
    assert Notice.objects.filter(audience="everyone").count() == MOST
    assert count("live_failures_total", where="form_notice") == before + 1
    # Who sent it is told all the same.
    assert "one more is there" in text(client.post("/plain", {"name": "one more"}, headers=TAKES))


def test_without_an_audience_only_the_sender_is_told(client: Client, ada: User) -> None:
    client.post("/say", {"words": "hello", "mood": "good"})
    assert [notice.audience for notice in Notice.objects.all()] == [f"user:{ada.pk}"], "on their other pages"
    assert text(client.get("/say")).count(">said<") == 1


@pytest.mark.parametrize("said", ["", " ", "x" * (LONGEST + 1), mark_safe("<b>bold</b>")])
def test_what_is_said_is_text_that_fits(client: Client, monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setattr(forms_site.EnterGroup, "get_notice", lambda view: said)
    html = text(client.post("/enter", {"name": "Operators"}, headers=TAKES))
    assert Group.objects.exists()
    assert [len(notice.text) for notice in Notice.objects.all()] == [min(len(said), LONGEST)] * bool(said.strip())
    assert "<b>bold" not in html
    client.post("/enter", {"name": "Others"})
    assert "<b>bold" not in text(client.get("/enter"))


def test_a_boosted_form_gets_a_page(client: Client) -> None:
    headers = {**TAKES, "HX-Boosted": "true"}
    assert client.post("/enter", {"name": "Operators"}, headers=headers).status_code == 302
    assert "<html" in text(client.post("/enter", {"name": ""}, headers=headers))
