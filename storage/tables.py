"""The tables, one for each stored dataclass, with the same field names.

A row belongs to a board or to a tenant: that column is what keeps workspaces apart. Enums rest as their text.
"""

from datetime import date, datetime, time
from typing import Any, ClassVar

from sqlalchemy import JSON, Column, Index, MetaData, UniqueConstraint, text
from sqlmodel import Field, SQLModel

SQLModel.metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def json_list() -> Any:
    """A column for a tuple of texts or of frozen dataclasses."""
    return Field(sa_column=Column(JSON, nullable=False))


def added(default: str) -> Any:
    """A column of a later version: the database has a default, so that the version before can go on inserting."""
    return Field(sa_column_kwargs={"server_default": text(default)})


class Table(SQLModel):
    """What every table has: an opaque id."""

    id: str = Field(primary_key=True)


class InstallTable(SQLModel, table=True):
    """The sentinel: that this database is bmm's, and the oldest version that may still read it."""

    __tablename__: ClassVar[str] = "install"
    id: str = Field(primary_key=True)
    oldest_reader: int
    made_at: datetime


class TenantTable(Table, table=True):
    """Workspaces."""

    __tablename__: ClassVar[str] = "tenants"
    platform: str
    since: datetime
    paused: str


class BoardTable(Table, table=True):
    """Boards."""

    __tablename__: ClassVar[str] = "boards"
    name: str
    prefix: str
    zone: str
    number: int
    deck: str
    wip_limit: int
    standup_at: time | None
    days: list[int] = json_list()
    holidays: list[str] = json_list()
    language: str
    reaction: str = added("'inbox_tray'")
    private: bool = added("false")


class BoardLinkTable(Table, table=True):
    """Who may see which board."""

    __tablename__: ClassVar[str] = "board_links"
    __table_args__ = (UniqueConstraint("tenant", "board"),)
    board: str = Field(foreign_key="boards.id")
    tenant: str


class ChannelTable(Table, table=True):
    """Which channel feeds which board."""

    __tablename__: ClassVar[str] = "channels"
    __table_args__ = (UniqueConstraint("tenant", "channel"),)
    board: str = Field(foreign_key="boards.id", index=True)
    tenant: str
    platform: str
    channel: str
    name: str
    since: datetime
    paused: str


class HumanTable(Table, table=True):
    """People."""

    __tablename__: ClassVar[str] = "people"
    tenant: str = Field(index=True)
    name: str
    zone: str
    outsider: bool = added("false")


class IdentityTable(Table, table=True):
    """People's accounts on the platforms."""

    __tablename__: ClassVar[str] = "accounts"
    tenant: str
    person: str = Field(foreign_key="people.id", index=True)
    bot: bool


class GrantTable(Table, table=True):
    """Roles of people on boards."""

    __tablename__: ClassVar[str] = "roles"
    board: str = Field(foreign_key="boards.id", index=True)
    person: str = Field(foreign_key="people.id", index=True)
    role: str


class ItemTable(Table, table=True):
    """Backlog items."""

    __tablename__: ClassVar[str] = "items"
    __table_args__ = (
        UniqueConstraint("board", "number"),
        Index("ix_items_board_lane_rank", "board", "lane", "rank"),
        Index(
            "ix_items_untriaged",
            "board",
            "lane",
            "rank",
            sqlite_where=text("triaged_at IS NULL"),
            postgresql_where=text("triaged_at IS NULL"),
        ),
        Index("ix_items_board_created_at", "board", "created_at"),
        Index("ix_items_board_due", "board", "due"),
        Index("ix_items_board_owner_lane", "board", "owner", "lane"),
        Index("ix_items_board_done_at", "board", "done_at"),
        Index("ix_items_board_search", "board", "search"),
        Index("ix_items_origin", "origin"),
        Index("ix_items_board_requester", "board", "requester", "rank"),
    )
    board: str = Field(foreign_key="boards.id")
    number: int
    key: str
    title: str
    request: str
    requester: str
    created_at: datetime
    lane_since: datetime
    lane: str
    outcome: str
    priority: str | None
    confirmed: bool
    due: date | None
    kind: str | None
    estimate: str
    value: float
    owner: str
    blocked_by: str
    blocked_on: str
    tickets: list[str] = json_list()
    links: list[str] = json_list()
    people: list[str] = json_list()
    source: str
    input: str
    triaged_at: datetime | None
    done_at: datetime | None
    rank: str
    search: str
    origin: str = added("''")
    permalink: str = added("''")


class ChangeTable(Table, table=True):
    """The history of every change."""

    __tablename__: ClassVar[str] = "changes"
    __table_args__ = (
        Index("ix_changes_board_subject_at", "board", "subject", "at"),
        Index("ix_changes_board_at", "board", "at"),
    )
    board: str = Field(foreign_key="boards.id")
    turn: str = Field(index=True)
    subject: str
    who: str
    at: datetime
    field: str
    before: str
    after: str
    why: str


class BallotTable(Table, table=True):
    """Questions put to the channel."""

    __tablename__: ClassVar[str] = "ballots"
    __table_args__ = (
        Index("ix_ballots_board_meeting", "board", "meeting"),
        Index("ix_ballots_board_subject", "board", "subject"),
    )
    board: str = Field(foreign_key="boards.id")
    subject: str
    meeting: str
    purpose: str
    question: str
    deck: str
    cards: list[str] = json_list()
    opened_by: str
    opened_at: datetime
    round: int
    state: str
    anonymous: bool
    quorum: int
    decision: str
    taken_back: bool


class VoteTable(Table, table=True):
    """Answers to them, one a person and round."""

    __tablename__: ClassVar[str] = "votes"
    __table_args__ = (Index("ix_votes_board_ballot", "board", "ballot", "round"),)
    board: str = Field(foreign_key="boards.id")
    ballot: str = Field(foreign_key="ballots.id")
    round: int
    person: str
    choice: str
    reason: str
    at: datetime


class RoundTable(Table, table=True):
    """The facts of revealed rounds, without names."""

    __tablename__: ClassVar[str] = "rounds"
    __table_args__ = (
        Index("ix_rounds_board_ballot", "board", "ballot"),
        Index("ix_rounds_board_meeting", "board", "meeting"),
    )
    board: str = Field(foreign_key="boards.id")
    ballot: str = Field(foreign_key="ballots.id")
    subject: str
    meeting: str
    purpose: str
    number: int
    counts: list[Any] = json_list()
    voters: int
    reasons: list[Any] = json_list()
    revealed_at: datetime
    revealed_by: str
    outcome: str
    card: str
    lowest: str
    highest: str
    ways: list[Any] = json_list()
    below_quorum: bool


class MeetingTable(Table, table=True):
    """Refinement meetings."""

    __tablename__: ClassVar[str] = "meetings"
    __table_args__ = (Index("ix_meetings_board_state", "board", "state", "started_at"),)
    board: str = Field(foreign_key="boards.id")
    platform: str
    tenant: str
    channel: str
    facilitator: str
    started_by: str
    started_at: datetime
    minutes: int
    phase: str
    phase_started_at: datetime
    phase_ends_at: datetime
    state: str
    current: str
    extended: bool
    goal: str
    ended_at: datetime | None


class PresenceTable(Table, table=True):
    """Who takes part in a meeting."""

    __tablename__: ClassVar[str] = "presence"
    board: str = Field(foreign_key="boards.id")
    meeting: str = Field(foreign_key="meetings.id", index=True)
    person: str


class AgendaTable(Table, table=True):
    """The items on their agendas."""

    __tablename__: ClassVar[str] = "agenda"
    __table_args__ = (Index("ix_agenda_board_meeting", "board", "meeting"),)
    board: str = Field(foreign_key="boards.id")
    meeting: str = Field(foreign_key="meetings.id")
    item: str = Field(foreign_key="items.id")
    phase: str
    position: int
    state: str
    decision: str
    note: str


class MinutesTable(Table, table=True):
    """The facts of meetings that are over."""

    __tablename__: ClassVar[str] = "minutes"
    board: str = Field(foreign_key="boards.id", index=True)
    meeting: str
    held_at: datetime
    started_by: str
    duration: int
    decided: list[Any] = json_list()
    ready: list[Any] = json_list()
    missing: list[Any] = json_list()
    questions: list[Any] = json_list()
    parked: list[Any] = json_list()
    later: list[Any] = json_list()
    to_pm: list[Any] = json_list()
    discarded: list[Any] = json_list()
    reached: int
    unreached: int
    next_on: date | None
    projects: list[Any] = json_list()
    progress: list[Any] = json_list()
    escalations: list[Any] = json_list()


class StandupTable(Table, table=True):
    """The facts of the daily posts."""

    __tablename__: ClassVar[str] = "standups"
    board: str = Field(foreign_key="boards.id", index=True)
    day: date
    at: datetime
    sections: list[Any] = json_list()
    quiet: bool


class ReceivedTable(Table, table=True):
    """The inbox."""

    __tablename__: ClassVar[str] = "inbox"
    __table_args__ = (
        Index("ix_inbox_open", "at", sqlite_where=text("state = 'new'"), postgresql_where=text("state = 'new'")),
        Index("ix_inbox_reference", "reference"),
    )
    tenant: str
    event: str
    at: datetime
    state: str
    reply: str
    reference: str


class PostTable(Table, table=True):
    """The posts: outbox, ledger of message references and coalescer in one."""

    __tablename__: ClassVar[str] = "posts"
    __table_args__ = (
        UniqueConstraint("window"),
        Index("ix_posts_view", "view"),
        Index("ix_posts_thread", "tenant", "channel", "thread"),
        Index(
            "ix_posts_behind",
            "weight",
            "at",
            sqlite_where=text("shown < wanted"),
            postgresql_where=text("shown < wanted"),
        ),
    )
    board: str = Field(foreign_key="boards.id")
    tenant: str
    platform: str
    channel: str
    kind: str
    thread: str
    view: str
    window: str
    at: datetime
    weight: int
    wanted: int
    shown: int
    standing: str
    ref: str
    error: str
    attempts: int
    next_try: datetime | None
    retiring: bool
    digest: str = added("''")


class DueTable(Table, table=True):
    """What falls due, by unique key."""

    __tablename__: ClassVar[str] = "due"
    __table_args__ = (Index("ix_due_open", "at", sqlite_where=text("NOT done"), postgresql_where=text("NOT done")),)
    board: str = Field(foreign_key="boards.id", index=True)
    at: datetime
    intent: str
    place: str
    done: bool


class PromptTable(Table, table=True):
    """Questions that were asked in a thread."""

    __tablename__: ClassVar[str] = "prompts"
    __table_args__ = (
        Index("ix_prompts_place", "tenant", "channel", "thread"),
        Index("ix_prompts_board_item", "board", "item"),
        Index("ix_prompts_person", "person", "open"),
    )
    board: str = Field(foreign_key="boards.id")
    item: str
    person: str
    intent: str
    hole: str
    platform: str
    tenant: str
    channel: str
    thread: str
    at: datetime
    expires_at: datetime
    open: bool
    offer: str
    offered_by: str


class ConversationReferenceTable(Table, table=True):
    """How platforms are reached in places that have no fixed address."""

    __tablename__: ClassVar[str] = "conversation_references"
    __table_args__ = (
        Index("ix_conversation_references_person", "tenant", "person"),
        Index("ix_conversation_references_team", "tenant", "team"),
    )
    tenant: str
    channel: str
    conversation: str
    service: str
    at: datetime
    team: str
    person: str
    name: str
    zone: str


class CredentialTable(Table, table=True):
    """What platforms gave us to act in a workspace, sealed."""

    __tablename__: ClassVar[str] = "credentials"
    tenant: str
    sealed: str
    at: datetime
    via: str = Field(index=True)
    until: datetime | None


class LeaseTable(SQLModel, table=True):
    """Who alone does something."""

    __tablename__: ClassVar[str] = "leases"
    id: str = Field(primary_key=True)
    holder: str
    until: datetime


class SaidTable(Table, table=True):
    """What was said in the playground."""

    __tablename__: ClassVar[str] = "chat"
    __table_args__ = (Index("ix_chat_channel", "tenant", "channel", "id"), Index("ix_chat_mark", "tenant", "mark"))
    tenant: str
    channel: str
    at: datetime
    author: str
    thread: str
    to: str
    text: str
    body: str
    mark: str
    edited: bool
