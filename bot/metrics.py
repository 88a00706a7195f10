"""What is counted for operators: events, turns and deliveries, never people."""

from prometheus_client import Counter, Histogram

EVENTS = Counter("bmm_events", "Events kept, by the road they came", ["how"])
TURNS = Counter("bmm_turns", "Turns taken, by how they ended", ["end"])
TURN_SECONDS = Histogram("bmm_turn_seconds", "How long a turn took", buckets=(0.002, 0.005, 0.01, 0.05, 0.2, 1, 5))
DELIVERIES = Counter("bmm_deliveries", "Posts sent or edited, by platform and outcome", ["platform", "outcome"])
RATE_LIMITED = Counter("bmm_rate_limited", "Times that a platform told it withholds events from us")
