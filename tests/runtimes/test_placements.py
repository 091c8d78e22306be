"""One suite, every placement: what passes in memory passes wherever the controller runs.

The checks of firmware_bridge/conformance over real ports, in real time: the simulator's process behind a
pseudo-terminal, socket://, MicroPython, the bundle on MicroPython, the process on a Raspberry Pi with
pins of paper, and, with ``pytest --port PORT``, whatever is plugged in. Those that take long are left to
``thrum rig verify``; real hardware gets all of them. The placements run side by side: they mostly wait.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

pytest.importorskip("termios", reason="pseudo-terminals")

from firmware_bridge.conformance import suite
from firmware_bridge.conformance.check import Check
from firmware_bridge.conformance.line import PortLine
from firmware_bridge.transport import Port, open_port
from tests.firmware_bridge.desk import desk_device
from tests.firmware_bridge.realtime import SocketDevice
from tests.runtimes import node

pytestmark = pytest.mark.realtime
BOOT_ID = 314159
SHORT = (  # five seconds of them, one or more of each kind
    "answers-hello", "limits-have-their-crc", "limits-are-lawful", "damaged-frames-do-nothing",
    "overlong-frames-are-survived", "noise-stops-nothing", "heartbeats-of-others-count-for-nothing",
    "arm-wants-this-boot-and-these-limits", "dry-holds-enable-off", "resume-wants-enough-to-play",
    "resume-wants-a-sign-of-life", "frames-are-taken-in-order", "the-buffer-has-its-cap",
    "bad-records-are-refused-whole", "it-ends-with-the-last-record", "stop-comes-to-zero",
)  # fmt: skip
CHECKS = tuple(each for each in suite.CHECKS if each.name in SHORT)


def simulator(stack: ExitStack) -> Port:
    from firmware_bridge.spawn import spawn_sim

    return open_port(stack.enter_context(spawn_sim("heated-head", 1)).address)


def over_a_socket(stack: ExitStack) -> Port:
    device = SocketDevice()
    stack.callback(device.close)
    return open_port(device.address)


def on_micropython(stack: ExitStack) -> Port:
    from tests.runtimes.tape import config_values

    config = json.dumps(config_values(desk_device(BOOT_ID)[0].config))
    code = f"from tests.runtimes.scripts import serve\nserve.main({config!r}, {BOOT_ID})"
    return _served(stack, lambda port: node.Job(code, port=port))


def bundle_on_micropython(stack: ExitStack) -> Port:
    import tempfile

    from tests.firmware_bridge.boards.rigs import plain_rig
    from tests.runtimes import boards

    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    return _served(stack, lambda port: boards.job(plain_rig(), folder, "drive.serve()", port=port))


def _served(stack: ExitStack, job: Callable[[int], node.Job]) -> Port:
    """A device on MicroPython behind a pseudo-terminal."""
    import tty

    device_end, host_end = os.openpty()
    stack.callback(os.close, device_end)
    stack.callback(os.close, host_end)
    tty.setraw(host_end)
    os.set_blocking(device_end, False)
    process = job(device_end).start()
    stack.callback(process.communicate)
    stack.callback(process.kill)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return open_port(os.ttyname(host_end))


def on_a_pi_of_paper(stack: ExitStack) -> Port:
    import tempfile

    from firmware_bridge.boards.drivers.memory_file import FileMemory
    from firmware_bridge.boards.pinboard import STAMP
    from firmware_bridge.gpio.port import open_gpio
    from firmware_bridge.rig import device_config
    from firmware_bridge.rigs.load import load_rig, load_rig_profile
    from tests.firmware_bridge.pi import hardware

    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    hardware.lay_out(folder / "pi")
    file = Path(hardware.__file__).parent / "pi-bench.toml"
    rig = load_rig(file)
    (folder / "memory").mkdir()
    FileMemory(folder / "memory").save(STAMP, (device_config(load_rig_profile(rig), rig).crc,))
    how = ("--platform", f"{hardware.SPEC}{folder / 'pi'}", "--memory", str(folder / "memory"))
    return open_gpio(f"gpio:{file}", *how)


def without_node() -> str:
    return node.missing()


def without_linux() -> str:
    return "" if Path("/proc").is_dir() else "the process on a Raspberry Pi needs Linux"


def anywhere() -> str:
    return ""


Placement = tuple[Callable[[ExitStack], Port], Callable[[], str]]
PLACEMENTS: dict[str, Placement] = {
    "simulator": (simulator, anywhere),
    "socket": (over_a_socket, anywhere),
    "micropython": (on_micropython, without_node),
    "bundle on micropython": (bundle_on_micropython, without_node),
    "raspberry pi": (on_a_pi_of_paper, without_linux),
}


def run(placement: Placement, checks: tuple[Check, ...] = CHECKS) -> suite.Report:
    """The checks on a placement; those that failed once more: this machine may have stood still.

    A control step that comes over 200 ms late is a fault of the device, and rightly so.
    """
    with ExitStack() as stack:
        port = placement[0](stack)
        line = PortLine(port)
        stack.callback(line.close)
        report = suite.run(line, checks)
        again = tuple(
            check for check, result in zip(checks, report.results, strict=True) if result.verdict == "failed"
        )
        if again and len(again) <= 2 and "Not run" not in report.results[-1].detail:
            second = suite.run(line, again, seed=2)
            kept = tuple(each for each in report.results if each.verdict != "failed")
            report = suite.Report(report.device, kept + second.results, report.measured)
        return report


@pytest.fixture(scope="module")
def reports() -> Iterator[dict[str, Future[suite.Report]]]:
    with ThreadPoolExecutor(len(PLACEMENTS)) as pool:
        yield {name: pool.submit(run, each) for name, each in PLACEMENTS.items() if not each[1]()}


@pytest.mark.parametrize("name", PLACEMENTS)
def test_the_device_conforms(name: str, reports: dict[str, Future[suite.Report]]) -> None:
    reason = PLACEMENTS[name][1]()
    if reason and node.required():
        pytest.fail(f"{node.REQUIRED}=1, but {reason}")
    if reason:
        pytest.skip(reason)
    report = reports[name].result(120)
    bad = [f"{each.name}: {each.detail}" for each in report.results if each.verdict == "failed"]
    assert not bad
    assert report.count("passed") >= len(SHORT) - 1


def test_whatever_is_plugged_in_conforms(request: pytest.FixtureRequest) -> None:
    port = request.config.getoption("--port", default=None)
    if port is None:
        pytest.skip("no hardware: pytest --port PORT runs every check on what is plugged in there")
    line = PortLine(open_port(port))
    try:
        report = suite.run(line)
    finally:
        line.close()
    assert not [f"{each.name}: {each.detail}" for each in report.results if each.verdict == "failed"]


def test_the_short_ones_are_checks() -> None:
    assert len(CHECKS) == len(SHORT)
