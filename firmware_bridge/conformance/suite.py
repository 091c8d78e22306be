"""The suite: every check in order, on one device; what became of each.

Rules kept here: DRY throughout; before each check the device is brought to rest, and at the end it is
left there; a link that breaks ends the suite, and what was not run is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any, Literal

from firmware_bridge.conformance import asking, running, stopping, stream, underruns, wire
from firmware_bridge.conformance.check import Check, NotMet, Skipped
from firmware_bridge.conformance.host import Host
from firmware_bridge.conformance.line import Line
from firmware_bridge.errors import BridgeError

CHECKS: tuple[Check, ...] = (
    *wire.CHECKS, *asking.CHECKS, *stream.CHECKS, *stopping.CHECKS, *running.CHECKS, *underruns.CHECKS
)  # fmt: skip
QUICK: tuple[Check, ...] = tuple(each for each in CHECKS if not each.slow)
Verdict = Literal["passed", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a check. ``detail``: why it failed or was skipped; ``took_ms`` of the line's clock."""

    name: str
    shows: str
    verdict: Verdict
    detail: str
    took_ms: int


@dataclass(frozen=True, slots=True)
class Report:
    """Which device, what became of every check, and what was measured on the way."""

    device: dict[str, Any]
    results: tuple[Result, ...]
    measured: dict[str, int]

    @property
    def passed(self) -> bool:
        return all(each.verdict != "failed" for each in self.results)

    def count(self, verdict: Verdict) -> int:
        return sum(each.verdict == verdict for each in self.results)

    def as_json(self) -> dict[str, Any]:
        return {
            "passed": self.passed,
            "device": self.device,
            "results": [asdict(each) for each in self.results],
            "measured": dict(sorted(self.measured.items())),
        }


def run(
    line: Line,
    checks: Iterable[Check] = CHECKS,
    *,
    seed: int = 1,
    told: Callable[[Result], None] = lambda result: None,
) -> Report:
    """Every check on the device behind ``line``; ``told`` hears of each when it is done.

    Raises NotAMassager when nobody answers, and the errors of the line where it does not work at all.
    """
    host = Host(line, seed)
    results = []
    with host:
        host.hello()
        device = described(host)
        for result in _results(host, tuple(checks)):
            results.append(result)
            told(result)
    return Report(device, tuple(results), host.measured)


def described(host: Host) -> dict[str, Any]:
    """The device as HELLO told it."""
    welcome = host.welcome
    return {
        "port": host.line.address,
        "kind": welcome.label,
        "board": welcome.board,
        "firmware": welcome.firmware,
        "protocol": welcome.protocol,
        "rig_id": welcome.rig_id,
        "profile_hash": welcome.profile_hash,
        "config_crc": f"{welcome.config_crc:08x}",
        "limits_crc": f"{welcome.limits_crc:08x}",
        "commissioned": welcome.commissioned,
    }


def _results(host: Host, checks: tuple[Check, ...]) -> Iterator[Result]:
    broken: BridgeError | None = None
    for each in checks:
        if broken is None:
            result, broken = _result(host, each)
            yield result
        else:
            yield Result(each.name, each.shows, "failed", f"Not run: {broken.sentence}", 0)
    if broken is None:
        with suppress(BridgeError, NotMet):
            host.calm()


def _result(host: Host, each: Check) -> tuple[Result, BridgeError | None]:
    begun_ms = host.line.now_ms()
    verdict: Verdict = "passed"
    detail, broken = "", None
    try:
        host.rest()
        begun_ms = host.line.now_ms()
        each.run(host)
    except Skipped as why:
        verdict, detail = "skipped", str(why)
    except NotMet as why:
        verdict, detail = "failed", str(why)
    except BridgeError as error:
        verdict, detail, broken = "failed", error.sentence, error
    return Result(each.name, each.shows, verdict, detail, host.line.now_ms() - begun_ms), broken
