"""What became of every fault that ``simulate`` injected: what, when, and what the device did.

One sentence for each, also where nothing happened: a rig that had nothing to do is told apart from
a fault that never reached it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from host_cli.exits import IN_WORDS
from host_cli.terminal import clock_text
from sim.faults import FAULTS, parse_fault

if TYPE_CHECKING:
    from sim.fault_kinds import Fault
    from sim.result import SimResult

FOREVER_S = float("inf")


def injected(result: SimResult) -> list[dict[str, Any]]:
    """The faults in the order of their times: name, time, whether it was felt, what the device did."""
    ordered = sorted(
        ((parse_fault(each.fault), each.felt) for each in result.injected), key=lambda pair: pair[0].at_s
    )
    until = [fault.at_s for fault, _ in ordered[1:]] + [FOREVER_S]
    return [
        {
            "fault": fault.text,
            "t_s": fault.at_s,
            "says": _kind(fault).says,
            "felt": felt,
            "device": _answer(result, fault, end_s) if felt else _missed(result, fault),
        }
        for (fault, felt), end_s in zip(ordered, until, strict=True)
    ]


def _kind(fault: Fault) -> Any:
    return FAULTS[fault.text.partition("@")[0]]


def _missed(result: SimResult, fault: Fault) -> str:
    """Why a fault was not felt."""
    if fault.at_s > result.duration_s:
        return f"not felt: it was all over at {clock_text(result.duration_s)}"
    return "not felt: nothing in this run touched what it breaks"


def _answer(result: SimResult, fault: Fault, end_s: float) -> str:
    """What the device did from this fault on, up to the next one."""
    for each in result.faults:
        if fault.at_s <= each.t_s < end_s:
            zero = each.outputs_zero_after_ms
            stopped = "its outputs were never at zero" if zero is None else f"outputs at zero {_after(zero)}"
            return f"the device latched {each.code} {_later(each.t_s - fault.at_s)}, {stopped}"
    for at_s, kind, detail in _events(result, fault.at_s, end_s):
        if kind == "dead_man":
            return f"{_later(at_s - fault.at_s)} {detail.replace(':', ',')}; {_end(result)}"
    if result.outcome != "completed" and result.duration_s < end_s:
        return f"{_later(result.duration_s - fault.at_s)} {_end(result)}"
    if result.device["underruns"]:
        return "the device ran out of levels, went to zero by itself and came back when they came again"
    return f"the device did not have to act: {_kind(fault).borne}"


def _events(result: SimResult, begin_s: float, end_s: float) -> list[tuple[float, str, str]]:
    """What the session noted meanwhile; its clock begins a moment before playing does."""
    return [(ms / 1000, kind, text) for ms, kind, text in result.events if begin_s <= ms / 1000 < end_s]


def _end(result: SimResult) -> str:
    return f"the run ended: {IN_WORDS[result.outcome]}"


def _after(ms: int) -> str:
    return f"after {ms} ms" if ms else "at once"


def _later(seconds: float) -> str:
    return "at once" if seconds < 0.02 else f"{seconds:.2f} s later"
