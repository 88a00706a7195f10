"""`bmm serve` without the limit of calls that Teams takes from an app in a tenant: what the process itself can do."""

from adapters.teams import limits
from bot.__main__ import main

if __name__ == "__main__":
    limits.APP_PER_SECOND = 1_000_000  # before anything that heeds it is imported
    main()
