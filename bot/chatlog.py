"""What a platform without a memory of its own (the playground) keeps of a conversation."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Said:
    """One message. `author` is a user's id, or `bmm`; `to` is the only one who sees it, or empty for everybody.

    `text` is what a person wrote; `body` the rendered message of the bot as JSON; `mark` the id of the bot's post.
    `thread` is the id of the message under which it stands, or empty. Ids sort by time.
    """

    id: str
    tenant: str
    channel: str
    at: datetime
    author: str
    thread: str = ""
    to: str = ""
    text: str = ""
    body: str = ""
    mark: str = ""
    edited: bool = False
