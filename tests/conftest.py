"""Settings for every test: machines are shared and noisy, so no property test is judged by its speed."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "thrum",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example],
)
settings.load_profile("thrum")
