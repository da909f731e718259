"""What a program has stored as JSON can be read, shown, and put right."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client

from boards.models import Panel, PanelSeries
from boards.models.fields import JSONField
from tests.unit.boards.conftest import KINDS

pytestmark = [pytest.mark.django_db, pytest.mark.database]
HALF, WHOLE = "\ud83d", "😀"


def read(stored: Any) -> Any:
    """What is read where a database has this."""
    return JSONField().from_db_value(json.dumps(stored), None, connection)


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ({"unit": HALF, HALF: [HALF, {"a": 1.5}]}, {"unit": "\ufffd", "\ufffd": ["\ufffd", {"a": 1.5}]}),
        ({"unit": WHOLE, "text": r"\ud83d"}, {"unit": WHOLE, "text": r"\ud83d"}),
        (HALF, "\ufffd"),
        (None, None),
        ([float("inf"), HALF], [float("inf"), "\ufffd"]),
    ],
)
def test_half_a_character_is_read_as_a_sign_of_replacement(stored: Any, shown: Any) -> None:
    assert read(stored) == shown


def test_half_a_character_is_refused(make_panel: Callable[..., Panel]) -> None:
    panel = make_panel("cpu", options={"unit": WHOLE})
    panel.full_clean()
    panel.options = {"unit": HALF}
    with pytest.raises(ValidationError, match="surrogate"):
        panel.full_clean()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["unit", "window", "states", "text", "good", HALF])
def test_a_panel_with_any_options_is_shown_and_its_form_opens(
    client: Client, make_panel: Callable[..., Panel], kind: str, name: str
) -> None:
    panel = make_panel("cpu", kind=kind)
    if connection.vendor == "sqlite":  # PostgreSQL stores no such text
        Panel.objects.filter(pk=panel.pk).update(options={name: f"a{HALF}"})
        PanelSeries.objects.filter(panel=panel).update(series=None, query={"selector": HALF})
    ada = User.objects.create_user("ada")
    ada.user_permissions.add(Permission.objects.get(codename="change_board"))
    client.force_login(ada)
    slug = panel.board.slug
    for path in (f"/boards/{slug}/panels/{panel.pk}/edit", f"/boards/{slug}/edit", f"/boards/{slug}/"):
        assert client.get(path).status_code == 200, path
