"""Recipients in a model: typed however they were assigned, text in the database and in forms."""

import pytest
from django.core.exceptions import ValidationError
from django.forms import modelform_factory
from django.utils import timezone

from live.notices import Notice, Recipients, everyone, group

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def notice(recipients: object) -> Notice:
    return Notice.objects.create(recipients=recipients, text="x", expires=timezone.now())


def test_value_is_typed_whether_it_was_assigned_as_text_or_read() -> None:
    made = notice("group:3")
    assert made.recipients == Recipients("group", "3")
    assert Notice.objects.get().recipients == group(3)
    assert Notice.objects.values_list("recipients", flat=True).get() == group(3)
    assert Notice.objects.defer("recipients").get().recipients == group(3)


def test_queries_take_text_and_typed_values() -> None:
    notice(everyone)
    notice(group(3))
    assert (
        Notice.objects.filter(recipients=group(3)).count() == Notice.objects.filter(recipients="group:3").count() == 1
    )
    assert Notice.objects.filter(recipients__in=[everyone, group(3)]).count() == 2
    assert Notice.objects.filter(recipients__startswith="group:").count() == 1


def test_form_shows_text_and_sees_no_change_where_there_is_none() -> None:
    form_class = modelform_factory(Notice, fields=["recipients"])
    form = form_class({"recipients": "group:3"}, instance=notice(group(3)))
    assert form.initial == {"recipients": "group:3"}
    assert not form.has_changed()
    assert form.is_valid() and form.save().recipients == group(3)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("martians:5", "there are no recipients 'martians'"),
        ("", "cannot be blank"),
        ("user:" + "5" * 200, "at most 200 char"),
    ],
)
def test_unknown_or_too_long_recipients_are_a_validation_error(text: str, error: str) -> None:
    made = Notice(recipients=text, text="x", expires=timezone.now())
    with pytest.raises(ValidationError) as raised:
        made.full_clean()
    assert error in str(raised.value.message_dict["recipients"])


def test_recipients_of_a_kind_that_is_gone_are_nobody_and_called_by_their_text(admin_user: object) -> None:
    gone = notice("martians:5").recipients
    assert not gone.includes(admin_user)  # type: ignore[arg-type]
    assert (gone.viewers_of, gone.label) == (None, "martians:5")
