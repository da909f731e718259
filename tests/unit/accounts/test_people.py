"""How people are written on pages."""

import pytest
from django.contrib.auth.models import User

from accounts.templatetags.people import initials


@pytest.mark.parametrize(
    ("user", "letters"),
    [
        (User(username="admin"), "AD"),
        (User(username="a"), "A"),
        (User(username="x", first_name="Ada", last_name="Lovelace"), "AL"),
        (User(username="ölaf", first_name="Ölaf"), "ÖL"),
    ],
)
def test_two_letters_stand_for_somebody(user: User, letters: str) -> None:
    assert initials(user) == letters
