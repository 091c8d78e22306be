"""Settings for every test: machines are shared and noisy, so no property test is judged by its speed,
and what watches a real clock runs one after another, however many processes share the rest. With CI
set, property tests try the same examples every time; elsewhere they look for new ones.
"""

import os
import sys

import pytest
from hypothesis import HealthCheck, settings

# Many tests start processes. Where bytecode is forbidden (as in many containers), every one of them, and
# every collection of these tests, would compile everything again (9 s of CPU instead of 4 to collect).
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

settings.register_profile(
    "thrum",
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example],
)
settings.load_profile("thrum")


@pytest.fixture(scope="session", autouse=True)
def _folders_of_nobody(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What a test has a command write goes where it is thrown away: no test touches whoever runs it."""
    for name in ("XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"):
        os.environ[name] = str(tmp_path_factory.mktemp(name.lower()))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("realtime") is not None:
            item.add_marker(pytest.mark.xdist_group("realtime"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--port", help="run the conformance suite on the hardware there as well")
