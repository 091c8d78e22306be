"""A device profile told in full: what it is, what drives what, and the physics behind it."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from host_cli.terminal import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from host_cli.terminal import Terminal
    from programs.profile import Output, Profile
    from programs.strict import Strict

WIDEST = 96  # columns
UNITS = {
    "_ohm": "ohm", "_nm_a": "N m/A", "_kg_m2": "kg m²", "_nm_s": "N m s", "_nm": "N m", "_m2k_w": "m² K/W",
    "_w_k": "W/K", "_c_s": "°C/s", "_j_k": "J/K", "_cm2": "cm²", "_kg_m": "kg m", "_kg": "kg",
    "_m_s2": "m/s²", "_h": "H", "_v": "V", "_w": "W", "_n": "N", "_m": "m", "_k": "K", "_a": "A",
    "_s": "s", "_c": "°C",
}  # fmt: skip


def profile_lines(profile: Profile, terminal: Terminal) -> list[str]:
    """The whole profile."""
    width = min(terminal.width, WIDEST)
    limits = profile.limits
    cells = f", {profile.supply.cells} cells" if profile.supply.cells else ", mains adapter"
    out = [terminal.paint(clean(profile.title), "bold"), *textwrap.wrap(clean(profile.summary), width)]
    out += [
        "",
        f"  id        {profile.id} (hash {profile.hash})",
        f"  channels  {', '.join(profile.channels)}",
    ]
    levels = [
        f"{name} {getattr(limits, name):.0%}" for name in ("vibration", "percussion") if getattr(limits, name)
    ]
    heat = [f"heat {limits.heat_c:g} °C"] if limits.heat_c else []
    out.append(f"  never     above {', '.join(levels + heat)}")
    out.append(f"  supply    {profile.supply.volts:g} V{cells}")
    for output in profile.outputs:
        out += ["", *_output(output, terminal, width)]
    return out


def _output(output: Output, terminal: Terminal, width: int) -> Iterator[str]:
    """One thing that is driven."""
    plays = " and ".join(output.channels)
    yield f"{terminal.paint(output.name, 'bold')}: a {output.head} head, plays {plays}"
    yield from textwrap.wrap(
        f"Full scale: {clean(output.full_scale)}", width, initial_indent="  ", subsequent_indent="    "
    )
    yield f"  level 0 is off; above it duty runs from {output.start_duty:.0%} to {output.max_duty:.0%}"
    yield f"  rises in {output.rise_time_s:g} s, falls in {output.fall_time_s:g} s (10 to 90 %)"
    if output.a_hv_m_s2 is not None:
        yield f"  vibration at the handle, full level: {output.a_hv_m_s2:g} m/s² (frequency-weighted)"
    part: Strict | None = output.erm or output.percussion or output.heater
    if part is not None:
        for name, value in part.model_dump().items():
            yield f"  {_worded(name):<26}{value:g} {_unit(name)}".rstrip()


def _unit(name: str) -> str:
    """The unit that a name ends with.

    >>> _unit("inertia_kg_m2"), _unit("gear_ratio")
    ('kg m²', '')
    """
    return next((unit for end, unit in UNITS.items() if name.endswith(end)), "")


def _worded(name: str) -> str:
    end = next((end for end in UNITS if name.endswith(end)), "")
    return name.removesuffix(end).replace("_", " ")
