"""What must hold between a device and a timeline before ARM is sent.

The compiler has checked the program against a profile; here the device proves to be the one that
the profile describes. Everything found is said at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from firmware_bridge.protocol import messages as m

if TYPE_CHECKING:
    from firmware_bridge.session.status import Welcome
    from programs.timeline import Timeline

REGION_BITS = {region: 1 << code for code, region in enumerate(m.REGIONS) if region is not None}


def misfits(welcome: Welcome, timeline: Timeline, profile_hash: str = "") -> list[str]:
    """Whole sentences on why this device must not play this timeline; empty: it may."""
    return [*_device(welcome, timeline, profile_hash), *_levels(welcome, timeline)]


def arm_values(welcome: Welcome, timeline: Timeline) -> dict[str, int]:
    """The fields of ARM: the session's ceilings, never above what the device allows."""
    ceilings = [min(pair) for pair in zip(timeline.ceilings, welcome.max_levels, strict=True)]
    return {
        "boot_id": welcome.boot_id,
        "limits_crc": welcome.limits_crc,
        "regions": region_bits(timeline),
        "ceiling_vibration": ceilings[0],
        "ceiling_percussion": ceilings[1],
        "ceiling_heat_c100": ceilings[2],
        "dry": 0,
    }


def region_bits(timeline: Timeline) -> int:
    """Bit n: region n of the wire is worked."""
    bits = 0
    for region in timeline.regions:
        bits |= REGION_BITS[region]
    return bits


def peaks(timeline: Timeline) -> tuple[int, int, int]:
    """The highest level of each channel, in the units of the wire."""
    if not timeline.segments:
        return 0, 0, 0
    columns = zip(*(segment.levels for segment in timeline.segments), strict=True)
    vibration, percussion, heat = (max(column) for column in columns)
    return vibration, percussion, heat


def _device(welcome: Welcome, timeline: Timeline, profile_hash: str) -> Iterator[str]:
    if not timeline.segments:
        yield "The program has nothing to play."
    elif not timeline.segments[-1].last:
        yield "The program has no last record: the device could not tell its end from a lost link."
    if not welcome.limits_good:
        yield "The device's limits arrived damaged (their CRC is wrong); reset it and try again."
    if profile_hash and welcome.profile_hash != profile_hash:
        yield (
            f"The device runs profile {welcome.profile_hash or '(none)'}, the program was compiled for "
            f"{timeline.profile_id} ({profile_hash}); use the profile of this rig."
        )


def _levels(welcome: Welcome, timeline: Timeline) -> Iterator[str]:
    for channel, peak in enumerate(peaks(timeline)):
        name, most = m.CHANNELS[channel], welcome.max_levels[channel]
        if not peak:
            continue
        if not welcome.channels >> channel & 1:
            yield f"The program uses {name}; this device has {', '.join(welcome.channel_names) or 'nothing'}."
        elif peak > most:
            unit = " C" if channel == m.HEAT else ""
            scale = 100 if channel == m.HEAT else m.FULL_SCALE
            yield (
                f"The program's {name} reaches {peak / scale:g}{unit}; this device allows at most "
                f"{most / scale:g}{unit}. Lower it with caps, or use --strength."
            )
