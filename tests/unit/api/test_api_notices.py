import pytest
from django.contrib.auth.models import Group

from boards.models import Board
from live.notices import group, notify
from live.notices.models import AuditEntry, Notice
from tests.unit.api.program import Program, person

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def test_one_is_sent_listed_and_taken_back() -> None:
    program = Program("notices")
    sent = program.answer(201, "POST", "notices", {"text": "Lunch", "level": "success", "link": "/", "sticky": True})
    assert (sent["text"], sent["recipients"], sent["level"], sent["link"]) == ("Lunch", "everyone", "success", "/")
    assert (sent["progress"], sent["can_be_cancelled"], sent["sticky"]) == (None, False, True)
    notify(group(Group.objects.create(name="Ops")), "info", "Deployed")
    assert [one["text"] for one in program.get("notices")["items"]] == ["Deployed", "Lunch"]
    assert program.get("notices?limit=1")["next"] is not None
    assert program.get(f"notices/{sent['id']}") == sent
    program.answer(204, "DELETE", f"notices/{sent['id']}")
    program.answer(404, "GET", f"notices/{sent['id']}")
    actions = AuditEntry.objects.filter(who="token program").values_list("action", flat=True)
    assert sorted(actions) == ["notice", "notice deleted"]


def test_one_of_a_name_takes_the_place_of_the_last() -> None:
    program = Program("notices")
    ids = {program.answer(201, "POST", "notices", {"text": str(n), "replace": "x"})["id"] for n in range(2)}
    assert len(ids) == 1 and Notice.objects.get().text == "1"


def test_scopes_say_whom_a_token_may_notify() -> None:
    ops, _other = (Group.objects.create(name=name) for name in ("Ops", "Others"))
    program = Program("notices:group:Ops")
    sent = program.answer(201, "POST", "notices", {"text": "x", "recipients": "group:Ops"})
    assert sent["recipients"] == f"group:{ops.pk}"
    for recipients in ("everyone", "group:Others", "user:1"):
        error = program.answer(403, "POST", "notices", {"text": "x", "recipients": recipients})
        assert error["field"] == "recipients"
    other = Program("notices").answer(201, "POST", "notices", {"text": "y"})
    assert [one["text"] for one in program.get("notices")["items"]] == ["x"]
    for method in ("GET", "DELETE"):
        program.answer(404, method, f"notices/{other['id']}")
    program.answer(404, "POST", f"notices/{other['id']}/cancel")


def test_a_user_notifies_whom_they_may() -> None:
    ada = person("ada", "notify_everyone")
    program = Program("notices", user=ada)
    sent = program.answer(201, "POST", "notices", {"text": "x"})
    notice = Notice.objects.get()
    assert (notice.by, notice.source, AuditEntry.objects.get().who) == (ada, "staff", "token program of ada")
    assert program.answer(403, "POST", "notices", {"text": "x", "recipients": "staff"})["code"] == "forbidden"
    assert program.answer(403, "DELETE", f"notices/{sent['id']}")["code"] == "forbidden"


def test_who_may_not_notify_is_not_told_what_recipients_are_called_or_whether_there_are_such() -> None:
    private = Board.objects.create(title="Payroll", slug="payroll", view_by="owner")
    program = Program("notices", user=person("ada"))
    for recipients in (f"board:{private.pk}", "board:Payroll", "board:999999", "group:1", "nobody:1"):
        error = program.answer(403, "POST", "notices", {"text": "x", "recipients": recipients})
        assert error["message"] == f"This token may not send notices to {recipients!r}."


def test_a_progress_is_asked_to_stop() -> None:
    program = Program("notices")
    sent = program.answer(201, "POST", "notices", {"text": "x"})
    assert program.answer(409, "POST", f"notices/{sent['id']}/cancel")["code"] == "conflict"
    Notice.objects.update(cancel=Notice.Cancel.OFFERED, fraction=0.5)
    assert program.get(f"notices/{sent['id']}")["can_be_cancelled"] is True
    for _twice in range(2):
        assert program.answer(200, "POST", f"notices/{sent['id']}/cancel")["can_be_cancelled"] is False
    assert Notice.objects.get().cancel == Notice.Cancel.ASKED


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({}, 400, "text"),
        ({"text": ""}, 400, "text"),
        ({"text": " "}, 422, None),
        ({"text": "x", "recipients": "nobody"}, 422, None),
        ({"text": "x", "recipients": "group:77"}, 422, None),
        ({"text": "x", "level": "mild"}, 400, "level"),
        ({"text": "x", "link": "javascript:1"}, 422, None),
        ({"text": "x", "ttl": 0}, 400, "ttl"),
        ({"text": "x", "ttl": 1e300}, 400, "ttl"),
        ({"text": "x", "sticky": 1}, 400, "sticky"),
        ({"text": "\ud800"}, 400, "text"),
    ],
)
def test_what_cannot_be_is_refused(body: object, status: int, field: str | None) -> None:
    assert Program("notices").answer(status, "POST", "notices", body).get("field") == field
    assert not Notice.objects.exists()


def test_everyone_is_not_sent_too_much() -> None:
    program = Program("notices")
    for number in range(30):
        program.answer(201, "POST", "notices", {"text": str(number)})
    response = program.send("POST", "notices", {"text": "one more"})
    assert (response.status_code, response["Retry-After"]) == (429, "60")
