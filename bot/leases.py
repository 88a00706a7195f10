"""Who alone does something for a while, among any number of replicas."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.ledger import Lease
from bot.ports import Store


def take_lease(store: Store, name: str, holder: str, now: datetime, span: timedelta) -> bool:
    """Take or renew a lease that nobody else holds; True where it is held now."""
    if store.add_new(Lease(name, holder, now + span)):
        return True
    lease = store.get(Lease, name, lock=True)
    if lease is None or (lease.holder != holder and lease.until > now):
        return False
    store.put(replace(lease, holder=holder, until=now + span))
    return True
