"""The rows of installations: sealed, bound to their workspace or organisation, and what goes with a row.

Plain functions of a store, each inside one transaction. An owner is the tenant that a token was given for: a workspace
`slack:T…`, or an organisation `slack:E…`, whose workspaces have rows that only name it.
"""

import json
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from adapters.slack.installing.grants import Grant
from adapters.slack.installing.installations import Installation
from adapters.slack.reading.parse import PLATFORM, tenant
from bot.directory import go_on
from bot.ledger import Credential, Tenant
from bot.ports import Database, Query, Seal, Store, Unsealable

_MANY = 200  # rows looked at in one query


@dataclass(frozen=True)
class Kept:
    """An installation as it was kept; `until` is when its token runs out."""

    installation: Installation
    at: datetime
    refresh: str = field(default="", repr=False)
    until: datetime | None = None

    @property
    def owner(self) -> str:
        """The tenant it was given for."""
        return owner_of(self.installation)


def owner_of(installation: Installation) -> str:
    """The tenant that an installation was given for."""
    return tenant(installation.owner)


def about(owner: str) -> str:
    """What a sealed installation is bound to."""
    return f"{owner}|installation"


def load(store: Store, seal: Seal, tenant_: str) -> Kept | None:
    """What lets us act in a workspace, its own or its organisation's. Raises Unsealable."""
    row = store.get(Credential, tenant_)
    if row is not None and row.via:
        row = store.get(Credential, row.via)
    return opened(row, seal) if row is not None and row.sealed else None


def opened(row: Credential, seal: Seal) -> Kept:
    """The installation in a row. Raises Unsealable."""
    told = json.loads(seal.open(row.sealed, about(row.id)))
    refresh = told.pop("refresh", "")
    known = {name: value for name, value in told.items() if name in Installation.__dataclass_fields__}
    return Kept(Installation(**known), row.at, refresh, row.until)


def kept_of(grant: Grant, now: datetime) -> Kept:
    """What is kept of a grant."""
    until = now + timedelta(seconds=grant.lasts) if grant.lasts else None
    return Kept(grant.installation, now, grant.refresh, until)


def save(store: Store, seal: Seal, kept: Kept) -> None:
    """Keep an installation in the place of what was there."""
    told = json.dumps(asdict(kept.installation) | {"refresh": kept.refresh})
    row = Credential(kept.owner, kept.owner, seal.close(told, about(kept.owner)), kept.at, until=kept.until)
    if not store.add_new(row):
        store.put(row)


def welcome(store: Store, kept: Kept) -> None:
    """After an install: whoever was paused goes on, the workspaces of an organisation as well."""
    owner = kept.owner
    back = [owner]
    if kept.installation.organisation:
        lost = store.find(Tenant, Query({"paused": uninstalled(owner)}, limit=10_000))
        back += [each.id for each in lost] + _through(store, owner)
        for each in lost:
            store.add_new(Credential(each.id, each.id, "", kept.at, via=owner))
    go_on(store, back)


def heard(store: Store, seal: Seal, tenant_: str, enterprise: str) -> tuple[Kept | None, bool]:
    """What lets us act where Slack tells us of something, and whether `join` has something to do. Raises Unsealable."""
    own = load(store, seal, tenant_)
    kept = own if own is not None or not enterprise else load(store, seal, tenant(enterprise))
    known = store.get(Tenant, tenant_)
    return kept, kept is not None and (own is None or (known is not None and known.paused != ""))


def join(store: Store, tenant_: str, owner: str, now: datetime) -> None:
    """Slack tells us of this workspace, so it is not paused; one of an organisation is known as such from now on."""
    if store.get(Credential, owner) is None:
        return  # uninstalled this very moment
    if tenant_ != owner:
        store.add_new(Credential(tenant_, tenant_, "", now, via=owner))
    go_on(store, [tenant_])


def standing(store: Store, tenant_: str, enterprise: str) -> Credential | None:
    """The row of what lets us act in a workspace, its own or its organisation's."""
    row = store.get(Credential, tenant_)
    if row is None:
        return store.get(Credential, tenant(enterprise)) if enterprise else None
    return store.get(Credential, row.via) if row.via else row


def leave(store: Store, tenant_: str, owner: str) -> None:
    """Forget one workspace of an organisation, which keeps the token for its others."""
    store.remove(Credential, {"id": tenant_, "via": owner})
    store.change(Tenant, {"id": tenant_}, paused=f"tenant: bmm was removed from this workspace of {owner}")


def forget(store: Store, owner: str) -> None:
    """Delete what was given for an owner and everything that hangs on it, and send nothing there any more."""
    for each in [owner, *_through(store, owner)]:
        store.change(Tenant, {"id": each}, paused=uninstalled(owner))
    store.remove(Credential, {"via": owner})
    store.remove(Credential, {"id": owner})


def uninstalled(owner: str) -> str:
    """Why a tenant is paused."""
    return f"tenant: bmm was uninstalled from {owner}"


def due(store: Store, before: datetime) -> list[str]:
    """The owners whose tokens run out before an instant."""
    return [row.id for row in store.find(Credential, Query({}, {"until": before}, order=("until",), limit=_MANY))]


def _through(store: Store, owner: str) -> list[str]:
    return [row.id for row in store.find(Credential, Query({"via": owner}, limit=10_000))]


async def reseal(database: Database, seal: Seal) -> tuple[int, list[str]]:
    """Seal every installation anew with the newest key; how many, and the owners whose rows no key opens."""
    done, closed, last = 0, list[str](), ""
    while owners := await database.read(partial(_owners, after=last), None):
        for owner in owners:
            opens = await database.write(partial(_resealed, seal=seal, owner=owner), None)
            done += opens
            closed += [] if opens else [owner]
        last = owners[-1]
    return done, closed


def _owners(store: Store, after: str) -> list[str]:
    """The next owners by their ids."""
    rows = store.find(Credential, Query({"via": ""}, after={"id": after}, order=("id",), limit=_MANY))
    return [row.id for row in rows if row.id.startswith(f"{PLATFORM}:")]


def _resealed(store: Store, seal: Seal, owner: str) -> bool:
    row = store.get(Credential, owner, lock=True)
    if row is None:
        return True  # uninstalled meanwhile
    try:
        text = seal.open(row.sealed, about(owner))
    except Unsealable:
        return False
    store.put(replace(row, sealed=seal.close(text, about(owner))))
    return True
