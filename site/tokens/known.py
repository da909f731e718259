"""Tokens that this process has seen active a moment ago: a sender comes many times a second, with the same one."""

import time

from tokens.models import Token

# After which the database is asked again: a token that is deactivated is refused by then.
MAX_AGE_SECONDS = 1.0
MAX_TOKENS = 10_000


class KnownTokens:
    """By their digests."""

    def __init__(self) -> None:
        self._tokens: dict[str, tuple[Token, float]] = {}

    def remember(self, token: Token) -> None:
        """It is active now."""
        if len(self._tokens) >= MAX_TOKENS:
            self._tokens.clear()
        self._tokens[token.digest] = (token, time.monotonic())

    def get(self, digest: str) -> Token | None:
        """None where that is too long ago."""
        token, since = self._tokens.get(digest, (None, 0.0))
        return token if time.monotonic() - since < MAX_AGE_SECONDS else None

    def clear(self) -> None:
        """Ask the database for all of them."""
        self._tokens.clear()
