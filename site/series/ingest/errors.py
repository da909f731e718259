"""The one way in which ingest says no. Each format's view puts it into the words of that format."""


class Refused(Exception):
    """A request is not taken, and nothing of it is written.

    ``status``: the HTTP status. ``code``: for programs, stable. ``message``: a sentence that says what is expected.
    ``index``: which element or line, from 0. ``field``: which of its fields. ``headers``: what the answer must carry.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        index: int | None = None,
        field: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.index = index
        self.field = field
        self.headers = headers or {}

    def __str__(self) -> str:
        where = "" if self.index is None else f" (index {self.index})"
        return f"{self.status} {self.code}: {self.message}{where}"
