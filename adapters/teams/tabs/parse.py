"""Reads what the page sends: sizes, types and names are checked before anything else looks at them."""

from typing import Annotated, Literal, TypeVar

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from adapters.teams.tabs.refusals import Declined, Why

REQUEST_BYTES = 256 * 1024
INTENT_CHARS = 16_000
FIELD_CHARS = 8_000
FIELDS = 50

TOO_LONG = Why(413, "This is too long.", f"At most {REQUEST_BYTES // 1024} KB are taken at once.", "Shorten it.")

Name = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[\w.-]+$")]
Channel = Annotated[str, Field(max_length=300, pattern=r"^(19:[\w:.@+=-]+)?$")]

R = TypeVar("R", bound=BaseModel)


class Press(BaseModel):
    """A control was pressed on somebody's home, or on the board of a channel; a repeat has the same nonce."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    page: Literal["home", "board"]
    channel: Channel = ""
    nonce: Name
    intent: str = Field(min_length=1, max_length=INTENT_CHARS)


class Submit(Press):
    """A form was submitted that was opened there."""

    values: dict[Name, Annotated[str, Field(max_length=FIELD_CHARS)]] = Field(max_length=FIELDS)


class Board(BaseModel):
    """Which channel's board is looked at."""

    channel: Annotated[Channel, Field(min_length=1)]


async def body(request: web.Request, kind: type[R]) -> R:
    """The JSON body, read and checked. Raises Declined with 413, 415 or 400."""
    if request.content_type != "application/json":
        raise unreadable("it is not JSON", 415)
    read = bytearray()
    async for chunk in request.content.iter_any():
        read += chunk
        if len(read) > REQUEST_BYTES:
            raise Declined(TOO_LONG)
    try:
        return kind.model_validate_json(bytes(read))
    except ValidationError as error:
        raise unreadable(_first(error)) from error


def channel(request: web.Request) -> str:
    """The channel that the address names. Raises Declined with 400."""
    try:
        return Board.model_validate({"channel": request.query.get("channel", "")}).channel
    except ValidationError as error:
        raise unreadable(_first(error)) from error


def unreadable(why: str, status: int = 400) -> Declined:
    """What is said of a request that no page of ours would send."""
    return Declined(Why(status, "This cannot be read.", f"It is not what was expected: {why}.", "Load the tab again."))


def _first(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{where + ': ' if where else ''}{first['msg']}"
