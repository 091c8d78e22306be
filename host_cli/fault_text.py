"""What became of every fault that ``simulate`` injected: what, when, and what the device did.

One sentence for each, also where nothing happened: a rig that had nothing to do is told apart from
a fault that never reached it. Of several faults each answers for what happened from its beginning
to the beginning of the next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firmware_bridge.protocol.states import PAUSED
from host_cli.run_words import ending
from host_cli.terminal import clock_text
from sim.faults import kind_of, parse_fault
from sim.trace import STEP_S

if TYPE_CHECKING:
    from sim.fault_kinds import Fault
    from sim.result import DeviceFault, DeviceReset, Injected, SimResult

FOREVER_S = float("inf")
EARLY_S = 0.02  # a reset is noted at the tick at which its fault begins, or one before


def injected(result: SimResult) -> list[dict[str, Any]]:
    """The faults in the order of their times: name, time, whether it was felt, what the device did."""
    ordered = sorted(
        ((parse_fault(each.fault), each) for each in result.injected), key=lambda pair: pair[0].at_s
    )
    return [
        {
            "fault": fault.text,
            "t_s": fault.at_s,
            "says": kind_of(fault).says,
            "felt": told.felt,
            "leaked_s": told.leaked_s,
            "device": _felt(result, fault, told, _until_s(fault, ordered))
            if told.felt
            else _missed(result, fault),
        }
        for fault, told in ordered
    ]


def _until_s(fault: Fault, ordered: list[tuple[Fault, Injected]]) -> float:
    """When the next fault begins; faults of one moment share what follows."""
    return min((other.at_s for other, _ in ordered if other.at_s > fault.at_s), default=FOREVER_S)


def _missed(result: SimResult, fault: Fault) -> str:
    """Why a fault was not felt."""
    if fault.at_s > result.duration_s:
        return f"not felt: it was all over at {clock_text(result.duration_s)}"
    return f"not felt: nothing in this run touched what it breaks; it is felt when {kind_of(fault).felt}"


def _felt(result: SimResult, fault: Fault, told: Injected, end_s: float) -> str:
    """What came of a fault that was felt; of an ENABLE that could not drop, how long it gave power."""
    done = _done(result, fault, end_s)
    if told.leaked_s:
        leaked = f"power stayed on {_duration(round(told.leaked_s * 1000))} because ENABLE could not drop"
        return "; ".join([leaked, *done])
    return "; ".join(done) or f"the device did not have to act: {kind_of(fault).borne}"


def _done(result: SimResult, fault: Fault, end_s: float) -> list[str]:
    """What the device did from this fault on, up to the next one."""
    done = [*_resets(result, fault, end_s), *_latched(result, fault, end_s)]
    if not done:
        done = _by_itself(result, fault, end_s)
    if done:
        return [text for _, text in sorted(done)]
    if result.outcome != "completed" and fault.at_s <= result.duration_s < end_s:
        return [f"{_later(result.duration_s - fault.at_s)} {_end(result)}"]
    return []


def _resets(result: SimResult, fault: Fault, end_s: float) -> list[tuple[float, str]]:
    """The first reset in words; how many more there were."""
    found = [each for each in result.resets if fault.at_s - EARLY_S <= each.t_s < end_s]
    if not found:
        return []
    more = f" (and {len(found) - 1} resets more)" if len(found) > 1 else ""
    return [(found[0].t_s, _reset(found[0], fault.at_s) + more)]


def _reset(each: DeviceReset, at_s: float) -> str:
    by = {"watchdog": "the watchdog reset the device", "brown-out": "the device lost its power"}
    what = f"{by.get(each.cause, 'the device was reset')} {_later(each.t_s - at_s)}"
    ms = each.outputs_zero_after_ms
    zero = _zero(None) if ms is None else f"outputs at zero {_duration(ms)} after its last step"
    return f"{what}, {zero}; once started again it plays nothing by itself"


def _latched(result: SimResult, fault: Fault, end_s: float) -> list[tuple[float, str]]:
    found = [each for each in result.faults if fault.at_s <= each.t_s < end_s]
    return [(each.t_s, _latch(each, fault.at_s)) for each in found[:1]]


def _latch(each: DeviceFault, at_s: float) -> str:
    return f"the device latched {each.code} {_later(each.t_s - at_s)}, {_zero(each.outputs_zero_after_ms)}"


def _zero(after_ms: int | None) -> str:
    return "its outputs were never at zero" if after_ms is None else f"outputs at zero {_after(after_ms)}"


def _by_itself(result: SimResult, fault: Fault, end_s: float) -> list[tuple[float, str]]:
    """What the device did without latching anything: ran dry, or paused since its host was silent."""
    dry_s = [ms / 1000 for ms, kind, _ in result.events if kind == "underrun"]
    done = [(at_s, "ran out of levels and went to zero by itself") for at_s in dry_s]
    done += [(at_s, "paused by itself, its host silent") for at_s in _paused_s(result)]
    done = [each for each in sorted(done) if fault.at_s <= each[0] < end_s][:1]
    came = "it came back when levels came again" if result.outcome == "completed" else _end(result)
    return [(at_s, f"{_later(at_s - fault.at_s)} the device {what}; {came}") for at_s, what in done]


def _paused_s(result: SimResult) -> list[float]:
    """When the device began a pause; nobody asks for one here."""
    state = result.trace.column("state")
    first_s = result.trace.first_s
    return [
        first_s + STEP_S * row
        for row in range(1, len(state))
        if state[row] == PAUSED and state[row - 1] != PAUSED
    ]


def _end(result: SimResult) -> str:
    return f"the run ended: {ending(result)}"


def _after(ms: int) -> str:
    return f"after {_duration(ms)}" if ms else "at once"


def _duration(ms: int) -> str:
    return f"{ms} ms" if ms < 1000 else f"{ms / 1000:.1f} s"


def _later(seconds: float) -> str:
    return "at once" if seconds < EARLY_S else f"{seconds:.2f} s later"
