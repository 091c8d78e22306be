"""What must hold of the heat, whatever was broken: the heater's pin, the sensor, the pad itself.

A part of :mod:`sim.invariants`, with the same rules: the board's own pins and the plant are read, and
of the device only what it makes of its sensor. Every number is restated here, with its reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.heat import ntc_raw

if TYPE_CHECKING:
    from collections.abc import Callable

    from programs.timeline import Timeline
    from sim.device import SimDevice

HEAT_STEP_MS = 120  # heat is decided ten times a second: off that much later than its piece (design)
HEAT_TOP_C100 = 4100  # 0.01 C at the surface (IEC 60601-1 table 24: disclosure above 41 C)
HEAT_PAST_C100 = 100  # 0.01 C above its limit there is no power: full from 1 K below (design: heat; E)
TRIP_C = 43.0  # C, off within 2 s (safety: over-temperature; E)
TRIP_MS = 2000
COMPARATOR_C = 45.5  # C: ENABLE opens at 45 by a sensor of its own, and half a kelvin (safety: cut-off)
CUT_OFF_C = 50.0  # C: the cut-off has opened by then, its tolerance included (safety: thermal cut-off)
CEM43_MAX_MIN = 15.0  # 1/16 of the lowest published burn pair (safety: thermal dose; E from D)
RAW_LEAST, RAW_MOST = 655, 64_880  # of 65535: beyond them the sensor is shorted or open (1 and 99 %; E)
SENSOR_MS = 750  # 4 bad readings, or 500 ms without one, and two steps of 100 (safety: heat supervision)
UNREAL_C = 1e9  # NaN and infinity fail a comparison with it


class Warmth:
    """The rules of one pad; ``note`` is told (invariant, now_ms, channel, value, allowed).

    ``tolerant``: its parts are within their tolerances, not exact; the pad may then be some tenths of
    a kelvin from what the sensor says, so the trip is judged by the sensor.
    """

    def __init__(
        self,
        device: SimDevice,
        timeline: Timeline,
        tolerant: bool,
        note: Callable[[str, int, str, float, float], None],
    ) -> None:
        self._note = note
        self._board, self._plant = device.board, device.board.plant
        self._tolerant = tolerant
        self._pin = self._plant.heater_index
        output = device.profile.outputs[self._pin]
        self._name = output.name
        limit_c100 = min(HEAT_TOP_C100, round(device.profile.limits.heat_c * 100), timeline.ceilings[2])
        self._top_c100 = limit_c100 + HEAT_PAST_C100
        assert output.heater is not None  # the plant says that this output is one
        self._trip_raw = int(ntc_raw(TRIP_C, output.heater))
        self._asked_ms = self._believed_ms = 0
        self._hot_since_ms = self._told_since_ms = 0
        self._cem43_min = 0.0

    def begin(self, now_ms: int) -> None:
        """Playing begins, or goes on."""
        self._asked_ms = now_ms

    def cold(self, now_ms: int) -> None:
        """Outside RUNNING the heater's pin is at zero."""
        duty = self._plant.duties[self._pin]
        if duty:
            self._note("heat_off", now_ms, self._name, duty, 0)

    def heating(self, heat: Any, asked_c100: int, now_ms: int, late_ms: int) -> None:
        """RUNNING, and the pin is driven: ``heat`` is what the device makes of its sensor, ``late_ms`` how
        late a slow device may be."""
        if asked_c100:
            self._asked_ms = now_ms
        doubted_ms = now_ms - self._believed_ms
        if not heat.trusted or doubted_ms > SENSOR_MS + late_ms:
            self._note("heat_untrusted", now_ms, self._name, doubted_ms, SENSOR_MS)
        if heat.temperature_c100 >= self._top_c100:
            self._note("heat_limit", now_ms, self._name, heat.temperature_c100 / 100, self._top_c100 / 100)
        if now_ms - self._asked_ms > HEAT_STEP_MS + late_ms:
            self._note("heat_unasked", now_ms, self._name, self._plant.duties[self._pin], 0)

    def slowly(self, now_ms: int, step_min: float) -> None:
        """Ten times a second: the reading, the trip, the dose."""
        reading = self._board.reading
        if RAW_LEAST <= reading <= RAW_MOST:
            self._believed_ms = now_ms
        pad_c = self._plant.pad_c
        if not -UNREAL_C < pad_c + self._plant.skin_c < UNREAL_C:
            self._note("not_a_number", now_ms, "pad", pad_c, UNREAL_C)
            return
        hot = pad_c >= TRIP_C
        self._cem43_min += step_min * (0.5 if hot else 0.25) ** (TRIP_C - pad_c)
        if self._cem43_min > CEM43_MAX_MIN:
            self._note("cem43", now_ms, "pad", self._cem43_min, CEM43_MAX_MIN)
        self._trip(reading, pad_c, now_ms)

    def _trip(self, reading: int, pad_c: float, now_ms: int) -> None:
        """No power 2 s after 43 C: by the pad, and by what the device is told of it."""
        powered = self._plant.heater_w > 0.0
        limit_c = TRIP_C if self._software_can() else CUT_OFF_C if self._board.welded else COMPARATOR_C
        if pad_c < limit_c:
            self._hot_since_ms = now_ms
        elif powered and now_ms - self._hot_since_ms > TRIP_MS:
            self._note("too_warm", now_ms, "pad", pad_c, limit_c)
        if not RAW_LEAST <= reading <= self._trip_raw:
            self._told_since_ms = now_ms
        elif powered and now_ms - self._told_since_ms > TRIP_MS and not self.out_of_reach():
            self._note("trip", now_ms, "sensor", now_ms - self._told_since_ms, TRIP_MS)

    def _software_can(self) -> bool:
        """The device's sensor is on the pad, says what it feels, and its switch works. Else the
        comparator stands, which has a sensor of its own, or the cut-off: the device cannot know better."""
        heat = self._plant.heat
        lies = bool(self._board.on_ntc) or heat is None or not heat.ntc_attached
        return not (lies or self._tolerant or self.out_of_reach())

    def out_of_reach(self) -> bool:
        """Transistor shorted and one-shot jammed, two faults of hardware in one path: no code can cut
        this power, only comparator and cut-off. What the pad then does is judged as ever."""
        return bool(self._board.jammed and self._plant.heater_stuck_on)
