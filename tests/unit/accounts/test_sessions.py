"""Sessions that have expired are deleted."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts import sessions
from live.hub import periodic_tasks

pytestmark = [pytest.mark.database, pytest.mark.django_db]


class Hub:
    """What a periodic task may ask of the hub."""

    async def ask_database(self, question: Any) -> None:
        self.question = question


def test_every_hub_deletes_them_and_no_others() -> None:
    tasks = [(seconds, task.__name__) for seconds, task in periodic_tasks.all_tasks(has_hints=bool)]
    assert (sessions.CLEAR_SECONDS, sessions.clear_expired.__name__) in tasks
    now, hub = timezone.now(), Hub()
    for key, seconds in [("old", -1), ("new", 60)]:
        Session.objects.create(session_key=key, session_data="", expire_date=now + timedelta(seconds=seconds))
    asyncio.run(sessions.clear_expired(hub))  # type: ignore[arg-type]
    hub.question()
    assert [session.session_key for session in Session.objects.all()] == ["new"]
