"""``manage.py token create``: a token without the admin, as a script sets up a machine."""

from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from tokens.models import Token
from tokens.scopes import overview


class Command(BaseCommand):
    help = "Make a token for a program that sends to the API."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        create = actions.add_parser("create", help="Print the secret of a new token, once: it cannot be read again.")
        create.add_argument("name", metavar="NAME", help="Who sends with it.")
        create.add_argument(
            "--scope",
            dest="scopes",
            metavar="SCOPE",
            action="append",
            default=[],
            help=f"What it may do; for several, repeat it. The scopes are: {overview()}.",
        )

        create.add_argument("--user", metavar="USERNAME", help="As whom it acts, as far as its scopes go.")

    def handle(self, *, name: str, scopes: list[str], user: str | None, **options: Any) -> None:
        """Raises ``CommandError`` for a name, scope or user that cannot be; then there is no token."""
        person = get_user_model().objects.filter(username=user).first() if user else None
        if user and person is None:
            raise CommandError(f"There is no user {user!r}.")
        try:
            _token, secret = Token.objects.issue(name, *scopes, user=person)
        except ValidationError as error:
            errors = error.message_dict.items()
            raise CommandError(" ".join(f"{field}: {' '.join(messages)}" for field, messages in errors)) from None
        # Alone, so that a script can take it: TOKEN=$(manage.py token create ...).
        self.stdout.write(secret)
