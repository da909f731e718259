"""What projects test with."""

import pytest
from django.db import transaction

from live import changes
from live.keys import ElementId, RenderingId
from live.testing import capture_changes

A, B = RenderingId(ElementId("a")), RenderingId(ElementId("b"), "staff")


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_capture_changes_has_what_was_committed_inside_in_order() -> None:
    changes.changed(B)
    with capture_changes() as captured:
        changes.changed(A)
        with transaction.atomic():
            changes.changed(B)
            assert captured == [A], "not before the commit"
        with transaction.atomic():
            changes.changed(A)
            transaction.set_rollback(True)
    changes.changed(A)
    assert captured == [A, B]


def test_capture_changes_ends_with_an_exception() -> None:
    before = list(changes.listeners)
    with pytest.raises(ZeroDivisionError), capture_changes():
        raise ZeroDivisionError
    assert changes.listeners == before
