"""From a device profile, and a rig where there is one, to what the controller on the device is given.

Host side. The controller takes integers only, so this is the one place where a profile's fractions
and degrees become duties, levels of 10000 and a sensor table. With a rig: its calibration takes the
place of the profile's figures; what it lacks (a part, the sensor, ENABLE) takes away the channels that
need it, and the device then plays none of them.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from firmware_bridge.boards.plan import plan_mark
from firmware_bridge.device.config import HEATER, NAME_BYTES, PERCUSSIVE, VIBRATING, DeviceConfig
from programs.profile import Heater, Output, Profile
from programs.timeline import CHANNELS, FULL_SCALE

if TYPE_CHECKING:
    from firmware_bridge.rigs.document import Part, Rig

HEADS = {"vibrating": VIBRATING, "percussive": PERCUSSIVE, "heater": HEATER}
DUTY_TOP = 65535  # full duty on the pins, as CircuitPython counts it
ADC_TOP = 65535  # full scale of the sensor's converter
RISE_WINDOW_S = 20  # the device demands half the profile's heating rate over this time (safety.md)
# Rows of the sensor table, C: close together where a person's skin is.
TABLE_C = (-20, -10, 0, 10, *range(15, 61, 1), 70, 80, 90, 100, 120)
T25_K = 298.15
OUTLIVING = ("pca9685", "drv2605")  # chips that go on with their last duty when nobody speaks to them


def device_config(profile: Profile, rig: Rig | None = None) -> DeviceConfig:
    """The controller's configuration for this profile, or for a rig that has it.

    >>> from programs.profile import load_profile
    >>> config = device_config(load_profile("heated-head"))
    >>> config.output_of, config.heads, config.problem()
    ((0, 1, 2), (0, 1, 2), '')
    """
    outputs = profile.outputs
    heater = next((output.heater for output in outputs if output.heater is not None), None)
    ntc = ntc_table(heater) if heater else ((), ())
    duties = [_duties(output, rig) for output in outputs]
    return DeviceConfig(
        rig_id=(profile.id if rig is None else rig.id)[:NAME_BYTES],
        profile_hash=profile.hash,
        output_of=(
            _output_index(profile, rig, CHANNELS[0]),
            _output_index(profile, rig, CHANNELS[1]),
            _output_index(profile, rig, CHANNELS[2]),
        ),
        heads=tuple(HEADS[output.head] for output in outputs),
        start_duty=tuple(start for start, _ in duties),
        max_duty=tuple(most for _, most in duties),
        max_levels=(
            round(profile.limits.vibration * FULL_SCALE),
            round(profile.limits.percussion * FULL_SCALE),
        ),
        max_heat_c100=round(profile.limits.heat_c * 100),
        heat_rise_c100=round(heater.heating_rate_c_s * RISE_WINDOW_S * 100) if heater else 0,
        heat_hold=round(heater.holding_power * FULL_SCALE) if heater else 0,
        ntc_raw=ntc[0],
        ntc_c100=ntc[1],
        idle_ma=round(profile.supply.idle_current_a * 1000),
        cells=profile.supply.cells,
        wiring="" if rig is None else _wiring(profile, rig),
    )


def _wiring(profile: Profile, rig: Rig) -> str:
    """The mark of what is wired, and that of the plan that the board is made from."""
    from firmware_bridge.rigs.plan import plan_of

    return rig.wiring + plan_mark(plan_of(rig, profile))


def _duties(output: Output, rig: Rig | None) -> tuple[int, int]:
    """Start duty and full duty on the pin: as measured on the rig, else as the profile says."""
    found = next((each for each in rig.calibrations if each.output == output.name), None) if rig else None
    source = output if found is None else found
    return round(source.start_duty * DUTY_TOP), round(source.max_duty * DUTY_TOP)


def _output_index(profile: Profile, rig: Rig | None, channel: str) -> int:
    for index, output in enumerate(profile.outputs):
        if channel in output.channels:
            return index if rig is None or _can_play(rig, output) else -1
    return -1


def _can_play(rig: Rig, output: Output) -> bool:
    """Whether the rig has what this output needs: a driver; for a heater a sensor; and the ENABLE line,
    which holds when no program does (safety.md), for everything that can hurt within a second and for
    everything that goes on when the program has died."""
    part = next((each for each in rig.parts if each.output == output.name), None)
    if part is None or (output.head == "heater" and rig.ntc is None):
        return False
    return rig.pins.enable is not None or not (output.head != "vibrating" or outlives(rig, part))


def outlives(rig: Rig, part: Part) -> bool:
    """Whether what drives this part keeps its duty after the program has died: a Pi's PWM, a chip."""
    return rig.on_a_pi or part.driver in OUTLIVING


def ntc_table(heater: Heater) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """ADC values (falling) and temperatures in 0.01 C (rising) of the pad's sensor.

    R = R25 exp(beta (1/T - 1/T25)), sensor to ground under a fixed divider.
    """
    raws = []
    for celsius in TABLE_C:
        ohm = heater.ntc_r25_ohm * math.exp(heater.ntc_beta_k * (1 / (celsius + 273.15) - 1 / T25_K))
        raws.append(round(ADC_TOP * ohm / (ohm + heater.divider_ohm)))
    return tuple(raws), tuple(celsius * 100 for celsius in TABLE_C)
