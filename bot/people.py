"""People, what they are called on each platform, and what they may do on a board."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody may do on a board; anybody in its channels is a member without a row of their own."""

    MEMBER = "member"
    FACILITATOR = "facilitator"
    ADMIN = "board admin"
    PM = "PM"


@dataclass(frozen=True)
class Human:
    """A person, to whom rights and votes belong. `zone` is an IANA name or empty.

    An `outsider` is of another organisation: they may ask in a shared channel, and see no more than the cards there.
    """

    id: str
    tenant: str
    name: str
    zone: str = ""
    outsider: bool = False


@dataclass(frozen=True)
class Identity:
    """A person's account on one platform; the id is `platform:tenant:user`."""

    id: str
    tenant: str
    person: str
    bot: bool = False


@dataclass(frozen=True)
class Grant:
    """A role of a person on a board; the id is `board:person:role`."""

    id: str
    board: str
    person: str
    role: Role
