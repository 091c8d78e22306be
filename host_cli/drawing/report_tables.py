"""The tables of a report: faults, limits, figures, exposure, stages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from host_cli.curves import pass_title
from host_cli.drawing.report_words import e
from host_cli.run_words import TOLD_S
from host_cli.terminal import clock_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from host_cli.work import Ready
    from programs.profile import Profile
    from sim.result import SimResult

VERBS = {"latched": "latched ", "reset": "device started again: "}
MOST_ROWS = 100  # of a table of what was limited


@dataclass(frozen=True)
class Event:
    """A fault that was ordered, one that the device latched, or its new start.

    ``zero_s``: when all outputs were at zero.
    """

    t_s: float
    kind: str  # ordered | latched | reset
    number: int
    what: str
    says: str
    zero_s: float | None = None


def table(head: Sequence[str] | None, rows: Iterable[Sequence[str]]) -> str:
    """Rows of cells that are HTML already; ``head`` None: the first cell of a row heads it."""
    body = []
    for cells in rows:
        first, *others = cells
        lead = f'<th scope="row">{first}</th>' if head is None else f"<td>{first}</td>"
        body.append(f"<tr>{lead}{''.join(f'<td>{each}</td>' for each in others)}</tr>")
    names = [f'<th scope="col">{e(each)}</th>' for each in head or ()]
    top = f"<tr>{''.join(names)}</tr>" if names else ""
    return f'<div class="scroll"><table>{top}{"".join(body)}</table></div>'


def events(result: SimResult) -> list[Event]:
    """What broke and what was latched, in the order of time, numbered."""
    from host_cli.fault_text import injected

    found: list[tuple[float, str, str, str, float | None]] = [
        (each["t_s"], "ordered", each["fault"], f"{each['says']}: {each['device']}", None)
        for each in injected(result)
    ]
    found += [
        (each.t_s, "latched", each.code, *_at_zero(each.t_s, each.outputs_zero_after_ms))
        for each in result.faults
    ]
    found += [
        (each.t_s, "reset", each.cause, *_at_zero(each.t_s, each.outputs_zero_after_ms))
        for each in result.resets
    ]
    found.sort(key=lambda each: (each[0], each[1] != "ordered"))
    return [
        Event(t_s, kind, number, what, says, zero_s)
        for number, (t_s, kind, what, says, zero_s) in enumerate(found, start=1)
    ]


def _at_zero(t_s: float, after_ms: int | None) -> tuple[str, float | None]:
    if after_ms is None:
        return "outputs were never at zero", None
    return f"all outputs at zero {f'after {after_ms} ms' if after_ms else 'at once'}", t_s + after_ms / 1000


def fault_rows(result: SimResult) -> Iterator[tuple[str, ...]]:
    from host_cli.drawing.svg import SIGNS

    for each in events(result):
        what = (
            f"<code>{e(each.what)}</code>" if each.kind == "ordered" else f"{VERBS[each.kind]}{e(each.what)}"
        )
        yield f"{SIGNS[each.kind]}{each.number}", _when(each.t_s), what, e(each.says)


def _when(t_s: float) -> str:
    """Minutes, seconds and hundredths: what a device does, it does within those."""
    return f"{clock_text(t_s)}{t_s % 1:.2f}".replace("0.", ".", 1) if t_s % 1 else clock_text(t_s)


def limited_rows(result: SimResult) -> Iterator[tuple[str, ...]]:
    for each in result.limited[:MOST_ROWS]:
        yield _when(each.t_s), e(each.channel), f"{each.asked:.3g}", f"{each.allowed:.3g}", e(each.rule)
    more = len(result.limited) - MOST_ROWS
    if more > 0:
        yield "", f"and {more} more", "", "", ""


def peak_rows(result: SimResult) -> Iterator[tuple[str, str]]:
    peak = result.peak
    for name in ("vibration", "percussion"):
        if peak.get(name):
            yield f"{name}, greatest level applied", f"{100 * (peak[name] or 0):.1f} % of full scale"
    for name, word in (("pad_c", "pad"), ("skin_c", "skin under the pad")):
        if peak.get(name) is not None:
            yield f"{word}, warmest", f"{peak[name]:.2f} °C"
    for each in result.motors:
        if each.driven_s:
            yield f"{e(each.output)}, driven", clock_text(each.driven_s)
            if each.still_s >= TOLD_S:
                yield f"{e(each.output)}, of it stood still", clock_text(each.still_s)
        if each.winding_c is not None:
            yield f"{e(each.output)}, winding at most", f"{each.winding_c:.1f} °C"
    yield "supply, greatest current", f"{peak['current_a'] or 0:.2f} A"
    volts = result.trace.column("supply_v")
    if volts:
        yield "supply, lowest voltage", f"{min(volts):.2f} V"


def exposure_rows(result: SimResult, profile: Profile) -> Iterator[tuple[str, ...]]:
    from sim.exposure import CEM43_MOST_MIN, STOP_POINTS, WARN_POINTS

    found = result.exposure
    day = f"{WARN_POINTS:g} a day warns, {STOP_POINTS:g} stops"
    most = found["hand_points_most"]
    yield "hand, A(8)", f"{found['hand_a8_m_s2']:.3f} m/s²", "2.5 m/s² (2002/44/EC)", ""
    yield "hand, points", f"{found['hand_points']:.2f}", day, ""
    yield "hand, points at most", f"{most:.2f}", day, _alarm(most >= WARN_POINTS)
    if "heat" in profile.channels:
        for key, word in (("cem43_min", "pad"), ("cem43_skin_min", "skin")):
            dose = found[key]
            limit = f"{CEM43_MOST_MIN:g} min"
            yield f"CEM43 at the {word}", f"{dose:.4g} min", limit, _alarm(dose >= CEM43_MOST_MIN)
    yield "energy from the supply", f"{found['energy_wh']:.3f} Wh", "", ""
    if found["heater_wh"]:
        yield "of it asked for by the heater's duty", f"{found['heater_wh']:.3f} Wh", "", ""


def _alarm(beyond: bool) -> str:
    return '<span class="alarm">beyond it</span>' if beyond else "within"


def device_rows(result: SimResult) -> Iterator[tuple[str, str]]:
    for name, value in result.device.items():
        yield e(name), f"{value:,}".replace(",", " ")
    for reset in result.resets:
        yield "started again", f"at {_when(reset.t_s)}, {e(reset.cause)}"
    yield "faults latched", str(len(result.faults))


def stage_rows(ready: Ready) -> Iterator[tuple[str, ...]]:
    for each in ready.timeline.passes:
        begin, end = clock_text(each.start_ms / 1000), clock_text(each.end_ms / 1000)
        yield str(each.index + 1), begin, end, e(pass_title(each)), e(each.technique)
