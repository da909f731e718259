"""``/api/banners``, with the site's tokens."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from live.banners.models import Banner
from live.notices import Recipients
from live.notices.models import AuditEntry
from tokens.models import Token

pytestmark = [pytest.mark.database, pytest.mark.django_db]


class Sender:
    """A deploy script."""

    def __init__(self, secret: str) -> None:
        self.client, self.headers = Client(), {"HTTP_AUTHORIZATION": f"Bearer {secret}"}

    def post(self, path: str = "", body: Any = None) -> HttpResponse:
        content = body if isinstance(body, bytes) else json.dumps(body)
        return self.client.post(f"/api/banners{path}", content, content_type="application/json", **self.headers)

    def get(self, path: str = "") -> HttpResponse:
        return self.client.get(f"/api/banners{path}", **self.headers)

    def patch(self, path: str, body: Any, **headers: str) -> HttpResponse:
        content = json.dumps(body)
        return self.client.patch(f"/api/banners{path}", content, "application/json", **self.headers, **headers)

    def delete(self, path: str) -> HttpResponse:
        return self.client.delete(f"/api/banners{path}", **self.headers)


@pytest.fixture
def sender() -> Sender:
    return Sender(Token.objects.issue("deploy", "banners")[1])


def error(response: HttpResponse) -> dict[str, str]:
    found: dict[str, str] = json.loads(response.content)["error"]
    return found


def test_a_banner_is_posted_and_listed(sender: Sender) -> None:
    sent = {
        "level": "maintenance",
        "text": "New disks",
        "from": "2999-01-31T14:30:00+01:00",
        "until": "2999-01-31T15:30:00Z",
        "recipients": "signed_in",
        "announce_minutes_before": 60,
    }
    answer = sender.post(body=sent)
    assert answer.status_code == 201
    made = json.loads(answer.content)
    banner = Banner.objects.get(pk=made["id"])
    assert banner.starts == datetime(2999, 1, 31, 13, 30, tzinfo=UTC)
    assert made == {
        **sent,
        "id": banner.pk,
        "from": "2999-01-31T13:30:00+00:00",
        "until": "2999-01-31T15:30:00+00:00",
        "updates": [],
    }
    assert json.loads(sender.get().content) == {"banners": [made]}
    entry = AuditEntry.objects.get()
    assert (entry.who, entry.action, str(entry.recipients)) == ("token deploy", "banner made", "signed_in")


def test_the_text_is_enough(sender: Sender) -> None:
    before = timezone.now()
    made = json.loads(sender.post(body={"text": "Hello", "until": None}).content)
    assert (made["level"], made["recipients"], made["until"], made["announce_minutes_before"]) == (
        "info",
        "everyone",
        None,
        0,
    )
    assert before <= datetime.fromisoformat(made["from"]) <= timezone.now()


def test_an_update_and_the_end(sender: Sender) -> None:
    pk = json.loads(sender.post(body={"text": "Disk full", "level": "outage"}).content)["id"]
    answer = sender.post(f"/{pk}/updates", {"state": "identified", "text": "Logs"})
    assert answer.status_code == 201
    assert [(each["state"], each["text"]) for each in json.loads(answer.content)["updates"]] == [("identified", "Logs")]
    for _ in range(2):
        answer = sender.post(f"/{pk}/end")
        assert answer.status_code == 200
        assert json.loads(answer.content)["until"] is not None
    assert json.loads(sender.get().content) == {"banners": []}
    refused = sender.post(f"/{pk}/updates", {"state": "resolved"})
    assert (refused.status_code, error(refused)["code"]) == (409, "conflict")
    assert [entry.action for entry in AuditEntry.objects.order_by("pk")] == [
        "banner made",
        "banner updated",
        "banner ended",
    ]


def test_those_that_are_over_are_not_listed_and_the_most_severe_come_first(sender: Sender) -> None:
    now, hour = timezone.now(), timedelta(hours=1)
    Banner.objects.create(text="over", starts=now - 2 * hour, ends=now - hour)
    Banner.objects.create(text="info")
    Banner.objects.create(text="outage", level="outage")
    Banner.objects.create(text="to come", starts=now + hour)
    assert [each["text"] for each in json.loads(sender.get().content)["banners"]] == ["outage", "info", "to come"]


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({}, "missing_field", "text"),
        ({"text": ""}, "invalid_field", "text"),
        ({"text": 5}, "invalid_field", "text"),
        ({"text": "\0"}, "invalid_field", "text"),
        ({"text": "\ud800"}, "invalid_field", "text"),
        ({"text": "x", "levels": "info"}, "unknown_field", "levels"),
        ({"text": "x", "level": "mild"}, "invalid_field", "level"),
        ({"text": "x", "from": "soon"}, "invalid_field", "from"),
        ({"text": "x", "until": "2020-01-01T00:00Z"}, "invalid_field", "until"),
        ({"text": "x", "recipients": "nobody"}, "invalid_field", "recipients"),
        ({"text": "x", "announce_minutes_before": "5"}, "invalid_field", "announce_minutes_before"),
        ({"text": "x", "announce_minutes_before": True}, "invalid_field", "announce_minutes_before"),
        ({"text": "x", "announce_minutes_before": -5}, "invalid_field", "announce_minutes_before"),
        ([], "invalid_json", None),
        (b"{", "invalid_json", None),
        (b"\xff", "invalid_json", None),
        (b"", "invalid_json", None),
        (b"[" * 60000, "invalid_json", None),
    ],
)
def test_what_cannot_be_is_refused_in_words(sender: Sender, body: Any, code: str, field: str | None) -> None:
    answer = sender.post(body=body)
    assert answer.status_code == 400
    said = error(answer)
    assert (said["code"], said.get("field")) == (code, field)
    assert said["message"].endswith((".", "!"))
    assert not Banner.objects.exists()
    assert not AuditEntry.objects.exists()


def test_what_is_too_large_unknown_or_asked_otherwise_is_refused(sender: Sender) -> None:
    assert sender.post(body=b" " * 70000).status_code == 413
    assert sender.post("/77/end").status_code == 404
    assert sender.post(f"/{10**30}/end").status_code == 404
    answer = sender.client.put("/api/banners", **sender.headers)
    assert (answer.status_code, answer["Allow"]) == (405, "GET, POST")


def test_one_is_read_changed_and_deleted(sender: Sender) -> None:
    made = json.loads(sender.post(body={"text": "Disk full", "until": "+2h"}).content)
    address = f"/{made['id']}"
    read = sender.get(address)
    assert json.loads(read.content) == made
    changed = sender.patch(address, {"level": "outage", "until": None}, HTTP_IF_MATCH=read["ETag"])
    assert json.loads(changed.content) == {**made, "level": "outage", "until": None}
    late = sender.patch(address, {"text": "Something else"}, HTTP_IF_MATCH=f"W/{read['ETag']}")
    assert (late.status_code, error(late)["code"], late["ETag"]) == (412, "changed", changed["ETag"])
    assert sender.patch(address, {}, HTTP_IF_MATCH=f'"x", W/{changed["ETag"]}').status_code == 200
    assert sender.patch(address, {"text": ""}).status_code == 400
    assert Banner.objects.get().text == "Disk full"
    assert (sender.delete(address).status_code, sender.delete(address).status_code) == (204, 404)
    assert not Banner.objects.exists()


class TestWhoMay:
    def test_banners_of_others_do_not_exist_for_a_token_that_may_notify_some(self, sender: Sender) -> None:
        ops, others = (Group.objects.create(name=name) for name in ("Ops", "Others"))
        own = Sender(Token.objects.issue("ops", "banners:group:Ops")[1])
        for recipients in ("group:Others", "everyone", None):
            answer = own.post(body={"text": "x", "recipients": recipients})
            assert (answer.status_code, error(answer)["code"]) == (403, "forbidden")
        by_key = own.post(body={"text": "x", "recipients": f"group:{others.pk}"})
        assert by_key.status_code == 403 and b"Others" not in by_key.content
        made = json.loads(own.post(body={"text": "x", "recipients": "group:Ops"}).content)
        assert made["recipients"] == f"group:{ops.pk}"
        other = json.loads(sender.post(body={"text": "y"}).content)["id"]
        assert json.loads(own.get().content) == {"banners": [made]}
        assert {own.get(f"/{other}").status_code, own.delete(f"/{other}").status_code} == {404}
        assert {own.post(f"/{other}/end").status_code, own.patch(f"/{other}", {"text": "z"}).status_code} == {404}
        assert own.post(f"/{other}/updates", {"state": "resolved"}).status_code == 404
        assert own.patch(f"/{made['id']}", {"recipients": "everyone"}).status_code == 403
        assert Banner.objects.get(pk=made["id"]).recipients == Recipients("group", str(ops.pk))
        assert own.post(f"/{made['id']}/end").status_code == 200

    def test_a_token_that_is_not_allowed_to_is_told_so(self) -> None:
        answer = Sender(Token.objects.issue("points", "write:*")[1]).post(body={"text": "x"})
        assert answer.status_code == 403
        assert "it needs the scope 'banners'" in error(answer)["message"]
        assert not Banner.objects.exists()

    @pytest.mark.parametrize("secret", ["", "nobody's"])
    def test_without_a_token_it_is_401(self, secret: str) -> None:
        for answer in (Sender(secret).post(body={"text": "x"}), Sender(secret).get()):
            assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
        assert not Banner.objects.exists()

    def test_a_browser_that_is_signed_in_is_nobody(self, admin_client: Client) -> None:
        answer = admin_client.post("/api/banners", json.dumps({"text": "x"}), content_type="application/json")
        assert answer.status_code == 401


def test_a_fault_of_ours_is_said_and_changes_nothing(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    from live.banners import lifecycle

    failures: list[Exception] = []

    def fail(*args: Any, **kwargs: Any) -> None:
        raise failures.pop()

    monkeypatch.setattr(lifecycle, "record", fail)
    for failure, status in ((OperationalError("database is locked"), 503), (ZeroDivisionError(), 500)):
        failures.append(failure)
        assert sender.post(body={"text": "x"}).status_code == status
    assert not Banner.objects.exists()
