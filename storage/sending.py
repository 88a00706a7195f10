"""The one query of the courier: what is behind, in order, and fair to every place."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, bindparam, exists, func, or_, select

from bot.ledger import Standing
from storage.tables import ChannelTable, TenantTable

EDITS = 20  # posts of one place that are edited in one round
_TRIED = (Standing.NEW, Standing.SENDING, Standing.LIVE, Standing.PARKED)

_CHANNELS = ChannelTable.__table__  # type: ignore[attr-defined]
_TENANTS = TenantTable.__table__  # type: ignore[attr-defined]


def behind(posts: Table, limit: int, scope: Sequence[ColumnElement[bool]]) -> Any:
    """The posts of which less is shown than wanted, answers before clocks, in places that are not paused.

    Of those that were never sent only the first of each place, even while it rests after a failure: what was said later
    must not overtake it. A post that was parked is tried again when its view has changed. `p_now` is the instant.
    """
    columns = posts.c
    unsent = columns.ref == ""
    place = func.row_number().over(
        partition_by=(columns.tenant, columns.channel, unsent), order_by=(columns.weight, columns.at, columns.id)
    )
    ranked = (
        select(columns.id, unsent.label("unsent"), place.label("place"))
        .where(
            columns.shown < columns.wanted,
            or_(*(columns.standing == each.value for each in _TRIED)),
            or_(unsent, columns.next_try.is_(None), columns.next_try <= bindparam("p_now")),
            ~exists().where(
                _CHANNELS.c.tenant == columns.tenant, _CHANNELS.c.channel == columns.channel, _CHANNELS.c.paused != ""
            ),
            ~exists().where(_TENANTS.c.id == columns.tenant, _TENANTS.c.paused != ""),
            *scope,
        )
        .subquery()
    )
    chosen = select(ranked.c.id).where(
        or_(and_(ranked.c.unsent, ranked.c.place == 1), and_(~ranked.c.unsent, ranked.c.place <= EDITS))
    )
    return select(posts).where(columns.id.in_(chosen)).order_by(columns.weight, columns.at, columns.id).limit(limit)
