"""What bodies have in common."""

from datetime import datetime
from typing import Annotated, Generic, TypeVar

from ninja import Field, Query, Schema
from pydantic import BeforeValidator, ConfigDict, StringConstraints

T = TypeVar("T")

MAX_ITEMS, USUAL_ITEMS = 500, 100

# Neither NUL nor halves of characters, which PostgreSQL takes in no text: the latter are no JSON in UTF-8.
Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]
# Of what is stored.
MAX_KEY = 2**63 - 1
Limit = Annotated[int, Query(USUAL_ITEMS, ge=1, le=MAX_ITEMS, description="How many at most.")]
After = Annotated[int | None, Query(None, ge=0, le=MAX_KEY, description="`next` of the page before.")]


def _whole(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


# 8.0 is a whole number, too, as JSON Schema has it.
WHOLE = BeforeValidator(_whole)
Key = Annotated[int, Field(ge=1, le=MAX_KEY), WHOLE]


def _parsed(text: object) -> object:
    return datetime.fromisoformat(text.replace(" ", "+")) if isinstance(text, str) else text


# Numbers are no times here: nobody could tell whether they are seconds.
PARSED = BeforeValidator(_parsed)


class Input(Schema):
    """A body: a field that is not described is an error, and a number is no text."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Page(Schema, Generic[T]):
    """Some of a list, and what asks for those behind them: null at its end."""

    items: list[T]
    next: int | str | None = Field(None, description="For `after`; null where there are no more.")


class Problem(Schema):
    """Why a request was refused. Nothing was changed."""

    code: str = Field(description="For programs.")
    message: str = Field(description="What is expected, for people.")
    field: str | None = Field(None, description="Which field or parameter, if it is one.")
    index: int | None = Field(None, description="Of which element or line, from 0.")


class ErrorBody(Schema):
    """The body of every response from 400 on."""

    error: Problem
