"""What ``simulate`` and ``demo`` print of a run: outcome, peaks, exposure, what was limited and broken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from host_cli.run_words import ending, stalled
from host_cli.terminal import clock_text

if TYPE_CHECKING:
    from host_cli.terminal import Terminal
    from sim.result import SimResult

MARKED = {"limited": "yellow", "stalled": "yellow", "fault": "bold red"}


def result_lines(
    terminal: Terminal, result: SimResult, found: dict[str, Any], conditions: str = ""
) -> list[str]:
    """Outcome first, then what was reached, limited, broken."""
    outcome = ending(result)
    colour = "bold green" if found["outcome"] == "completed" else "bold red"
    speed = found["duration_s"] / found["wall_s"] if found["wall_s"] else 0.0
    peak, exposure = found["peak"], found["exposure"]
    head = f"SIM {found['program']} on {found['profile']}, seed {found['seed']}: {outcome}"
    out = terminal.wrap(f"{head} after {clock_text(found['duration_s'])} ({found['reason']})", "", "  ")
    out[0] = out[0].replace(f": {outcome}", f": {terminal.paint(outcome, colour)}")
    rows = [
        *([("with", conditions)] if conditions else []),
        ("peak", _peaks(peak)),
        *(("stalled", text) for text in stalled(result.motors)),
        ("exposure", _exposure(exposure)),
        ("device", f"{found['device']['ticks']} ticks, {found['device']['underruns']} underruns"),
        ("took", f"{found['wall_s']:.2f} s, {speed:.0f} x real time"),
        *(("limited", _limited(each)) for each in found["limited"]),
        *(("fault", text) for text in _faults(found)),
    ]  # fmt: skip
    for name, text in rows:
        first, *others = terminal.wrap(text, f"  {name:<10}")
        out += [first.replace(name, terminal.paint(name, MARKED.get(name, "")), 1), *others]
    return out


def _exposure(exposure: dict[str, Any]) -> str:
    hand = f"hand A(8) {exposure['hand_a8_m_s2']:.2f} m/s², {exposure['hand_points']:.1f} points of 100 a day"
    doses = [exposure[name] for name in ("cem43_min", "cem43_skin_min") if exposure[name] is not None]
    return f"{hand}; CEM43 {max(doses):.3f} min" if doses else hand


def _limited(each: dict[str, Any]) -> str:
    amounts = f"{each['asked']:.3g} asked, {each['allowed']:.3g} allowed ({each['rule']})"
    return f"{each['channel']} at {clock_text(each['t_s'])}: {amounts}"


def _faults(found: dict[str, Any]) -> list[str]:
    """A sentence for every fault that was injected; what the device latched without one, too."""
    out = [
        f"{each['fault'].partition('@')[0]} at {clock_text(each['t_s'])} ({each['says']}): {each['device']}"
        for each in found["injected"]
    ]
    first_s = min((each["t_s"] for each in found["injected"]), default=float("inf"))
    return out + [
        f"the device latched {each['code']} at {clock_text(each['t_s'])}"
        for each in found["faults"]
        if each["t_s"] < first_s
    ]


def _peaks(peak: dict[str, Any]) -> str:
    parts = [f"{name} {100 * peak[name]:.0f} %" for name in ("vibration", "percussion") if peak[name]]
    parts += [
        f"{word} {peak[name]:.1f} °C" for name, word in (("pad_c", "pad"), ("skin_c", "skin")) if peak[name]
    ]
    return ", ".join([*parts, f"current {peak['current_a']:.2f} A"])
