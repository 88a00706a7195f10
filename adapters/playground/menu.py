"""What is done from a menu or the home, as events: a shortcut, one's own words edited or deleted, the home opened."""

import json
from datetime import datetime

from pydantic import Field

from adapters.playground.limits import TEXT_CHARS
from adapters.playground.parse import Given, Name, Request, identity, is_named, referring, without_mention
from adapters.playground.team import BOT, account, address, home, place
from bot.chatlog import Said
from bot.events import Event, Quoted
from bot.understanding import keys_in

_MOST = 2  # keys in words that are not for the bot: where there are more, people know what they talk about


class Use(Request):
    """A shortcut was chosen, on a message or, without one, anywhere."""

    name: Given
    message: Name = ""


class Change(Request):
    """One's own words were edited."""

    message: Given
    text: str = Field(min_length=1, max_length=TEXT_CHARS)


class Remove(Request):
    """One's own words were deleted."""

    message: Given


class Open(Request):
    """One's home was opened."""


def shortcut(use: Use, about: Said | None, at: datetime) -> Event:
    """A shortcut on the message `about`, in whose thread it is answered, or anywhere: in the chat with bmm."""
    where = place(about.channel, about.thread or about.id) if about else place(use.user)
    return Event(
        key=f"playground:{use.nonce}",
        how="control",
        at=at,
        place=where,
        actor=account(use.user),
        intent=use.name,
        message=about.id if about else "",
        link=address(about.channel, about.id) if about else "",
        trigger=use.window,
        quoted=quoted(about) if about else None,
    )


def edited(change: Change, said: Said, at: datetime) -> Event:
    """Words of somebody's that read `said.text` now."""
    return Event(
        key=f"playground:{change.nonce}",
        how="edited",
        at=at,
        place=place(said.channel, said.thread),
        actor=account(said.author),
        text=referring(without_mention(said.text)),
        message=said.id,
        link=address(said.channel, said.id),
        trigger=change.window,
        named=is_named(said.text),
    )


def deleted(remove: Remove, said: Said, at: datetime) -> Event:
    """Words of somebody's that are gone."""
    return Event(
        key=f"playground:{remove.nonce}",
        how="deleted",
        at=at,
        place=place(said.channel, said.thread),
        actor=account(said.author),
        message=said.id,
        trigger=remove.window,
    )


def opened(request: Open, blank: bool, at: datetime) -> Event:
    """Somebody looks at their home; `blank` tells that nothing stands there."""
    return Event(
        key=f"playground:{request.nonce}",
        how="opened",
        at=at,
        place=place(home(request.user)),
        actor=account(request.user),
        trigger=request.window,
        blank=blank,
    )


def overheard(said: Said, window: str = "") -> Event | None:
    """Words that are not for the bot, where they name a key or two."""
    if not 0 < len(keys_in(said.text)) <= _MOST:
        return None
    return Event(
        key=identity(said),
        how="overheard",
        at=said.at,
        place=place(said.channel, said.thread),
        actor=account(said.author),
        text=referring(said.text),
        message=said.id,
        link=address(said.channel, said.id),
        trigger=window,
    )


def quoted(said: Said) -> Quoted:
    """A message as a shortcut brings it; one of the bot's by its summary."""
    mine = said.author == BOT
    text = json.loads(said.body)["summary"] if mine else referring(without_mention(said.text))
    return Quoted(said.id, text, "" if mine else said.author, address(said.channel, said.id), (), said.thread)
