"""How all tests run: Hypothesis is given the time that a busy machine needs."""

from hypothesis import HealthCheck, settings

settings.register_profile("bmm", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("bmm")
